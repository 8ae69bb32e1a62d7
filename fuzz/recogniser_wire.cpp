// What a speech recogniser, an outside program, says, and the document that comes of it.
#include "core/text.h"
#include "fuzz.h"
#include "ingest/speech/recogniser_wire.h"
#include "ingest/speech/transcript.h"

FUZZ(bytes) {
  rag::fuzz::attempt([&] { rag::decode_greeting(bytes); });
  rag::Transcript transcript;
  transcript.add(rag::decode_transcription(bytes, 30), 0, 30);
  transcript.add(rag::decode_transcription(bytes, 30), 25, 30);
  std::vector<std::string> warnings;
  const rag::Document document = std::move(transcript).finish({.has_sound = true, .seconds = 55, .title = "", .metadata = {}}, "whisper", warnings);
  rag::fuzz::require(!document.text.empty() && !rag::find_invalid_utf8(document.text));
}
