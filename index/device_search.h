#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/gpu.h"
#include "index/device_rows.h"
#include "index/vector_index.h"
#include "index/vector_segment.h"

namespace rag {

// Brings rows to the GPUs of a choice, all but `most_left_out` at most.  Throws Error(Backend) where that cannot be, saying why.
using OpenDeviceRows = std::function<std::unique_ptr<DeviceRows>(std::span<const VectorSegment* const> segments, const ChunkSet& deleted, std::size_t dimension,
                                                                 const DeviceChoice& choice, std::size_t most_left_out)>;

// By librag_cuda.so.
std::unique_ptr<DeviceRows> open_device_rows(std::span<const VectorSegment* const> segments, const ChunkSet& deleted, std::size_t dimension, const DeviceChoice& choice,
                                             std::size_t most_left_out);

// When DeviceChoice::Auto takes a GPU.  Bringing an index up reads all of it, as a search on the processor does, and opening the GPU takes a second:
// that gains nothing for one question, so it is done when some have been asked and the index is so large that each took more than some milliseconds.
struct DeviceAuto {
  std::size_t numbers = 50'000'000;  // rows times dimension: 130,000 chunks of 384
  std::size_t queries = 8;           // answered on the processor before
};

class DeviceVectorIndex : public VectorIndex {
 public:
  // Why no GPU answers; empty where one does, or none was asked yet.
  virtual std::string failure() const = 0;
};

// Searches on a GPU where options.device allows it, else as `processor` does, with the same answers: the GPU proposes candidates by rounded vectors, the
// segments' own vectors give their exact scores, and where what the GPU left out could still be better (its scores have a known bound of error) it is
// asked again for all that could, or the processor is.  Every candidate is checked against `deleted` and the filter before it is believed.
// What does not fit the GPUs is compared by the processor at the same time, which a notice says; but where the processor has lists for such a search and more
// than DeviceAuto::numbers would be left to it, Auto stays with the lists.
// The GPU is opened by the first search that wants it, and tested: a search with a filter is compared with the processor's.  Where it cannot be opened or
// fails later, one notice says so and the processor goes on; with DeviceChoice::Cuda, one that cannot be opened is an Error(Backend).
// `deleted` and the segments must outlive the index.  Safe to search from several threads at once.
std::unique_ptr<DeviceVectorIndex> make_device_index(std::unique_ptr<VectorIndex> processor, std::vector<const VectorSegment*> segments, const ChunkSet* deleted,
                                                     std::size_t dimension, OpenDeviceRows open = open_device_rows, const DeviceAuto& auto_from = {});

// The same chunks with the same scores in the same order.
bool same_hits(const std::vector<Hit>& a, const std::vector<Hit>& b);

// A small search with a filter on this GPU, compared with the processor's; empty where they agree, else what went wrong.  Needs a folder for temporary files.
std::string device_self_test(const DeviceChoice& choice, const OpenDeviceRows& open = open_device_rows);

}  // namespace rag
