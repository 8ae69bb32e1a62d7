#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>

#include "models/cuda/gpu.h"

namespace rag::test {

// The processor in a GPU's place: everything happens at once, products are plain loops.  It can have little memory, and it can disappear.
class HostGpu final : public gpu::Gpu {
 public:
  struct State {
    std::size_t memory = SIZE_MAX;       // bytes that are left
    std::size_t products = SIZE_MAX;     // that it computes before it is gone
    std::size_t smallest_refused = 0;    // of all allocations there was no room for; 0: none
  };

  explicit HostGpu(std::shared_ptr<State> state) : state_(std::move(state)) {}

  void enter() override {}
  gpu::Memory allocate(std::size_t bytes) override {
    if (bytes > state_->memory) {
      state_->smallest_refused = state_->smallest_refused == 0 ? bytes : std::min(bytes, state_->smallest_refused);
      throw gpu::OutOfMemory("GPU: no room for " + std::to_string(bytes) + " bytes");
    }
    state_->memory -= state_->memory == SIZE_MAX ? 0 : bytes;
    return take(bytes, [state = state_, bytes](void* memory) {
      state->memory += state->memory == SIZE_MAX ? 0 : bytes;
      std::free(memory);
    });
  }
  gpu::Memory allocate_pinned(std::size_t bytes) override { return take(bytes, [](void* memory) { std::free(memory); }); }

  void upload(void* to, const void* from, std::size_t bytes) override { std::memcpy(to, from, bytes); }
  void compute_what_went_up() override {}
  void wait_for_uploads() override {}
  void download(void* to, const void* from, std::size_t bytes) override { std::memcpy(to, from, bytes); }
  std::size_t mark() override { return 0; }
  void wait(std::size_t) override {}
  CUstream_st* stream() override { return nullptr; }

  void product(const Bf16* x, std::size_t rows, const gpu::Linear& layer, gpu::Finish finish, Bf16* out) override {
    if (state_->products-- == 0) throw Error(ErrorKind::Backend, "GPU: fell off the bus");
    for (std::size_t row = 0; row < rows; ++row)
      for (std::size_t o = 0; o < layer.outputs; ++o) {
        float sum = finish == gpu::Finish::Nothing ? 0 : to_float(layer.bias[o]);
        for (std::size_t i = 0; i < layer.inputs; ++i) sum += to_float(x[row * layer.inputs + i]) * to_float(layer.weight[o * layer.inputs + i]);
        out[row * layer.outputs + o] = to_bf16(finished(sum, finish));
      }
  }

 private:
  // Not zeros: what is read before it is written should show.
  static gpu::Memory take(std::size_t bytes, auto give_back) {
    void* memory = std::aligned_alloc(256, (bytes + 255) / 256 * 256);
    std::memset(memory, 0xFF, bytes);
    return {memory, give_back};
  }

  static float finished(float x, gpu::Finish finish) {
    if (finish == gpu::Finish::BiasRelu) return std::max(x, 0.0F);
    if (finish == gpu::Finish::BiasGelu) return 0.5F * x * (1 + std::tanh(0.79788456F * (x + 0.044715F * x * x * x)));
    return x;
  }

  std::shared_ptr<State> state_;
};

}  // namespace rag::test
