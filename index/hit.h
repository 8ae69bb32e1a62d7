#pragma once

#include <cstddef>
#include <cstdint>
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

 private:
  std::vector<std::uint64_t> words_;
};

}  // namespace rag
