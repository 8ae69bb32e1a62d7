#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/prepared_file.h"

namespace rag {

struct UnigramPiece {
  std::string_view text;  // not empty
  std::int32_t id = -1;
  float score = 0;
};

// Finds every piece a text begins with.  Built in a few hundredths of a second for a quarter of a million pieces, which is why it
// exists: sentencepiece takes half a second for its own, longer than a search may last.  Kept for the next process it is there at once.
class UnigramTrie {
 public:
  // Where two texts are equal, one of them is duplicate() and the trie must not be used.
  explicit UnigramTrie(const std::vector<UnigramPiece>& pieces);

  // One that was written.  What `in` reads must outlive it; unusable where `in` has not all of it, which its reader then says.
  explicit UnigramTrie(PreparedReader& in);
  void write(PreparedWriter& out) const;

  UnigramTrie(const UnigramTrie&) = delete;
  UnigramTrie& operator=(const UnigramTrie&) = delete;

  std::int32_t duplicate() const { return duplicate_; }  // -1: none

  std::size_t longest() const { return longest_; }  // bytes of the longest piece

  // Calls found(length, id, score) for every piece that `text` begins with, shortest first.
  template <typename Found>
  void for_each_prefix(std::string_view text, Found&& found) const {
    std::uint32_t at = text.empty() ? kNone : root_[static_cast<unsigned char>(text[0])];
    for (std::size_t length = 1; at != kNone; ++length) {
      const Node& node = nodes_[at];
      if (node.children == 0) {  // one piece is left on this way: the rest of it is compared at once
        const std::string_view rest = tail(node);
        if (text.substr(length).starts_with(rest)) found(length + rest.size(), node.id, node.score);
        return;
      }
      if (node.id >= 0) found(length, node.id, node.score);
      if (length == text.size()) return;
      at = child(node, text[length]);
    }
  }

 private:
  class Builder;
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;

  struct Node {
    std::int32_t id = -1;
    float score = 0;
    std::uint32_t first = 0;  // first child, or where the tail begins in tails_
    std::uint16_t children = 0;
    std::uint16_t extra = 0;  // without children: the tail's size; with: the number of its table from 1 on, 0 for none
  };
  using Table = std::array<std::uint8_t, 256>;  // by byte: which child from 1 on, 0 for none; NUL is in no text, so there are 255 at most

  std::string_view tail(const Node& node) const { return {tails_.data() + node.first, node.extra}; }

  std::uint32_t child(const Node& node, char byte) const {
    if (node.extra > 0) {
      const std::uint8_t at = tables_[node.extra - 1U][static_cast<unsigned char>(byte)];
      return at > 0 ? node.first + at - 1 : kNone;
    }
    // Eight labels at once: the lowest byte that is zero after the subtraction's borrow is the first that is equal.
    constexpr std::uint64_t kOnes = 0x0101010101010101, kHighs = 0x8080808080808080;
    const std::uint64_t wanted = kOnes * static_cast<unsigned char>(byte);
    for (std::uint32_t at = 0; at < node.children; at += 8) {
      std::uint64_t labels = 0;
      std::memcpy(&labels, labels_.data() + node.first + at, sizeof labels);
      const std::uint64_t differs = labels ^ wanted, equal = (differs - kOnes) & ~differs & kHighs;
      if (equal == 0) continue;
      at += static_cast<std::uint32_t>(std::countr_zero(equal)) / 8;
      return at < node.children ? node.first + at : kNone;
    }
    return kNone;
  }

  static_assert(std::endian::native == std::endian::little, "the first label is the lowest byte");

  struct Made {
    std::vector<Node> nodes;
    std::vector<Table> tables;
    std::string labels, tails;
  };

  Made made_;  // empty where it was read
  // Into made_ or what was read.
  std::span<const Node> nodes_;
  std::span<const Table> tables_;
  std::span<const char> labels_;  // by node: the byte that leads to it; the children of a node stand together; eight bytes behind the last
  std::span<const char> tails_;
  std::array<std::uint32_t, 256> root_{};
  std::size_t longest_ = 0;
  std::int32_t duplicate_ = -1;
};

}  // namespace rag
