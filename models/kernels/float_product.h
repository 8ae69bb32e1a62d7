#pragma once

#include <cstddef>
#include <vector>

namespace rag {

// A matrix of weights as floats, packed for float_product().
class FloatWeights {
 public:
  // `weights`: inputs x outputs, in rows of `outputs`.
  FloatWeights(const float* weights, std::size_t inputs, std::size_t outputs);

  std::size_t inputs() const { return inputs_; }
  std::size_t outputs() const { return outputs_; }

 private:
  friend void float_product(const float* x, std::size_t rows, std::size_t stride, const FloatWeights& weights, float* out, std::size_t out_stride);

  std::size_t inputs_;
  std::size_t outputs_;
  std::vector<float> packed_;  // [outputs / 64][inputs][64], filled up with zeros
};

// out = x * weights, rows x outputs, one thread.  Row r begins at x + r * stride and has weights.inputs() floats; a stride below that makes
// rows overlap, which is how a convolution reads its windows.  Results begin at out + r * out_stride and must not overlap x.
// AVX-512 or AVX2 with FMA where the processor has them.
void float_product(const float* x, std::size_t rows, std::size_t stride, const FloatWeights& weights, float* out, std::size_t out_stride);

}  // namespace rag
