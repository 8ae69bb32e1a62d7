#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "index/hit.h"

namespace rag {

// The vectors of one snapshot.  Deleted chunks are never returned.
class VectorIndex {
 public:
  virtual ~VectorIndex() = default;
  // The `k` chunks of largest inner product, best first, ties by chunk id; fewer where there are fewer.
  // Only chunks in `allowed` (all where it is null).  Throws Error(Mismatch) where the query has another dimension.
  virtual std::vector<Hit> search(std::span<const float> query, std::size_t k, const ChunkSet* allowed) const = 0;
  // The inner product with each of these chunks, in order.
  virtual std::vector<double> score(std::span<const float> query, std::span<const ChunkId> chunks) const = 0;
};

}  // namespace rag
