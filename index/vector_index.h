#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/gpu.h"
#include "index/hit.h"

namespace rag {

// How a search finds the nearest vectors.
enum class VectorMethod {
  Auto,   // Exact up to `ivf_from` chunks, Ivf above
  Exact,  // compares the query with every vector
  Ivf,    // with those of the lists nearest to it, where the index has lists (vector_lists.h); Exact where it has none.  For vectors of one length
};

struct VectorSearchOptions {
  VectorMethod method = VectorMethod::Auto;

  // Lists that Ivf looks into.  More find more and take longer; all of them are the exact search.  0: as many as default_probes() says.
  std::size_t probes = 0;

  // An exact scan of so many chunks of 384 dimensions takes about a tenth of a second on one core.
  std::size_t ivf_from = 500000;

  // Auto and Exact may be answered by a GPU, which finds the same exactly (device_search.h says when).  Ivf is the processor's.
  DeviceChoice device;
};

// The vectors of one snapshot.  Deleted chunks are never returned.
class VectorIndex {
 public:
  virtual ~VectorIndex() = default;
  // The `k` chunks of largest inner product, best first, ties by chunk id; fewer where there are fewer.  Scores are exact whatever the
  // method; Ivf may miss some of the `k`, never returns fewer.
  // Only chunks in `allowed` (all where it is null).  Throws Error(Mismatch) where the query has another dimension.
  virtual std::vector<Hit> search(std::span<const float> query, std::size_t k, const ChunkSet* allowed,
                                  const VectorSearchOptions& options = {}) const = 0;
  // Several queries, one behind the other; an answer for each, as search() gives it.  On a GPU a thousand take little longer than ten.
  virtual std::vector<std::vector<Hit>> search_many(std::span<const float> queries, std::size_t count, std::size_t k, const ChunkSet* allowed,
                                                    const VectorSearchOptions& options = {}) const {
    std::vector<std::vector<Hit>> answers;
    for (std::size_t i = 0; i < count; ++i) answers.push_back(search(queries.subspan(i * (queries.size() / count), queries.size() / count), k, allowed, options));
    return answers;
  }
  // The inner product with each of these chunks, in order.
  virtual std::vector<double> score(std::span<const float> query, std::span<const ChunkId> chunks) const = 0;
  // True where such a search would look into lists instead of at every vector.
  virtual bool searches_lists(const VectorSearchOptions&) const { return false; }
};

}  // namespace rag
