#include "models/sorted_pieces.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string_view>

namespace rag {
namespace {

constexpr std::size_t kHead = sizeof(std::uint64_t);

// The lowest address is the highest byte, so that numbers are ordered as texts are.
std::uint64_t head_at(std::string_view text, std::size_t at) {
  std::uint64_t head = 0;
  std::memcpy(&head, text.data() + at, std::min(text.size() - at, kHead));
  return __builtin_bswap64(head);
}

}  // namespace

SortedPieces::SortedPieces(const std::vector<UnigramPiece>& pieces) : partings(pieces.size()), pieces_(pieces) {
  std::vector<Entry> entries(pieces.size());
  for (std::uint32_t i = 0; i < entries.size(); ++i) entries[i].piece = i;
  sort(entries, 0, 0);
  order.reserve(entries.size());
  for (const Entry& entry : entries) order.push_back(entry.piece);
}

// `place`: where the first of them stands; they share `depth` bytes.
void SortedPieces::sort(std::span<Entry> entries, std::size_t place, std::size_t depth) {
  for (Entry& entry : entries) entry.head = head_at(pieces_[entry.piece].text, depth);
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.head < b.head; });
  std::uint64_t last = 0;
  for (std::size_t begin = 0, end = 0; begin < entries.size(); begin = end) {
    const std::uint64_t head = entries[begin].head;
    for (end = begin + 1; end < entries.size() && entries[end].head == head;) ++end;
    if (begin > 0) {
      const int same = std::countl_zero(last ^ head) / 8, shift = 56 - 8 * same;
      partings[place + begin] = {static_cast<std::uint16_t>(depth + static_cast<std::size_t>(same)), static_cast<char>(last >> shift),
                                 static_cast<char>(head >> shift)};
    }
    last = head;
    if (end - begin == 1) continue;
    if ((head & 0xFF) == 0) {
      duplicate = std::max(entries[begin].piece, entries[begin + 1].piece);
      return;
    }
    // One of them may end just here; its next head is zero.
    sort(entries.subspan(begin, end - begin), place + begin, depth + kHead);
  }
}

}  // namespace rag
