#include "models/unigram_trie.h"

#include <algorithm>

#include "models/sorted_pieces.h"

namespace rag {

// Sorted, the pieces of a node are a range.  Its children are the ranges between the places where neighbours part just behind what the
// node's pieces share, so that building reads those places and hardly a text.
class UnigramTrie::Builder {
 public:
  Builder(UnigramTrie& trie, const std::vector<UnigramPiece>& pieces, const SortedPieces& sorted)
      : trie_(trie), made_(trie.made_), pieces_(pieces), order_(sorted.order), partings_(sorted.partings) {
    // An upper bound for real vocabularies; pages never written cost nothing.
    made_.nodes.reserve(2 * pieces.size());
    made_.labels.reserve(2 * pieces.size() + 8);
  }

  void build() {
    make_nodes();
    made_.labels.append(8, '\0');
    make_tables();
    trie_.nodes_ = made_.nodes;
    trie_.tables_ = made_.tables;
    trie_.labels_ = made_.labels;
    trie_.tails_ = made_.tails;
  }

 private:
  static constexpr std::uint32_t kAhead = 16;

  // The sorted pieces that share their first `depth` bytes, and their node.
  struct Range {
    std::uint32_t node = 0, begin = 0, end = 0, depth = 0;
  };

  void make_nodes() {
    trie_.root_.fill(kNone);
    if (order_.empty()) return;
    add_children({0, 0, static_cast<std::uint32_t>(order_.size()), 0});
    for (std::uint32_t i = 0; i < made_.nodes.size(); ++i) trie_.root_[static_cast<unsigned char>(made_.labels[i])] = i;
    // A node's children stand near it: a walk down stays within few cache lines.
    while (!open_.empty()) {
      const Range range = open_.back();
      open_.pop_back();
      range.end - range.begin == 1 ? make_leaf(range) : make_inner(range);
    }
  }

  const UnigramPiece& piece(std::uint32_t place) const { return pieces_[order_[place]]; }

  void make_leaf(const Range& range) {
    if (range.begin + kAhead < order_.size()) {  // places are met in order, but what stands there lies anywhere in memory
      __builtin_prefetch(&piece(range.begin + kAhead));
      __builtin_prefetch(piece(range.begin + kAhead / 2).text.data());
    }
    const UnigramPiece& only = piece(range.begin);
    const std::string_view rest = only.text.substr(range.depth);
    made_.nodes[range.node] = {only.id, only.score, static_cast<std::uint32_t>(made_.tails.size()), 0,
                                static_cast<std::uint16_t>(rest.size())};
    made_.tails += rest;
  }

  void make_inner(Range range) {
    Node node;
    if (const SortedPieces::Parting& first = partings_[range.begin + 1]; first.depth == range.depth && first.before == '\0') {
      node.id = piece(range.begin).id;  // it ends here
      node.score = piece(range.begin).score;
      ++range.begin;
    }
    node.first = static_cast<std::uint32_t>(made_.nodes.size());
    add_children(range);
    node.children = static_cast<std::uint16_t>(made_.nodes.size() - node.first);
    made_.nodes[range.node] = node;
  }

  // One node for each byte that follows.  They are open, the first on top.
  void add_children(const Range& range) {
    const std::size_t before = open_.size();
    char label = piece(range.begin).text[range.depth];
    std::uint32_t begin = range.begin;
    for (std::uint32_t i = range.begin + 1; i <= range.end; ++i) {
      if (i < range.end && partings_[i].depth != range.depth) continue;
      open_.push_back({static_cast<std::uint32_t>(made_.nodes.size()), begin, i, range.depth + 1});
      made_.nodes.emplace_back();
      made_.labels += label;
      begin = i;
      if (i < range.end) label = partings_[i].after;
    }
    std::reverse(open_.begin() + static_cast<std::ptrdiff_t>(before), open_.end());
  }

  // A byte's child at once, where there are so many that looking through them takes longer.
  void make_tables() {
    constexpr std::size_t kMany = 16, kMaxTables = 0xFFFF;
    for (Node& node : made_.nodes) {
      if (node.children <= kMany || made_.tables.size() == kMaxTables) continue;
      Table& table = made_.tables.emplace_back();
      for (std::uint32_t i = 0; i < node.children; ++i)
        table[static_cast<unsigned char>(made_.labels[node.first + i])] = static_cast<std::uint8_t>(i + 1);
      node.extra = static_cast<std::uint16_t>(made_.tables.size());
    }
  }

  UnigramTrie& trie_;
  Made& made_;
  const std::vector<UnigramPiece>& pieces_;
  const std::vector<std::uint32_t>& order_;
  const std::vector<SortedPieces::Parting>& partings_;
  std::vector<Range> open_;
};

UnigramTrie::UnigramTrie(const std::vector<UnigramPiece>& pieces) {
  for (const UnigramPiece& piece : pieces) longest_ = std::max(longest_, piece.text.size());
  const SortedPieces sorted(pieces);
  duplicate_ = sorted.duplicate >= 0 ? pieces[static_cast<std::size_t>(sorted.duplicate)].id : -1;
  if (duplicate_ >= 0) return;
  Builder(*this, pieces, sorted).build();
}

UnigramTrie::UnigramTrie(PreparedReader& in) {
  const auto sizes = in.take_span<std::uint64_t>(5);
  if (sizes.empty()) return;
  longest_ = sizes[0];
  const auto root = in.take_span<std::uint32_t>(root_.size());
  std::copy(root.begin(), root.end(), root_.begin());
  nodes_ = in.take_span<Node>(sizes[1]);
  tables_ = in.take_span<Table>(sizes[2]);
  labels_ = in.take_span<char>(sizes[3]);
  tails_ = in.take_span<char>(sizes[4]);
}

void UnigramTrie::write(PreparedWriter& out) const {
  const std::array<std::uint64_t, 5> sizes{longest_, nodes_.size(), tables_.size(), labels_.size(), tails_.size()};
  out.put(std::span<const std::uint64_t>(sizes));
  out.put(std::span<const std::uint32_t>(root_));
  out.put(nodes_);
  out.put(tables_);
  out.put(labels_);
  out.put(tails_);
}

}  // namespace rag
