#include "models/score_head.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <string>

#include "models/json_fields.h"
#include "models/tensor_floats.h"

namespace rag {
namespace {

std::vector<float> numbers(const EncoderWeights& weights, const std::string& name, const std::vector<std::int64_t>& shape) {
  std::vector<float> values = floats_of(weights.get_checked(name, shape));
  if (!std::ranges::all_of(values, [](float x) { return std::isfinite(x); }))
    refuse_model(weights.file().path(),
                 "\"" + name + "\" holds values that are no numbers; the weights are damaged, fetch the model again");
  return values;
}

}  // namespace

ScoreHead::ScoreHead(const EncoderWeights& weights, const EncoderConfig& config) {
  const bool bert = config.architecture == "bert";
  const std::string dense = bert ? "pooler.dense" : "classifier.dense", out = bert ? "classifier" : "classifier.out_proj";
  const auto hidden = static_cast<std::int64_t>(config.hidden_size);
  dense_ = numbers(weights, dense + ".weight", {hidden, hidden});
  dense_bias_ = numbers(weights, dense + ".bias", {hidden});
  out_ = numbers(weights, out + ".weight", {1, hidden});
  out_bias_ = numbers(weights, out + ".bias", {1}).front();
}

double ScoreHead::score(std::span<const float> hidden) const {
  assert(hidden.size() == out_.size());
  double score = out_bias_;
  const float* weight = dense_.data();
  for (std::size_t row = 0; row < out_.size(); ++row) {
    float sum = dense_bias_[row];
    for (const float x : hidden) sum += *weight++ * x;
    score += static_cast<double>(out_[row]) * std::tanh(sum);
  }
  return score;
}

}  // namespace rag
