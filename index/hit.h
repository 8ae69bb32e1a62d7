#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/chunk.h"

namespace rag {

// A chunk found by one leg.  Larger is better.
struct Hit {
  ChunkId chunk;
  double score = 0;
};

// A set of chunks, one bit each: what a search may return.
class ChunkSet {
 public:
  void insert(ChunkId id) {
    const auto word = static_cast<std::size_t>(id.value) / 64;
    if (word >= words_.size()) words_.resize(word + 1);
    words_[word] |= std::uint64_t{1} << (id.value % 64);
  }
  bool contains(ChunkId id) const {
    const auto word = static_cast<std::size_t>(id.value) / 64;
    return word < words_.size() && (words_[word] >> (id.value % 64) & 1);
  }
  bool empty() const {
    for (const std::uint64_t word : words_)
      if (word != 0) return false;
    return true;
  }
  std::size_t size() const {
    std::size_t count = 0;
    for (const std::uint64_t word : words_) count += static_cast<std::size_t>(std::popcount(word));
    return count;
  }
  // Bit i % 64 of word i / 64 is chunk i's; there is no word behind the last chunk's.
  std::span<const std::uint64_t> words() const { return words_; }
  // visit(ChunkId) for each, ascending.
  template <typename Visit>
  void for_each(const Visit& visit) const {
    for (std::size_t i = 0; i < words_.size(); ++i)
      for (std::uint64_t rest = words_[i]; rest != 0; rest &= rest - 1) visit(ChunkId{static_cast<std::int64_t>(i * 64) + std::countr_zero(rest)});
  }

 private:
  std::vector<std::uint64_t> words_;
};

}  // namespace rag
