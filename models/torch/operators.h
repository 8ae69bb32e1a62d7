#pragma once

#include <ATen/core/Tensor.h>

#include "models/model_directory.h"

namespace rag {

// oneDNN's matrix products as libtorch carries them.  libtorch's own at::linear goes to MKL, which on processors that are not Intel's
// reaches 70 to 90 % of what oneDNN's generated kernels do, and which cannot multiply bytes.

// Weights of a linear layer (out x in, F32 or BF16) in the order oneDNN likes.
at::Tensor pack_weight(const at::Tensor& weight);

// x W^T + bias, x in the type of the weight.
at::Tensor linear(const at::Tensor& x, const at::Tensor& packed_weight, const at::Tensor& bias);
// The same with the activation applied to the result.
at::Tensor linear_activated(const at::Tensor& x, const at::Tensor& packed_weight, const at::Tensor& bias, Activation activation);

// The same for weights of bytes (kChar, out x in).
at::Tensor pack_byte_weight(const at::Tensor& weight);

// (x - zero_point) W^T scaled by `weight_scale`, one number an output, as F32; x of kByte.
at::Tensor byte_linear(const at::Tensor& x, std::int64_t zero_point, const at::Tensor& packed_weight, const at::Tensor& weight_scale);

}  // namespace rag
