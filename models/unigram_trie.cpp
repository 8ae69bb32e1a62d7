#include "models/unigram_trie.h"

#include <algorithm>
#include <numeric>

namespace rag {
namespace {

// Its first sixteen bytes as numbers order nearly all texts without another look at them, which is what sorting costs.
struct Entry {
  std::uint64_t head = 0;
  std::uint64_t next = 0;
  std::uint32_t piece = 0;
};

std::uint64_t number_at(std::string_view text, std::size_t at) {
  std::uint64_t number = 0;
  const std::size_t size = at < text.size() ? std::min<std::size_t>(text.size() - at, 8) : 0;
  for (std::size_t i = 0; i < size; ++i) number |= static_cast<std::uint64_t>(static_cast<unsigned char>(text[at + i])) << (56 - 8 * i);
  return number;
}

std::vector<Entry> sort_pieces(const std::vector<UnigramPiece>& pieces) {
  std::vector<Entry> order(pieces.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = {number_at(pieces[i].text, 0), number_at(pieces[i].text, 8), i};
  std::sort(order.begin(), order.end(), [&](const Entry& a, const Entry& b) {
    if (a.head != b.head) return a.head < b.head;
    if (a.next != b.next) return a.next < b.next;
    return pieces[a.piece].text < pieces[b.piece].text;
  });
  return order;
}

// The texts in order and side by side, so that walking over a range of them is walking over memory.
struct SortedTexts {
  SortedTexts(const std::vector<UnigramPiece>& pieces) {
    begins.reserve(pieces.size() + 1);
    from.reserve(pieces.size());
    for (const Entry& entry : sort_pieces(pieces)) {
      begins.push_back(static_cast<std::uint32_t>(bytes.size()));
      from.push_back(entry.piece);
      bytes += pieces[entry.piece].text;
    }
    begins.push_back(static_cast<std::uint32_t>(bytes.size()));
  }

  std::string_view operator[](std::size_t i) const { return std::string_view(bytes).substr(begins[i], begins[i + 1] - begins[i]); }

  std::string bytes;
  std::vector<std::uint32_t> begins;
  std::vector<std::uint32_t> from;  // which piece it is
};

// The sorted pieces that share their first `depth` bytes.
struct Range {
  std::uint32_t begin = 0, end = 0, depth = 0;
};

}  // namespace

UnigramTrie::UnigramTrie(const std::vector<UnigramPiece>& pieces) {
  const SortedTexts texts(pieces);
  for (const UnigramPiece& piece : pieces) longest_ = std::max(longest_, piece.text.size());
  std::vector<Range> ranges;  // by node
  ranges.reserve(2 * pieces.size());
  const auto split = [&](Range range) {  // one node for each byte that follows
    while (range.begin < range.end) {
      const char label = texts[range.begin][range.depth];
      std::uint32_t end = range.begin + 1;
      while (end < range.end && texts[end][range.depth] == label) ++end;
      ranges.push_back({range.begin, end, range.depth + 1});
      labels_ += label;
      range.begin = end;
    }
  };
  root_.fill(kNone);
  split({0, static_cast<std::uint32_t>(pieces.size()), 0});
  for (std::uint32_t i = 0; i < ranges.size(); ++i) root_[static_cast<unsigned char>(labels_[i])] = i;

  // A node's children stand near it: a walk down stays within few cache lines.
  std::vector<std::uint32_t> open(ranges.size());
  std::iota(open.rbegin(), open.rend(), 0U);
  while (!open.empty()) {
    const std::uint32_t at = open.back();
    open.pop_back();
    Range range = ranges[at];
    Node node;
    if (range.end - range.begin == 1) {
      const std::string_view rest = texts[range.begin].substr(range.depth);
      const UnigramPiece& piece = pieces[texts.from[range.begin]];
      node = {piece.id, piece.score, static_cast<std::uint32_t>(tails_.size()), 0, static_cast<std::uint16_t>(rest.size())};
      tails_ += rest;
    } else {
      if (texts[range.begin].size() == range.depth) {
        const UnigramPiece& piece = pieces[texts.from[range.begin++]];
        node.id = piece.id;
        node.score = piece.score;
      }
      if (texts[range.begin].size() == range.depth) {  // the same text once more
        duplicate_ = pieces[texts.from[range.begin]].id;
        return;
      }
      node.first = static_cast<std::uint32_t>(ranges.size());
      split(range);
      node.children = static_cast<std::uint16_t>(ranges.size() - node.first);
      for (auto next = static_cast<std::uint32_t>(ranges.size()); next > node.first; --next) open.push_back(next - 1);
    }
    nodes_.resize(ranges.size());
    nodes_[at] = node;
  }
  labels_.append(8, '\0');
  make_tables();
}

// A byte's child at once, where there are so many that looking through them takes longer.
void UnigramTrie::make_tables() {
  constexpr std::size_t kMany = 16, kMaxTables = 0xFFFF;
  for (Node& node : nodes_) {
    if (node.children <= kMany || tables_.size() == kMaxTables) continue;
    Table& table = tables_.emplace_back();
    for (std::uint32_t i = 0; i < node.children; ++i)
      table[static_cast<unsigned char>(labels_[node.first + i])] = static_cast<std::uint8_t>(i + 1);
    node.extra = static_cast<std::uint16_t>(tables_.size());
  }
}

}  // namespace rag
