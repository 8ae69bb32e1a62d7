#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "index/vector_segment.h"

namespace rag {

// Finds the vectors of single chunks.  The segments must outlive it, and their ranges of ids must not overlap.
class ChunkPlaces {
 public:
  explicit ChunkPlaces(std::vector<const VectorSegment*> segments);

  struct Place {
    const VectorSegment* segment = nullptr;
    std::size_t row = 0;
  };
  std::optional<Place> find(ChunkId id) const;

 private:
  std::vector<const VectorSegment*> segments_;  // by first id
  std::vector<ChunkId> firsts_;
};

}  // namespace rag
