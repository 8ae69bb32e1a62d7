#pragma once

#include <cstddef>

#include "models/kernels/row_kernels.h"

namespace rag {

// What stands between the matrix products of an encoder in fp32.  Compiled for AVX-512, AVX2 and plain x86-64.

// In place.  Gelu by erf, largest error 2e-7 |x|; GeluTanh by its definition; Relu.
void activate_rows(float* x, std::size_t count, Activation activation);

// hidden = layer_norm(x + hidden), row by row.
void add_and_norm_rows(const float* x, std::size_t rows, std::size_t columns, const NormWeights& norm, float* hidden);

}  // namespace rag
