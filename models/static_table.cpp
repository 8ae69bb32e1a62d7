#include "models/static_table.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstring>

#include "models/json_fields.h"
#include "models/kernels/vector_math.h"
#include "models/tensor_floats.h"
#include "models/weights_fingerprint.h"

namespace rag {
namespace {

constexpr std::int64_t kMaxDimension = 16384;
constexpr std::int64_t kMaxTokens = 10'000'000;

template <typename Number>
Number number_at(const char* bytes, std::size_t i) {
  Number value;
  std::memcpy(&value, bytes + i * sizeof value, sizeof value);  // rows may start at any address
  return value;
}

RAG_EVERY_PROCESSOR
void add_floats(const char* row, std::size_t count, float weight, float* sum) {
  for (std::size_t i = 0; i < count; ++i) sum[i] += weight * number_at<float>(row, i);
}

RAG_EVERY_PROCESSOR
void add_bytes(const char* row, std::size_t count, float weight, float* sum) {
  for (std::size_t i = 0; i < count; ++i) sum[i] += weight * static_cast<float>(number_at<std::int8_t>(row, i));
}

// Half precision without a branch, so that a row is converted as vectors: its exponent counts from 112 less.  Infinity and what is no number
// become infinity.
inline float from_half(std::uint16_t bits) {
  const std::uint32_t magnitude = static_cast<std::uint32_t>(bits & 0x7FFFU) << 13;
  const float value = std::bit_cast<float>(magnitude) * 0x1p112f;
  const std::uint32_t number = magnitude >= 0x0F800000U ? 0x7F800000U : std::bit_cast<std::uint32_t>(value);
  return std::bit_cast<float>(number | static_cast<std::uint32_t>(bits & 0x8000U) << 16);
}

RAG_EVERY_PROCESSOR
void add_halves(const char* row, std::size_t count, float weight, float* sum) {
  for (std::size_t i = 0; i < count; ++i) sum[i] += weight * from_half(number_at<std::uint16_t>(row, i));
}

RAG_EVERY_PROCESSOR
void add_brain_halves(const char* row, std::size_t count, float weight, float* sum) {
  for (std::size_t i = 0; i < count; ++i)
    sum[i] += weight * std::bit_cast<float>(static_cast<std::uint32_t>(number_at<std::uint16_t>(row, i)) << 16);
}

auto adder_for(TensorType type) {
  switch (type) {
    case TensorType::F16: return add_halves;
    case TensorType::BF16: return add_brain_halves;
    case TensorType::I8: return add_bytes;
    default: return add_floats;
  }
}

void check_numbers(const Tensor& tensor, std::size_t count, const std::filesystem::path& file) {
  if (tensor.shape.size() != 1 || tensor.elements() != count)
    refuse_model(file, "\"" + tensor.name + "\" is " + show_shape(tensor.shape) + ", expected one number for each of " + std::to_string(count) +
                           " tokens");
}

bool is_float(TensorType type) { return type == TensorType::F32 || type == TensorType::F16 || type == TensorType::BF16; }

std::int64_t integer_at(const Tensor& tensor, std::size_t i) {
  return tensor.type == TensorType::I64 ? number_at<std::int64_t>(tensor.data.data(), i) : number_at<std::int32_t>(tensor.data.data(), i);
}

}  // namespace

StaticTable::StaticTable(const std::filesystem::path& file) : file_(file) {
  rows_ = file_.find("embeddings");
  from_model2vec_ = rows_ != nullptr;
  if (!rows_) rows_ = file_.find("embedding.weight");
  if (!rows_) refuse_model(file, "no tensor \"embeddings\" or \"embedding.weight\"; is it the model its folder says?");
  const auto& shape = rows_->shape;
  if (shape.size() != 2 || shape[0] < 1 || shape[0] > kMaxTokens || shape[1] < 1 || shape[1] > kMaxDimension)
    refuse_model(file, "\"" + rows_->name + "\" is " + show_shape(shape) + ", expected tokens x dimensions");
  if (!is_float(rows_->type) && rows_->type != TensorType::I8)
    refuse_model(file, "\"" + rows_->name + "\" is of type " + std::string(name_of(rows_->type)) + ", this build reads F32, F16, BF16 and I8");
  dimension_ = static_cast<std::size_t>(shape[1]);
  tokens_ = static_cast<std::size_t>(shape[0]);
  if (const Tensor* mapping = file_.find("mapping")) read_mapping(*mapping);
  if (const Tensor* weights = file_.find("weights")) read_weights(*weights);
}

void StaticTable::read_mapping(const Tensor& mapping) {
  if (mapping.type != TensorType::I64 && mapping.type != TensorType::I32)
    refuse_model(path(), "\"mapping\" is of type " + std::string(name_of(mapping.type)) + ", this build reads I64 and I32");
  const auto rows = static_cast<std::int64_t>(tokens_);
  tokens_ = mapping.elements();
  if (tokens_ == 0 || tokens_ > kMaxTokens) refuse_model(path(), "\"mapping\" has " + std::to_string(tokens_) + " tokens, expected one for each");
  check_numbers(mapping, tokens_, path());
  mapping_.reserve(tokens_);
  for (std::size_t token = 0; token < tokens_; ++token) {
    const std::int64_t row = integer_at(mapping, token);
    if (row < 0 || row >= rows)
      refuse_model(path(), "\"mapping\" gives token " + std::to_string(token) + " row " + std::to_string(row) + " of " + std::to_string(rows));
    mapping_.push_back(static_cast<std::uint32_t>(row));
  }
}

void StaticTable::read_weights(const Tensor& weights) {
  check_numbers(weights, tokens_, path());
  if (weights.type == TensorType::F64)
    for (std::size_t token = 0; token < tokens_; ++token)
      weights_.push_back(static_cast<float>(number_at<double>(weights.data.data(), token)));
  else if (is_float(weights.type))
    weights_ = floats_of(weights);
  else
    refuse_model(path(), "\"weights\" is of type " + std::string(name_of(weights.type)) + ", this build reads F64, F32, F16 and BF16");
  if (!std::ranges::all_of(weights_, [](float weight) { return std::isfinite(weight); }))
    refuse_model(path(), "\"weights\" holds values that are no numbers; fetch the model again");
}

std::string StaticTable::fingerprint() const { return fingerprint_of(file_); }

void StaticTable::add_rows(std::span<const std::int32_t> ids, float* sum) const {
  const std::size_t bytes = dimension_ * bytes_per_element(rows_->type);
  const auto add = adder_for(rows_->type);
  for (const std::int32_t id : ids) {
    const auto token = static_cast<std::size_t>(id);
    assert(token < tokens_);
    const std::size_t row = mapping_.empty() ? token : mapping_[token];
    const float weight = weights_.empty() ? 1.0F : weights_[token];
    add(rows_->data.data() + row * bytes, dimension_, weight, sum);
  }
}

}  // namespace rag
