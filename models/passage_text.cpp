#include "models/passage_text.h"

#include <algorithm>

namespace rag {
namespace {

constexpr std::size_t kSpecialTokens = 4;   // begin, end, and the borders between context and text, where a piece may split in two
constexpr std::size_t kContextShare = 4;    // at most one fourth of the limit

std::size_t room_for_context(const Chunk& chunk, const Embedder& embedder) {
  const std::size_t limit = embedder.max_tokens();
  const std::size_t taken = static_cast<std::size_t>(chunk.token_count) + embedder.tokenizer().count(embedder.prefix(TextKind::Passage)) + kSpecialTokens;
  const std::size_t most = limit / kContextShare;
  return taken < limit ? std::min(limit - taken, most) : most;
}

// The title and the headings that fit, innermost first; the order in the text stays as it was.
void keep_what_fits(std::string& title, Chunk& chunk, std::size_t room, const Tokenizer& tokenizer) {
  const auto take = [&](const std::string& piece) {
    const std::size_t tokens = tokenizer.count(piece) + 1;  // and the mark between two
    if (tokens > room) return false;
    room -= tokens;
    return true;
  };
  if (!chunk.table_header.empty() && !take(chunk.table_header)) chunk.table_header.clear();
  if (!title.empty() && !take(title)) title.clear();
  auto first = chunk.heading_path.end();
  while (first != chunk.heading_path.begin() && take(*(first - 1))) --first;
  chunk.heading_path.erase(chunk.heading_path.begin(), first);
}

}  // namespace

std::string passage_text(const std::string& title, const Chunk& chunk, const Embedder& embedder) {
  const std::string whole = text_with_context(title, chunk);
  if (embedder.max_tokens() == 0) return whole;
  const std::size_t room = room_for_context(chunk, embedder);
  // No tokenizer here makes more tokens than there are bytes: most contexts need no counting.
  if (whole.size() - chunk.text.size() <= room) return whole;
  std::string fitting_title = title;
  Chunk fitting = chunk;
  keep_what_fits(fitting_title, fitting, room, embedder.tokenizer());
  return text_with_context(fitting_title, fitting);
}

}  // namespace rag
