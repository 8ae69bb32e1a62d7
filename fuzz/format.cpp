// A whole format, RAG_FUZZ_TYPE, as the parser process reads it; and what every document must be.
#include "core/text.h"
#include "fuzz.h"
#include "ingest/format.h"
#include "ingest/wire.h"

FUZZ(bytes) {
  static const rag::Format& format = *rag::find_format(RAG_FUZZ_TYPE);
  std::vector<std::string> warnings;
  rag::ParseOutcome outcome;
  outcome.documents.push_back(format.read(bytes, RAG_FUZZ_NAME, warnings));
  rag::Document& document = outcome.documents[0];
  document.uri = RAG_FUZZ_NAME;
  outcome.warnings = warnings;
  rag::fuzz::require(!rag::find_invalid_utf8(document.text));
  rag::fuzz::require(rag::to_nfc(document.text) == document.text);
  // The other side of the pipe checks every offset and all of the text.
  const std::string sent = rag::encode_outcome(outcome);
  try {
    rag::fuzz::require(rag::encode_outcome(rag::decode_outcome(sent)) == sent);
  } catch (const rag::Error&) {
    rag::fuzz::require(false);
  }
}
