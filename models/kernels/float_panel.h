#pragma once

// What the ways to multiply floats share: float_product() chooses one.

#include "models/kernels/float_product.h"
#include "models/kernels/split_rows.h"

namespace rag {

// As float_product(), with the AMX tiles of this processor.  Rows that are no numbers come out as if they were zeros.  Weights are numbers.
void multiply_with_amx(const SplitRows& x, const FloatMatrix& weights, const FloatPart& part, float* out, std::size_t out_stride);

}  // namespace rag
