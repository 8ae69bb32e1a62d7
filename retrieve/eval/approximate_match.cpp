#include "retrieve/eval/approximate_match.h"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace rag {
namespace {

constexpr std::size_t kRows = 64;

// The last row of the edit distance table of a pattern, column by column.  Where the match may start anywhere the first row is all 0;
// where it must start at the first character it counts up.
class DistanceColumns {
 public:
  DistanceColumns(std::u32string_view pattern, bool starts_anywhere)
      : starts_anywhere_(starts_anywhere),
        last_bit_((pattern.size() - 1) % kRows),
        blocks_((pattern.size() + kRows - 1) / kRows),
        none_(blocks_.size()),
        distance_(pattern.size()) {
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      std::vector<std::uint64_t>& rows = equal_.try_emplace(pattern[i], blocks_.size()).first->second;
      rows[i / kRows] |= std::uint64_t{1} << (i % kRows);
    }
  }

  // The smallest distance of the whole pattern to a part that ends with `c`.
  std::size_t step(char32_t c) {
    const auto known = equal_.find(c);
    const std::vector<std::uint64_t>& equal = known == equal_.end() ? none_ : known->second;
    int carried = starts_anywhere_ ? 0 : 1;
    for (std::size_t b = 0; b < blocks_.size(); ++b)
      carried = advance(blocks_[b], equal[b], carried, b + 1 == blocks_.size() ? last_bit_ : kRows - 1);
    distance_ += static_cast<std::size_t>(carried);  // -1, 0 or 1
    return distance_;
  }

 private:
  // Where the table rises and falls by one from a row to the next.
  struct Block {
    std::uint64_t rises = ~std::uint64_t{0};
    std::uint64_t falls = 0;
  };

  // Takes the difference between this column and the last at the row above the block, gives that at its row `bit`.
  static int advance(Block& block, std::uint64_t equal, int carried, std::size_t bit) {
    const std::uint64_t vertical = equal | block.falls;
    if (carried < 0) equal |= 1;
    const std::uint64_t horizontal = (((equal & block.rises) + block.rises) ^ block.rises) | equal;
    std::uint64_t rising = block.falls | ~(horizontal | block.rises);
    std::uint64_t falling = block.rises & horizontal;
    const int out = static_cast<int>(rising >> bit & 1) - static_cast<int>(falling >> bit & 1);
    rising = rising << 1 | (carried > 0 ? 1U : 0U);
    falling = falling << 1 | (carried < 0 ? 1U : 0U);
    block.rises = falling | ~(vertical | rising);
    block.falls = rising & vertical;
    return out;
  }

  bool starts_anywhere_;
  std::size_t last_bit_;
  std::vector<Block> blocks_;
  std::vector<std::uint64_t> none_;
  std::unordered_map<char32_t, std::vector<std::uint64_t>> equal_;
  std::size_t distance_;
};

std::size_t apart(std::size_t a, std::size_t b) { return a > b ? a - b : b - a; }

// Backwards from the end that was found: how long the part is that has that distance.
std::size_t length_of_match(std::u32string_view pattern, std::u32string_view text, const ApproximateMatch& match) {
  const std::u32string reversed(pattern.rbegin(), pattern.rend());
  DistanceColumns columns(reversed, false);
  std::size_t best = 0;  // no character at all: the distance is the whole pattern then
  bool found = match.distance == pattern.size();
  for (std::size_t length = 1; length <= match.end && length <= pattern.size() + match.distance; ++length) {
    if (columns.step(text[match.end - length]) != match.distance) continue;
    if (!found || apart(length, pattern.size()) <= apart(best, pattern.size())) best = length;
    found = true;
  }
  return best;
}

}  // namespace

ApproximateMatch closest_match(std::u32string_view pattern, std::u32string_view text) {
  ApproximateMatch match{.begin = 0, .end = 0, .distance = pattern.size()};
  if (pattern.empty()) return match;
  DistanceColumns columns(pattern, true);
  for (std::size_t end = 1; end <= text.size(); ++end)
    if (const std::size_t distance = columns.step(text[end - 1]); distance < match.distance)
      match = {.begin = 0, .end = end, .distance = distance};
  match.begin = match.end - length_of_match(pattern, text, match);
  return match;
}

}  // namespace rag
