#include "models/torch/operators.h"

#include <ATen/core/List.h>
#include <ATen/core/dispatch/Dispatcher.h>

#include <optional>
#include <string>

namespace rag {
namespace {

using Scalars = c10::List<std::optional<at::Scalar>>;

template <typename Signature>
c10::TypedOperatorHandle<Signature> find_operator(const char* name) {
  return c10::Dispatcher::singleton().findSchemaOrThrow(name, "").typed<Signature>();
}

// Whether oneDNN has bf16 products for this processor: it wants AVX-512, or AVX2 with conversions to bf16.
bool multiplies_bf16() {
  static const bool does = find_operator<bool()>("mkldnn::_is_mkldnn_bf16_supported").call();
  return does;
}

at::Tensor pointwise(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, std::string_view attribute,
                     std::optional<std::string_view> algorithm) {
  using Signature = at::Tensor(const at::Tensor&, const at::Tensor&, const std::optional<at::Tensor>&, std::string_view, Scalars,
                               std::optional<std::string_view>);
  static const auto op = find_operator<Signature>("mkldnn::_linear_pointwise");
  // Products of bf16 are exact in fp32, in which both ways sum them up; the result is rounded to bf16 once.
  if (x.scalar_type() == at::kBFloat16 && !multiplies_bf16())
    return op.call(x.to(at::kFloat), weight, bias.to(at::kFloat), attribute, Scalars(), algorithm).to(at::kBFloat16);
  return op.call(x, weight, bias, attribute, Scalars(), algorithm);
}

}  // namespace

at::Tensor pack_weight(const at::Tensor& weight) {
  using Signature = at::Tensor(const at::Tensor&, std::optional<std::int64_t>);
  static const auto op = find_operator<Signature>("mkldnn::_reorder_linear_weight");
  const bool widen = weight.scalar_type() == at::kBFloat16 && !multiplies_bf16();
  return op.call(widen ? weight.to(at::kFloat) : weight, std::nullopt);
}

at::Tensor linear(const at::Tensor& x, const at::Tensor& packed_weight, const at::Tensor& bias) {
  return pointwise(x, packed_weight, bias, "none", std::nullopt);
}

at::Tensor linear_activated(const at::Tensor& x, const at::Tensor& packed_weight, const at::Tensor& bias, Activation activation) {
  if (activation == Activation::Relu) return pointwise(x, packed_weight, bias, "relu", std::nullopt);
  return pointwise(x, packed_weight, bias, "gelu", activation == Activation::Gelu ? "none" : "tanh");
}

}  // namespace rag
