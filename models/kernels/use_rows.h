#pragma once

#include <cstddef>
#include <cstdint>

namespace rag {

// What stands between the matrix products of a Universal Sentence Encoder, row by row.  Compiled for AVX-512, AVX2 and plain x86-64.

struct RowNorm {
  const float* weight = nullptr;
  const float* bias = nullptr;
  float epsilon = 0;
};

// out = minimum + scale * bytes
void unpack_bytes(const std::uint8_t* bytes, std::size_t count, float scale, float minimum, float* out);

// x = layer_norm(x + bias)
void add_bias_and_normalise(float* x, const float* bias, const RowNorm& norm, std::size_t count);

// sum += layer_norm(x); x is overwritten.
void normalise_and_add(float* x, const RowNorm& norm, std::size_t count, float* sum);

// x = max(x + bias, 0) + residual
void rectify_and_add(float* x, const float* bias, const float* residual, std::size_t count);

}  // namespace rag
