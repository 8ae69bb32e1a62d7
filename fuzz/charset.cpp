#include "core/text.h"
#include "fuzz.h"
#include "ingest/charset.h"

FUZZ(bytes) {
  const rag::DecodedText decoded = rag::decode_text(bytes, bytes.size() % 3 == 0 ? "euc-kr" : "");
  rag::fuzz::require(!rag::find_invalid_utf8(decoded.text));
}
