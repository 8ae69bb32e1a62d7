#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/chunk.h"
#include "core/document.h"

namespace rag {

// Number of encoder tokens of a text, special tokens not counted.  The tokenizer lives in another room and is handed in.
using TokenCounter = std::function<std::size_t(std::string_view)>;

struct ChunkOptions {
  // Longest chunk, in encoder tokens.  Larger chunks give the generator more context per passage
  // but blur the embedding.  docs/benchmarks.md has the measurement behind the default.
  std::size_t max_tokens = 160;

  // Tokens of the previous chunk's last sentences that are repeated at the start of the next one, so that
  // what a border cuts apart is whole in one of the two.  Must be smaller than max_tokens.
  std::size_t overlap_tokens = 30;
};

// Cuts a document into the units that are embedded, found and cited.
//
// Every chunk is a verbatim piece of its document:
//     document.text.substr(span.begin, span.size()) == chunk.text
// Chunks come in document order, never start or end inside a UTF-8 character, and together cover everything
// but white space.  An empty document has no chunks.
class Chunker {
 public:
  virtual ~Chunker() = default;
  virtual std::string name() const = 0;  // algorithm and settings; an index remembers it
  virtual std::vector<Chunk> split(const Document& document) const = 0;
};

// By structure: sections under one heading, then paragraphs, then sentences (Korean ones too), then tokens.
// Table rows stay whole and carry their header row in Chunk::table_header.
std::unique_ptr<Chunker> make_structure_chunker(const ChunkOptions& options, TokenCounter count_tokens);

// The whole document as one chunk: for measuring encoders as the literature does.
std::unique_ptr<Chunker> make_one_chunk_chunker(TokenCounter count_tokens);

}  // namespace rag
