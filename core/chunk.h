#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/span.h"

namespace rag {

// Names one chunk in one index, for ever: never used again after the chunk is gone.
struct ChunkId {
  std::int64_t value = -1;

  friend auto operator<=>(const ChunkId&, const ChunkId&) = default;
};

// The unit that is embedded, found and cited: a verbatim piece of its document,
//     document.text.substr(span.begin, span.size()) == text
struct Chunk {
  ChunkId id;               // -1 until the index has stored it
  std::string document_id;  // Document::id
  Span span;
  std::string text;
  std::vector<std::string> heading_path;  // headings above its first byte, topmost first
  std::string table_header;               // the header row, where the chunk begins inside a table; "" elsewhere
  int page = 0;                           // page of its first byte, 0 where there are no pages
  int token_count = 0;                    // encoder tokens of `text` alone
};

// A chunk and the title of its document: all that is embedded and indexed of it.
struct TitledChunk {
  std::string title;
  Chunk chunk;
};

// What the lexical index reads, and the encoder where it has room (see models/passage_text.h): title, heading path and table header as
// context lines, then the text.  The context is never part of the chunk's own text.
std::string text_with_context(const std::string& title, const Chunk& chunk);

}  // namespace rag
