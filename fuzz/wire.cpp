// What the parser process sends, should it have been taken over: the parent believes nothing.
#include "fuzz.h"
#include "ingest/wire.h"

FUZZ(bytes) {
  rag::fuzz::attempt([&] { rag::decode_part(bytes); });
  const rag::ParseOutcome outcome = rag::decode_outcome(bytes);
  for (const rag::Document& document : outcome.documents)
    for (const rag::Table& table : document.tables) rag::fuzz::require(table.span.end <= document.text.size());
}
