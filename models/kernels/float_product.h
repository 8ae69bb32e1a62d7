#pragma once

#include <cstddef>
#include <vector>

#include "models/kernels/float_registers.h"

namespace rag {

// A matrix of weights as floats, packed for float_product().
class FloatWeights {
 public:
  // `weights`: inputs x outputs, in rows of `outputs`; no bias.
  FloatWeights(const float* weights, std::size_t inputs, std::size_t outputs);
  // x W^T + bias.  `weights`: outputs x inputs, in rows of `inputs`; `bias`: outputs.
  static FloatWeights of_layer(const float* weights, const float* bias, std::size_t outputs, std::size_t inputs);

  std::size_t inputs() const { return inputs_; }
  std::size_t outputs() const { return outputs_; }

  // Outputs whose weights are packed together.
  static constexpr std::size_t kPanel = 64;

 private:
  friend void float_product(const float* x, std::size_t rows, std::size_t stride, const FloatWeights& weights, std::size_t first, std::size_t count,
                            float* out, std::size_t out_stride, std::size_t register_bytes);
  FloatWeights(std::size_t inputs, std::size_t outputs);

  std::size_t inputs_;
  std::size_t outputs_;
  std::vector<float> packed_;  // [outputs / kPanel][inputs][kPanel], filled up with zeros
  std::vector<float> bias_;    // likewise
};

// out = x * weights + bias, rows x outputs, one thread.  Row r begins at x + r * stride and has weights.inputs() floats; a stride below that
// makes rows overlap, which is how a convolution reads its windows.  Results begin at out + r * out_stride and must not overlap x.
// See float_register_bytes() for what it is computed with.
void float_product(const float* x, std::size_t rows, std::size_t stride, const FloatWeights& weights, float* out, std::size_t out_stride);

// Outputs [first, first + count) alone, both multiples of kPanel unless they reach the last output; out + r * out_stride is the first of them.
// register_bytes: narrower ones than the processor has may be asked for.
void float_product(const float* x, std::size_t rows, std::size_t stride, const FloatWeights& weights, std::size_t first, std::size_t count,
                   float* out, std::size_t out_stride, std::size_t register_bytes = float_register_bytes());

}  // namespace rag
