#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/unigram_trie.h"

namespace rag {

// Pieces in the order of their bytes, and where neighbours part: all that a trie needs to know of them.
//
// They are sorted eight bytes at a time, as numbers; only pieces that share the first eight are looked at again for the next.
class SortedPieces {
 public:
  // No text is empty, has a NUL or more than 65,535 bytes.
  explicit SortedPieces(const std::vector<UnigramPiece>& pieces);

  struct Parting {
    std::uint16_t depth = 0;        // bytes that the piece at this place and the one before share
    char before = '\0', after = 0;  // their next bytes; before is NUL where the one before ends there
  };

  std::vector<std::uint32_t> order;  // which piece stands at each place
  std::vector<Parting> partings;     // by place; that of the first place says nothing
  std::int64_t duplicate = -1;       // which piece has another's text, then order and partings are not to be used; -1: none

 private:
  struct Entry {
    std::uint64_t head = 0;  // eight bytes as a number, zeros behind the end
    std::uint32_t piece = 0;
  };

  void sort(std::span<Entry> entries, std::size_t place, std::size_t depth);

  const std::vector<UnigramPiece>& pieces_;
};

}  // namespace rag
