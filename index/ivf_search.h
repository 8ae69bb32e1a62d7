#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "index/ivf_file.h"
#include "index/vector_index.h"
#include "index/vector_segment.h"

namespace rag {

// How many of so many lists are looked into where nobody says: what finds .97 and more of the best ten on embeddings of texts (docs/benchmarks.md),
// 2 * sqrt(lists).  Where more than ten are wanted it grows with their cube root.
std::size_t default_probes(std::size_t lists, std::size_t k);

// Searches as make_flat_index() does, and where the options say so through the lists of `file`: the query is compared with coded vectors of the
// lists nearest to it, and the best of those exactly.  Segments that the file does not know are searched exactly beside it; rows of segments
// that are no longer there are passed over.  A filter is obeyed in the lists, more of which are looked into until as many allowed vectors were
// seen as else vectors; one that allows few is answered exactly, where that is quicker.
// Where the file turns out damaged, this and every later search is exact.
// `deleted` and the segments must outlive the index; `file` may be null.  Safe to search from several threads at once.
std::unique_ptr<VectorIndex> make_ivf_index(std::vector<const VectorSegment*> segments, const ChunkSet* deleted, std::size_t dimension,
                                            std::unique_ptr<const IvfFile> file);

}  // namespace rag
