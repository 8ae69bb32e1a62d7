// Cuts a text into chunks and says where the parser process is.
#include <iostream>

#include "core/companion.h"
#include "ingest/chunker.h"
#include "models/embedder.h"

int main() {
  const auto embedder = rag::make_hashing_embedder();
  const auto chunker = rag::make_structure_chunker({}, [&](std::string_view text) { return embedder->tokenizer().count(text); });
  const rag::Document document{.id = "river.md", .text = "The river runs."};
  for (const rag::Chunk& chunk : chunker->split(document)) std::cout << chunk.text << '\n';
  std::cout << rag::find_companion("rag-parse").string() << '\n';
}
