#pragma once

#include <memory>
#include <vector>

#include "index/vector_index.h"
#include "index/vector_segment.h"

namespace rag {

// Compares the query with every vector of these segments: exact, and as fast as memory can be read.
// `deleted` and the segments must outlive the index.  Safe to search from several threads at once.
std::unique_ptr<VectorIndex> make_flat_index(std::vector<const VectorSegment*> segments, const ChunkSet* deleted, std::size_t dimension);

}  // namespace rag
