#pragma once

#include <vector>

#include "models/safetensors.h"

namespace rag {

// The numbers of an F32, F16 or BF16 tensor as F32, row after row.
std::vector<float> floats_of(const Tensor& tensor);

// One row of a matrix of such a type: shape[1] floats.
void copy_row(const Tensor& matrix, std::size_t row, float* to);

}  // namespace rag
