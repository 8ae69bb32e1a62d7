#pragma once

#include <ATen/core/Tensor.h>

#include "models/model_directory.h"

namespace rag {

// oneDNN's matrix products as libtorch carries them.  libtorch's own at::linear goes to MKL, which on processors that are not Intel's
// reaches 70 to 90 % of what oneDNN's generated kernels do.

// Weights of a linear layer (out x in, F32 or BF16) in the order oneDNN likes.
at::Tensor pack_weight(const at::Tensor& weight);

// x W^T + bias, x in the type of the weight.
at::Tensor linear(const at::Tensor& x, const at::Tensor& packed_weight, const at::Tensor& bias);
// The same with the activation applied to the result.
at::Tensor linear_activated(const at::Tensor& x, const at::Tensor& packed_weight, const at::Tensor& bias, Activation activation);

}  // namespace rag
