// What a speech recogniser, an outside program, says.
#include "core/text.h"
#include "fuzz.h"
#include "ingest/speech/recogniser_wire.h"

FUZZ(bytes) {
  if (bytes.size() % 2 == 0)
    rag::decode_greeting(bytes);
  else
    rag::decode_transcription(bytes, 30);
}
