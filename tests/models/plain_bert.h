#pragma once

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "models/encoder_weights.h"
#include "models/safetensors_writer.h"

namespace rag {

inline EncoderConfig tiny_config() {
  return {.architecture = "bert", .hidden_size = 32, .layers = 2, .heads = 4, .intermediate_size = 64, .vocabulary_size = 50, .positions = 16,
          .token_types = 2};
}

// BERT (Devlin et al. 2019) in double precision, one number after another: slow and plain, to compare with.
class PlainBert {
 public:
  PlainBert(const EncoderConfig& config, unsigned seed) : config_(config), random_(seed) {
    const std::size_t h = config.hidden_size, wide = config.intermediate_size;
    make("embeddings.word_embeddings.weight", {config.vocabulary_size, h}, 1);
    make("embeddings.position_embeddings.weight", {config.positions, h}, 1);
    if (config.token_types > 0) make("embeddings.token_type_embeddings.weight", {config.token_types, h}, 1);
    make_norm("embeddings.LayerNorm");
    for (std::size_t i = 0; i < config.layers; ++i) {
      const std::string layer = "encoder.layer." + std::to_string(i);
      for (const char* part : {".attention.self.query", ".attention.self.key", ".attention.self.value", ".attention.output.dense"})
        make_linear(layer + part, h, h);
      make_linear(layer + ".intermediate.dense", wide, h);
      make_linear(layer + ".output.dense", h, wide);
      make_norm(layer + ".attention.output.LayerNorm");
      make_norm(layer + ".output.LayerNorm");
    }
  }

  std::vector<float>& at(const std::string& name) { return weights_.at(name).values; }
  void remove(const std::string& name) { weights_.erase(name); }

  void save(const std::filesystem::path& file) const {
    std::vector<TensorPlan> plan;
    for (const auto& [name, tensor] : weights_) plan.push_back({name, TensorType::F32, tensor.shape});
    SafetensorsWriter writer(file, plan);
    for (const auto& [name, tensor] : weights_)
      writer.write({reinterpret_cast<const char*>(tensor.values.data()), tensor.values.size() * sizeof(float)});
    writer.finish();
  }

  // A classification head with this many outputs, as the architecture names its parts.
  void add_head(std::size_t labels = 1) {
    const bool bert = config_.architecture == "bert";
    make_linear(bert ? "pooler.dense" : "classifier.dense", config_.hidden_size, config_.hidden_size);
    make_linear(bert ? "classifier" : "classifier.out_proj", labels, config_.hidden_size);
  }

  // The head's first output.
  double score(const std::vector<std::int32_t>& ids, const std::vector<std::uint8_t>& types) const {
    const bool bert = config_.architecture == "bert";
    std::vector<double> dense = linear(bert ? "pooler.dense" : "classifier.dense", embed(ids, Pooling::Cls, false, types));
    for (double& x : dense) x = std::tanh(x);
    return linear(bert ? "classifier" : "classifier.out_proj", dense)[0];
  }

  // `types`: one an id, or empty.
  std::vector<double> embed(const std::vector<std::int32_t>& ids, Pooling pooling, bool normalise, const std::vector<std::uint8_t>& types = {}) const {
    Rows hidden;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      std::vector<double> row(config_.hidden_size);
      for (std::size_t k = 0; k < row.size(); ++k) {
        row[k] = value("embeddings.word_embeddings.weight", static_cast<std::size_t>(ids[i]) * row.size() + k) +
                 value("embeddings.position_embeddings.weight", (i + config_.first_position) * row.size() + k);
        if (config_.token_types > 0) row[k] += value("embeddings.token_type_embeddings.weight", (types.empty() ? 0 : types[i]) * row.size() + k);
      }
      hidden.push_back(norm("embeddings.LayerNorm", row));
    }
    for (std::size_t i = 0; i < config_.layers; ++i) hidden = layer("encoder.layer." + std::to_string(i), hidden);
    std::vector<double> pooled = pooling == Pooling::Cls ? hidden[0] : std::vector<double>(config_.hidden_size);
    if (pooling == Pooling::Mean)
      for (const auto& row : hidden)
        for (std::size_t k = 0; k < row.size(); ++k) pooled[k] += row[k] / static_cast<double>(hidden.size());
    double squares = 0;
    for (const double x : pooled) squares += x * x;
    for (double& x : pooled) x /= normalise ? std::sqrt(squares) : 1;
    return pooled;
  }

