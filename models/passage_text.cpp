#include "models/passage_text.h"

#include <algorithm>

namespace rag {
namespace {

constexpr std::size_t kContextShare = 4;  // at most one fourth of the limit

// The title and the headings that fit, innermost first; the order in the text stays as it was.
void keep_what_fits(std::string& title, Chunk& chunk, std::size_t room, const Tokenizer& tokenizer) {
  const auto take = [&](const std::string& piece) {
    const std::size_t tokens = tokenizer.count(piece) + 1;  // and the mark between two
    if (tokens > room) return false;
    room -= tokens;
    return true;
  };
  if (!chunk.table_header.empty() && !take(chunk.table_header)) {
    // Of a header with levels the names right above the rows.
    const std::size_t last_level = chunk.table_header.rfind('\n') + 1;
    chunk.table_header.erase(0, last_level);
    if (last_level == 0 || !take(chunk.table_header)) chunk.table_header.clear();
  }
  if (!title.empty() && !take(title)) title.clear();
  auto first = chunk.heading_path.end();
  while (first != chunk.heading_path.begin() && take(*(first - 1))) --first;
  chunk.heading_path.erase(chunk.heading_path.begin(), first);
}

}  // namespace

std::string passage_text(const std::string& title, const Chunk& chunk, const Embedder& embedder) {
  return passage_text(title, chunk, embedder.tokenizer(), embedder.max_tokens());
}

std::string passage_text(const std::string& title, const Chunk& chunk, const Tokenizer& tokenizer, std::size_t max_tokens) {
  const std::string whole = text_with_context(title, chunk);
  if (max_tokens == 0) return whole;
  const std::size_t room = max_tokens / kContextShare;
  // No tokenizer here makes more tokens than there are bytes: most contexts need no counting.
  if (whole.size() - chunk.text.size() <= room) return whole;
  std::string fitting_title = title;
  Chunk fitting = chunk;
  keep_what_fits(fitting_title, fitting, room, tokenizer);
  return text_with_context(fitting_title, fitting);
}

}  // namespace rag
