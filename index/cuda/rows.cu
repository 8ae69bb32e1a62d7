// The search over vectors in librag_cuda.so; all of it lies in headers, which tests compile for the emulator.
#include "index/cuda/device_rows.h"

extern "C" __attribute__((visibility("default"))) rag::DeviceRows* rag_cuda_rows(std::span<const rag::VectorSegment* const> segments, const rag::ChunkSet& deleted,
                                                                                 std::size_t dimension, std::span<const rag::GpuDevice> devices, std::size_t most_left_out) {
  return new rag::cuda::GpuRows(segments, deleted, dimension, devices, most_left_out);
}
