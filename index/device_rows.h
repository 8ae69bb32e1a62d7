#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/gpu.h"
#include "index/hit.h"
#include "index/vector_segment.h"

namespace rag {

// A row that a GPU found.  Its score is of rounded numbers.
struct DeviceCandidate {
  std::uint32_t segment = 0;  // as they were given
  std::uint32_t row = 0;
  float score = 0;
};

struct DeviceAnswer {
  std::vector<DeviceCandidate> candidates;  // in no order
  float floor = 0;                          // no allowed row that is not among them scores more; minus infinity where none is missing
};

// How far a GPU's score may be from the inner product: |query| * largest_error for the rows, and what rounding() of device_search.h adds.
struct DeviceRounding {
  float largest_norm = 0;   // of a row
  float largest_error = 0;  // length of the difference between a row and what the GPU holds of it
};

struct DeviceQuestions {
  std::span<const float> queries;  // one behind the other, finite, none of their numbers beyond 1
  std::size_t wanted = 0;          // candidates of each, at most; not 0
  std::span<const float> floors;   // what scores no more is not looked for; one of each query, or none
  const ChunkSet* allowed = nullptr;
};

// Rows [begin, end) of a segment, as the segments were given.
struct DeviceGap {
  std::uint32_t segment = 0;
  std::size_t begin = 0, end = 0;
};

// The vectors of some segments in the memory of one GPU or several, in fp16, and the search over them.
class DeviceRows {
 public:
  virtual ~DeviceRows() = default;
  // What there was no room for, in the order of the segments: best() does not look there.
  virtual std::vector<DeviceGap> gaps() const { return {}; }
  virtual DeviceRounding rounding() const = 0;
  // True where so many queries at once are rounded to fp16 as well.
  virtual bool rounds_queries(std::size_t queries) const = 0;
  // One answer for each query.  Deleted chunks and those that are not allowed are not among the candidates.  From several threads at once.
  // Throws Error(Backend) where the GPU fails or its memory does not suffice.
  virtual std::vector<DeviceAnswer> best(const DeviceQuestions& questions) const = 0;
};

// What librag_cuda.so exports under kCudaRows: fills the GPUs' memory, keeping what an index opened before has put there.  `segments` and `deleted` are
// not needed afterwards.  Throws Error(Backend) where more than `most_left_out` rows, or all of them, do not fit or a GPU fails, Error(Corrupt) for a damaged segment.
using CudaRows = DeviceRows* (*)(std::span<const VectorSegment* const> segments, const ChunkSet& deleted, std::size_t dimension,
                                 std::span<const GpuDevice> devices, std::size_t most_left_out);
inline constexpr char kCudaRows[] = "rag_cuda_rows";

}  // namespace rag
