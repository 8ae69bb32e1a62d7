// Parts of a corpus as the parser process sends them, should it have been taken over; and where a reading is to begin.
#include "fuzz.h"
#include "ingest/wire.h"

FUZZ(bytes) {
  if (bytes.size() == 4 * sizeof(std::uint64_t)) rag::decode_corpus_place(bytes);
  const rag::CorpusPart part = rag::decode_corpus_part(bytes);
  for (const rag::CorpusPart::Line& line : part.documents) rag::fuzz::require(line.number > 0 && line.number <= part.lines);
  rag::fuzz::require(rag::encode_corpus_part(part) == bytes || !part.documents.empty());  // metadata may come back in another order
}
