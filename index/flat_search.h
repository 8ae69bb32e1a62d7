#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "index/vector_index.h"
#include "index/vector_segment.h"

namespace rag {

// Rows [begin, end) of a segment.
struct RowsOfSegment {
  const VectorSegment* segment = nullptr;
  std::size_t begin = 0, end = 0;
};

// Compares the query with every vector of these segments: exact, and as fast as memory can be read.  Several queries at once (search_many) read it once for
// 64 of them.
// `deleted` and the segments must outlive the index.  Safe to search from several threads at once.
std::unique_ptr<VectorIndex> make_flat_index(std::vector<const VectorSegment*> segments, const ChunkSet* deleted, std::size_t dimension);
// With these rows of them alone.
std::unique_ptr<VectorIndex> make_flat_index_of(const std::vector<RowsOfSegment>& rows, const ChunkSet* deleted, std::size_t dimension);

}  // namespace rag
