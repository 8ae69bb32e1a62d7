#include "models/torch/bert.h"

#include <ATen/Tensor.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/scaled_dot_product_attention.h>

#include <string>

namespace rag {
namespace {

at::ScalarType scalar_type(TensorType type) {
  if (type == TensorType::F16) return at::kHalf;
  return type == TensorType::BF16 ? at::kBFloat16 : at::kFloat;
}

// A view of the mapped bytes, in the type they have.  A file may place a tensor at any address; odd ones are copied.
at::Tensor mapped(const Tensor& tensor) {
  void* data = const_cast<char*>(tensor.data.data());  // nobody writes to it: the pages are read-only
  const at::ScalarType type = scalar_type(tensor.type);
  if (reinterpret_cast<std::uintptr_t>(data) % bytes_per_element(tensor.type) == 0) return at::from_blob(data, tensor.shape, type);
  return at::from_blob(data, {static_cast<std::int64_t>(tensor.data.size())}, at::kByte).clone().view(type).view(tensor.shape);
}

at::Tensor as_float(const Tensor& tensor) { return mapped(tensor).to(at::kFloat); }

Linear linear_of(const EncoderWeights& weights, const std::string& name) {
  return {as_float(weights.get(name + ".weight")), as_float(weights.get(name + ".bias"))};
}

LayerNorm norm_of(const EncoderWeights& weights, const std::string& name, double epsilon) {
  return {as_float(weights.get(name + ".weight")), as_float(weights.get(name + ".bias")), epsilon};
}

EncoderLayer layer_of(const EncoderWeights& weights, const std::string& name, double epsilon) {
  return {.query = linear_of(weights, name + ".attention.self.query"),
          .key = linear_of(weights, name + ".attention.self.key"),
          .value = linear_of(weights, name + ".attention.self.value"),
          .attention_output = linear_of(weights, name + ".attention.output.dense"),
          .attention_norm = norm_of(weights, name + ".attention.output.LayerNorm", epsilon),
          .widen = linear_of(weights, name + ".intermediate.dense"),
          .narrow = linear_of(weights, name + ".output.dense"),
          .output_norm = norm_of(weights, name + ".output.LayerNorm", epsilon)};
}

at::Tensor apply(const Linear& linear, const at::Tensor& x) { return at::linear(x, linear.weight, linear.bias); }

at::Tensor apply(const LayerNorm& norm, const at::Tensor& x) {
  return at::layer_norm(x, {x.size(-1)}, norm.weight, norm.bias, norm.epsilon);
}

void activate_(at::Tensor& x, Activation activation) {
  if (activation == Activation::Relu) {
    at::relu_(x);
  } else {
    at::gelu_(x, activation == Activation::Gelu ? "none" : "tanh");
  }
}

// The first text behind `row` that has another length.
std::size_t end_of_equal_lengths(const std::vector<std::size_t>& starts, std::size_t row) {
  const std::size_t length = starts[row + 1] - starts[row];
  do ++row;
  while (row + 1 < starts.size() && starts[row + 1] - starts[row] == length);
  return row;
}

}  // namespace

BertEncoder::BertEncoder(const EncoderWeights& weights, const EncoderConfig& config)
    : config_(config),
      words_(mapped(weights.get("embeddings.word_embeddings.weight"))),
      positions_(as_float(weights.get("embeddings.position_embeddings.weight"))),
      embedding_norm_(norm_of(weights, "embeddings.LayerNorm", config.layer_norm_epsilon)) {
  if (config.token_types > 0) token_type_ = as_float(weights.get("embeddings.token_type_embeddings.weight")).select(0, 0);
  for (std::size_t i = 0; i < config.layers; ++i)
    layers_.push_back(layer_of(weights, "encoder.layer." + std::to_string(i), config.layer_norm_epsilon));
}

at::Tensor BertEncoder::forward(const std::vector<std::int32_t>& ids, const std::vector<std::size_t>& starts) const {
  at::Tensor hidden = embed_tokens(ids, starts);
  for (const EncoderLayer& layer : layers_) {
    hidden = apply(layer.attention_norm, attend(layer, hidden, starts).add_(hidden));
    hidden = apply(layer.output_norm, feed_forward(layer, hidden).add_(hidden));
  }
  return hidden;
}

at::Tensor BertEncoder::embed_tokens(const std::vector<std::int32_t>& ids, const std::vector<std::size_t>& starts) const {
  std::vector<std::int32_t> places;
  places.reserve(starts.back() - starts.front());
  for (std::size_t row = 0; row + 1 < starts.size(); ++row)
    for (std::size_t i = starts[row]; i < starts[row + 1]; ++i)
      places.push_back(static_cast<std::int32_t>(i - starts[row] + config_.first_position));
  const auto count = static_cast<std::int64_t>(places.size());
  const at::Tensor tokens = at::from_blob(const_cast<std::int32_t*>(ids.data()) + starts.front(), {count}, at::kInt);
  at::Tensor hidden = at::embedding(words_, tokens).to(at::kFloat);
  hidden.add_(at::embedding(positions_, at::from_blob(places.data(), {count}, at::kInt)));
  if (token_type_.defined()) hidden.add_(token_type_);
  return apply(embedding_norm_, hidden);
}

// Each text attends to itself alone.  Texts of equal length that stand side by side share one call.
at::Tensor BertEncoder::attend(const EncoderLayer& layer, const at::Tensor& hidden, const std::vector<std::size_t>& starts) const {
  const at::Tensor query = apply(layer.query, hidden);
  const at::Tensor key = apply(layer.key, hidden);
  const at::Tensor value = apply(layer.value, hidden);
  const auto heads = static_cast<std::int64_t>(config_.heads);
  const std::int64_t head_size = hidden.size(1) / heads;
  at::Tensor context = at::empty(hidden.sizes(), hidden.options());
  for (std::size_t row = 0; row + 1 < starts.size();) {
    const std::size_t end = end_of_equal_lengths(starts, row);
    const auto first = static_cast<std::int64_t>(starts[row] - starts.front());
    const auto count = static_cast<std::int64_t>(starts[end] - starts[row]);
    const auto rows = static_cast<std::int64_t>(end - row);
    const auto by_head = [&](const at::Tensor& packed) {
      return packed.narrow(0, first, count).view({rows, count / rows, heads, head_size}).transpose(1, 2);
    };
    by_head(context).copy_(at::scaled_dot_product_attention(by_head(query), by_head(key), by_head(value)));
    row = end;
  }
  return apply(layer.attention_output, context);
}

at::Tensor BertEncoder::feed_forward(const EncoderLayer& layer, const at::Tensor& hidden) const {
  at::Tensor wide = apply(layer.widen, hidden);
  activate_(wide, config_.activation);
  return apply(layer.narrow, wide);
}

}  // namespace rag
