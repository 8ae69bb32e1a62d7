#pragma once

#include <cstddef>
#include <memory>

#include "models/cuda/gpu.h"

namespace rag::gpu {

// The GPU of that number, with streams and a cuBLASLt handle of its own.  Throws Error(Backend).
std::unique_ptr<Gpu> make_cuda_gpu(int number);

}  // namespace rag::gpu