 private:
  using Rows = std::vector<std::vector<double>>;
  struct Tensor {
    std::vector<std::int64_t> shape;
    std::vector<float> values;
  };

  void make(const std::string& name, const std::vector<std::size_t>& shape, double spread, double centre = 0) {
    Tensor tensor;
    std::size_t count = 1;
    for (const std::size_t size : shape) {
      tensor.shape.push_back(static_cast<std::int64_t>(size));
      count *= size;
    }
    std::normal_distribution<float> normal(static_cast<float>(centre), static_cast<float>(spread));
    for (std::size_t i = 0; i < count; ++i) tensor.values.push_back(normal(random_));
    weights_[name] = tensor;
  }
  void make_linear(const std::string& name, std::size_t out, std::size_t in) {
    make(name + ".weight", {out, in}, 1.5 / std::sqrt(static_cast<double>(in)));
    make(name + ".bias", {out}, 0.2);
  }
  void make_norm(const std::string& name) {
    make(name + ".weight", {config_.hidden_size}, 0.2, 1);
    make(name + ".bias", {config_.hidden_size}, 0.2);
  }

  double value(const std::string& name, std::size_t i) const { return static_cast<double>(weights_.at(name).values[i]); }

  std::vector<double> linear(const std::string& name, const std::vector<double>& x) const {
    const std::vector<float>& bias = weights_.at(name + ".bias").values, &weight = weights_.at(name + ".weight").values;
    std::vector<double> out(bias.begin(), bias.end());
    for (std::size_t o = 0; o < out.size(); ++o)
      for (std::size_t i = 0; i < x.size(); ++i) out[o] += static_cast<double>(weight[o * x.size() + i]) * x[i];
    return out;
  }

  std::vector<double> norm(const std::string& name, const std::vector<double>& x) const {
    double mean = 0, variance = 0;
    for (const double v : x) mean += v / static_cast<double>(x.size());
    for (const double v : x) variance += (v - mean) * (v - mean) / static_cast<double>(x.size());
    std::vector<double> out(x.size());
    for (std::size_t i = 0; i < x.size(); ++i)
      out[i] = (x[i] - mean) / std::sqrt(variance + config_.layer_norm_epsilon) * value(name + ".weight", i) + value(name + ".bias", i);
    return out;
  }

  double activate(double x) const {
    constexpr double kRoot = 0.7978845608028654;  // sqrt(2 / pi)
    if (config_.activation == Activation::Relu) return x > 0 ? x : 0;
    if (config_.activation == Activation::GeluTanh) return 0.5 * x * (1 + std::tanh(kRoot * (x + 0.044715 * x * x * x)));
    return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0)));
  }

  Rows layer(const std::string& name, const Rows& hidden) const {
    Rows query, key, value_rows, out;
    for (const auto& row : hidden) {
      query.push_back(linear(name + ".attention.self.query", row));
      key.push_back(linear(name + ".attention.self.key", row));
      value_rows.push_back(linear(name + ".attention.self.value", row));
    }
    const std::size_t width = config_.hidden_size / config_.heads;
    for (std::size_t i = 0; i < hidden.size(); ++i) {
      std::vector<double> context(config_.hidden_size);
      for (std::size_t head = 0; head < config_.heads; ++head) {
        std::vector<double> weight(hidden.size());
        double total = 0;
        for (std::size_t j = 0; j < hidden.size(); ++j) {
          double dot = 0;
          for (std::size_t k = head * width; k < (head + 1) * width; ++k) dot += query[i][k] * key[j][k];
          total += weight[j] = std::exp(dot / std::sqrt(static_cast<double>(width)));
        }
        for (std::size_t j = 0; j < hidden.size(); ++j)
          for (std::size_t k = head * width; k < (head + 1) * width; ++k) context[k] += weight[j] / total * value_rows[j][k];
      }
      out.push_back(norm(name + ".attention.output.LayerNorm", sum(linear(name + ".attention.output.dense", context), hidden[i])));
      std::vector<double> wide = linear(name + ".intermediate.dense", out[i]);
      for (double& x : wide) x = activate(x);
      out[i] = norm(name + ".output.LayerNorm", sum(linear(name + ".output.dense", wide), out[i]));
    }
    return out;
  }

  static std::vector<double> sum(std::vector<double> a, const std::vector<double>& b) {
    for (std::size_t i = 0; i < a.size(); ++i) a[i] += b[i];
    return a;
  }

  EncoderConfig config_;
  std::mt19937 random_;
  std::map<std::string, Tensor> weights_;
};

}  // namespace rag
