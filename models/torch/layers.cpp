#include "models/torch/layers.h"

#include <ATen/Parallel.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/zeros.h>

#include "models/kernels/attention_kernel.h"

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

std::int64_t padded_rows(std::int64_t tokens) {
  const std::int64_t step = tokens <= 64 ? 16 : 64;
  return (tokens + step - 1) / step * step;
}

// The first text behind `row` that has another length.
std::size_t end_of_equal_lengths(const std::vector<std::size_t>& starts, std::size_t row) {
  const std::size_t length = starts[row + 1] - starts[row];
  do ++row;
  while (row + 1 < starts.size() && starts[row + 1] - starts[row] == length);
  return row;
}

// Texts of equal length that stand side by side share one call.
at::Tensor attend_by_libtorch(const at::Tensor& query_key_value, const std::vector<std::size_t>& starts, std::size_t heads) {
  const auto head_count = static_cast<std::int64_t>(heads);
  const std::int64_t hidden = query_key_value.size(1) / 3;
  at::Tensor context = at::zeros({query_key_value.size(0), hidden}, query_key_value.options());
  for (std::size_t row = 0; row + 1 < starts.size();) {
    const std::size_t end = end_of_equal_lengths(starts, row);
    const auto first = static_cast<std::int64_t>(starts[row] - starts.front());
    const auto count = static_cast<std::int64_t>(starts[end] - starts[row]);
    const auto rows = static_cast<std::int64_t>(end - row);
    const auto by_head = [&](const at::Tensor& packed, std::int64_t part) {
      return packed.narrow(0, first, count).narrow(1, part * hidden, hidden).view({rows, count / rows, head_count, hidden / head_count}).transpose(1, 2);
    };
    by_head(context, 0).copy_(
        at::scaled_dot_product_attention(by_head(query_key_value, 0), by_head(query_key_value, 1), by_head(query_key_value, 2)));
    row = end;
  }
  return context;
}

}  // namespace

at::Tensor float_weight(const EncoderWeights& weights, const std::string& name) { return mapped(weights.get(name)).to(at::kFloat); }

at::Tensor joined_query_key_value(const EncoderWeights& weights, const std::string& layer, const std::string& part) {
  const std::string self = layer + ".attention.self";
  return at::cat({float_weight(weights, self + ".query" + part), float_weight(weights, self + ".key" + part),
                  float_weight(weights, self + ".value" + part)});
}

LayerNorm::LayerNorm(const EncoderWeights& weights, const std::string& name, double epsilon)
    : weight(float_weight(weights, name + ".weight")), bias(float_weight(weights, name + ".bias")), epsilon(epsilon) {}

at::Tensor LayerNorm::operator()(const at::Tensor& x) const { return at::layer_norm(x, {x.size(-1)}, weight, bias, epsilon); }

Embeddings::Embeddings(const EncoderWeights& weights, const EncoderConfig& config)
    : first_position_(config.first_position),
      words_(mapped(weights.get("embeddings.word_embeddings.weight"))),
      positions_(float_weight(weights, "embeddings.position_embeddings.weight")),
      norm_(weights, "embeddings.LayerNorm", config.layer_norm_epsilon) {
  if (config.token_types > 0) token_types_ = float_weight(weights, "embeddings.token_type_embeddings.weight");
}

at::Tensor Embeddings::operator()(const PackedTexts& texts, const std::vector<std::size_t>& starts) const {
  std::vector<std::int32_t> places, types;
  places.reserve(starts.back() - starts.front());
  for (std::size_t row = 0; row + 1 < starts.size(); ++row)
    for (std::size_t i = starts[row]; i < starts[row + 1]; ++i) {
      places.push_back(static_cast<std::int32_t>(i - starts[row] + first_position_));
      types.push_back(texts.type(i));
    }
  const auto count = static_cast<std::int64_t>(places.size());
  const at::Tensor tokens = at::from_blob(const_cast<std::int32_t*>(texts.ids.data()) + starts.front(), {count}, at::kInt);
  at::Tensor padded = at::zeros({padded_rows(count), positions_.size(1)}, at::kFloat);
  at::Tensor hidden = padded.narrow(0, 0, count);
  hidden.copy_(at::embedding(words_, tokens)).add_(at::embedding(positions_, at::from_blob(places.data(), {count}, at::kInt)));
  if (token_types_.defined()) hidden.add_(at::embedding(token_types_, at::from_blob(types.data(), {count}, at::kInt)));
  hidden.copy_(norm_(hidden));
  return padded;
}

at::Tensor attend(const at::Tensor& query_key_value, const std::vector<std::size_t>& starts, std::size_t heads) {
  const auto hidden = static_cast<std::size_t>(query_key_value.size(1)) / 3;
  if (!has_attention_kernel(hidden / heads)) return attend_by_libtorch(query_key_value, starts, heads);
  at::Tensor context = at::zeros({query_key_value.size(0), static_cast<std::int64_t>(hidden)}, query_key_value.options());
  const auto* in = query_key_value.const_data_ptr<float>();
  auto* out = context.mutable_data_ptr<float>();
  const std::size_t head_size = hidden / heads;
  const auto pairs = static_cast<std::int64_t>((starts.size() - 1) * heads);
  at::parallel_for(0, pairs, 1, [&](std::int64_t begin, std::int64_t end) {
    for (auto pair = static_cast<std::size_t>(begin); pair < static_cast<std::size_t>(end); ++pair) {
      const std::size_t text = pair / heads, column = pair % heads * head_size;
      const std::size_t first = starts[text] - starts.front();
      const float* query = in + first * 3 * hidden + column;
      attend_head(query, query + hidden, query + 2 * hidden, 3 * hidden, starts[text + 1] - starts[text], head_size, out + first * hidden + column,
                  hidden);
    }
  });
  return context;
}

}  // namespace rag
