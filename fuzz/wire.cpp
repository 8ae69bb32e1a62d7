// What the parser process sends, should it have been taken over: the parent believes nothing.
#include "fuzz.h"
#include "ingest/wire.h"

FUZZ(bytes) {
  rag::fuzz::attempt([&] { rag::decode_part(bytes); });
  rag::fuzz::attempt([&] { rag::fuzz::require(rag::encode_members_read(rag::decode_members_read(bytes)) == bytes); });
  rag::fuzz::attempt([&] { rag::fuzz::require(!rag::decode_recording(bytes).uri.empty()); });
  const rag::ParseOutcome outcome = rag::decode_outcome(bytes);
  for (const rag::Document& document : outcome.documents)
    for (const rag::Table& table : document.tables) rag::fuzz::require(table.span.end <= document.text.size());
}
