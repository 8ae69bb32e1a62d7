#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "core/cuda/numbers.h"
#include "core/error.h"

struct CUstream_st;  // CUDA's own name for what cudaStream_t points to

namespace rag::gpu {

// Rows that the kernels take: a multiple of kRowStep numbers, at most kWidestRow.
inline constexpr std::size_t kRowStep = 8, kWidestRow = 2048;

// Layer norm, on the GPU.
struct Norm {
  const float* weight;
  const float* bias;
  float epsilon;
};

// x W^T + bias, on the GPU.
struct Linear {
  const Bf16* weight;  // outputs x inputs
  const Bf16* bias;
  const float* exact_bias;
  std::size_t outputs, inputs;
};

// What is done to the sums of a product before they are rounded.
enum class Finish { Nothing, Bias, BiasGelu, BiasRelu };

// Less memory than was asked for.  Whoever needs less then may try again.
class OutOfMemory : public Error {
 public:
  explicit OutOfMemory(const std::string& message) : Error(ErrorKind::Backend, message) {}
};

// Memory that is given back with it.
using Memory = std::shared_ptr<void>;

// One caller's way to a GPU: memory, matrix products, and three queues beside one another: what goes up, what is computed, what comes down.
// Everything throws Error(Backend), allocations OutOfMemory.  In tests the processor stands in for it.
class Gpu {
 public:
  virtual ~Gpu() = default;

  virtual void enter() = 0;  // before a thread uses it
  virtual Memory allocate(std::size_t bytes) = 0;         // of the GPU
  virtual Memory allocate_pinned(std::size_t bytes) = 0;  // of the host, where copies go while both compute

  // Queued.  The computing queue takes up what has gone up before compute_what_went_up(); what comes down waits for all that was queued to be computed.
  virtual void upload(void* to, const void* from, std::size_t bytes) = 0;
  virtual void compute_what_went_up() = 0;
  virtual void wait_for_uploads() = 0;
  virtual void download(void* to, const void* from, std::size_t bytes) = 0;
  // A number for all that was queued to come down so far; `wait` returns when it has.
  virtual std::size_t mark() = 0;
  virtual void wait(std::size_t mark) = 0;

  virtual CUstream_st* stream() = 0;  // where kernels are queued
  // out = finish(x W^T), `rows` of them; queued like a kernel.
  virtual void product(const Bf16* x, std::size_t rows, const Linear& layer, Finish finish, Bf16* out) = 0;
};

}  // namespace rag::gpu
