// Lesson 1: a document becomes chunks, chunks become vectors.
//
// A chunk is the unit that is embedded, found and cited.  It is always a verbatim piece of its document, so that a citation
// can point at bytes.  An embedder turns texts into vectors; texts that mean alike get vectors that point alike.

#include <cstdio>
#include <string>
#include <vector>

#include "core/chunk.h"
#include "ingest/chunker.h"
#include "ingest/sandbox.h"
#include "models/embedder.h"
#include "models/passage_text.h"

int main() {
  const std::string markdown =
      "# Travel policy\n\n## Trains\n\nBook second class. First class is paid for journeys of more than four hours.\n\n"
      "## 숙박\n\n숙박비는 1박에 12만 원까지 지급합니다. 영수증을 한 달 안에 제출하세요.\n";

  // Bytes to a document: text, title, headings.  (Files of strangers go through start_parser_sandbox() instead.)
  const rag::ParseOutcome outcome = rag::parse_bytes(markdown, "travel.md");
  if (outcome.documents.empty()) return 1;
  const rag::Document& document = outcome.documents[0];

  // This embedder needs no weights.  With a model installed: rag::open_embedder(rag::resolve_model("multilingual-e5-small")).
  const auto embedder = rag::make_hashing_embedder();

  // Chunk sizes are counted in the encoder's own tokens, so that nothing is cut off when it is embedded.
  const auto chunker = rag::make_structure_chunker({.max_tokens = 40, .overlap_tokens = 8},
                                                   [&](std::string_view text) { return embedder->tokenizer().count(text); });
  const std::vector<rag::Chunk> chunks = chunker->split(document);

  // The encoder reads each chunk with its title and headings before it; the chunk itself stays a verbatim piece.
  std::vector<std::string> texts;
  for (const rag::Chunk& chunk : chunks) texts.push_back(rag::passage_text(document.title, chunk, *embedder));
  const rag::Embeddings embedded = embedder->embed(texts, rag::TextKind::Passage);

  for (std::size_t i = 0; i < chunks.size(); ++i)
    std::printf("chunk %zu: bytes %zu-%zu, %d tokens, first of %zu numbers: %.3f\n", i, chunks[i].span.begin, chunks[i].span.end, chunks[i].token_count,
                embedded.dimension, embedded.values[i * embedded.dimension]);
  return chunks.empty() ? 1 : 0;
}
