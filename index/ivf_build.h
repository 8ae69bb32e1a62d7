#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "core/progress.h"
#include "index/hit.h"
#include "index/vector_segment.h"

namespace rag {

// How many lists so many vectors are put into: twice the square root, so that finding the lists of a query costs about as much as reading them.
std::size_t lists_for(std::size_t rows);

// Groups the living vectors of these segments of a generation and writes them as lists (ivf_file.h).  The same segments give the same file.  Memory:
// the directions of the lists, some thousand vectors, and 4 bytes a vector; the sample the groups are found with lies on disk meanwhile, beside
// `file`.  The segments' ranges of ids must not overlap.
// Throws Error(Usage) where no vector lives, or one is too long to be coded; Error(Interrupted) on Ctrl-C: then no file is left behind.
void build_ivf_file(const std::filesystem::path& file, std::vector<const VectorSegment*> segments, const ChunkSet& deleted, std::size_t dimension,
                    std::uint64_t generation, Progress& progress);

}  // namespace rag
