#include "models/encoder_weights.h"

#include "models/json_fields.h"
#include "models/weights_fingerprint.h"

namespace rag {
namespace {

std::string replaced_ending(std::string_view name, std::string_view ending, std::string_view by) {
  return std::string(name.substr(0, name.size() - ending.size())) + std::string(by);
}

}  // namespace

EncoderWeights::EncoderWeights(const std::filesystem::path& file, const EncoderConfig& config) : file_(file) {
  for (const char* prefix : {"bert.", "roberta."})
    if (file_.find(std::string(prefix) + "embeddings.word_embeddings.weight")) prefix_ = prefix;

  const auto hidden = static_cast<std::int64_t>(config.hidden_size);
  const auto wide = static_cast<std::int64_t>(config.intermediate_size);
  const auto check_linear = [&](const std::string& name, std::int64_t out, std::int64_t in) {
    check(name + ".weight", {out, in});
    check(name + ".bias", {out});
  };
  const auto check_norm = [&](const std::string& name) {
    check(name + ".weight", {hidden});
    check(name + ".bias", {hidden});
  };
  check("embeddings.word_embeddings.weight", {static_cast<std::int64_t>(config.vocabulary_size), hidden});
  check("embeddings.position_embeddings.weight", {static_cast<std::int64_t>(config.positions), hidden});
  if (config.token_types > 0) check("embeddings.token_type_embeddings.weight", {static_cast<std::int64_t>(config.token_types), hidden});
  check_norm("embeddings.LayerNorm");
  for (std::size_t i = 0; i < config.layers; ++i) {
    const std::string layer = "encoder.layer." + std::to_string(i) + ".";
    for (const char* part : {"query", "key", "value"}) check_linear(layer + "attention.self." + part, hidden, hidden);
    check_linear(layer + "attention.output.dense", hidden, hidden);
    check_norm(layer + "attention.output.LayerNorm");
    check_linear(layer + "intermediate.dense", wide, hidden);
    check_linear(layer + "output.dense", hidden, wide);
    check_norm(layer + "output.LayerNorm");
  }
  fingerprint_ = fingerprint_of(file_);
}

const Tensor* EncoderWeights::find(std::string_view name) const {
  if (const Tensor* tensor = file_.find(prefix_ + std::string(name))) return tensor;
  // Files converted from the first BERT releases call a layer norm's weight gamma and its bias beta.
  if (name.ends_with("LayerNorm.weight")) return file_.find(prefix_ + replaced_ending(name, "weight", "gamma"));
  if (name.ends_with("LayerNorm.bias")) return file_.find(prefix_ + replaced_ending(name, "bias", "beta"));
  return nullptr;
}

const Tensor& EncoderWeights::get_checked(const std::string& name, const std::vector<std::int64_t>& shape) const {
  const Tensor* tensor = find(name);
  if (!tensor) tensor = file_.find(name);
  check(tensor, name, shape);
  return *tensor;
}

void EncoderWeights::check(const Tensor* tensor, const std::string& name, const std::vector<std::int64_t>& shape) const {
  if (!tensor) refuse_model(file_.path(), "no tensor \"" + name + "\"; the weights do not fit config.json, fetch the model again");
  if (tensor->shape != shape)
    refuse_model(file_.path(), "\"" + name + "\" is " + show_shape(tensor->shape) + ", config.json makes it " + show_shape(shape));
  if (tensor->type != TensorType::F32 && tensor->type != TensorType::F16 && tensor->type != TensorType::BF16)
    refuse_model(file_.path(),
                 "\"" + name + "\" is of type " + std::string(name_of(tensor->type)) + ", this build reads F32, F16 and BF16");
}

}  // namespace rag
