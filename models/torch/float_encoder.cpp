#include <ATen/Tensor.h>

#include <string>
#include <utility>

#include "models/torch/encoder.h"
#include "models/torch/layers.h"
#include "models/torch/operators.h"

namespace rag {
namespace {

struct Linear {
  Linear(const at::Tensor& weight, const at::Tensor& bias, at::ScalarType type) : weight(pack_weight(weight.to(type))), bias(bias.to(type)) {}

  at::Tensor weight;  // out x in, packed
  at::Tensor bias;
};

Linear linear_of(const EncoderWeights& weights, const std::string& name, at::ScalarType type) {
  return {float_weight(weights, name + ".weight"), float_weight(weights, name + ".bias"), type};
}

struct Layer {
  Layer(const EncoderWeights& weights, const std::string& name, double epsilon, at::ScalarType type)
      : query_key_value(joined_query_key_value(weights, name, ".weight"), joined_query_key_value(weights, name, ".bias"), type),
        attention_output(linear_of(weights, name + ".attention.output.dense", type)),
        attention_norm(weights, name + ".attention.output.LayerNorm", epsilon),
        widen(linear_of(weights, name + ".intermediate.dense", type)),
        narrow(linear_of(weights, name + ".output.dense", type)),
        output_norm(weights, name + ".output.LayerNorm", epsilon) {}

  Linear query_key_value;
  Linear attention_output;
  LayerNorm attention_norm;
  Linear widen;
  Linear narrow;
  LayerNorm output_norm;
};

class FloatEncoder final : public Encoder {
 public:
  FloatEncoder(const EncoderWeights& weights, const EncoderConfig& config, at::ScalarType type)
      : config_(config), type_(type), embeddings_(weights, config) {
    for (std::size_t i = 0; i < config.layers; ++i)
      layers_.emplace_back(weights, "encoder.layer." + std::to_string(i), config.layer_norm_epsilon, type);
  }

  // Between the matrix products everything is F32: with BF16 the sums keep their precision.
  at::Tensor forward(const PackedTexts& texts, const std::vector<std::size_t>& starts) const override {
    at::Tensor hidden = embeddings_(texts, starts);
    for (const Layer& layer : layers_) {
      const at::Tensor context = attend(apply(layer.query_key_value, hidden).contiguous(), starts, config_.heads);
      hidden = layer.attention_norm(apply(layer.attention_output, context).add_(hidden));
      const at::Tensor wide = linear_activated(hidden.to(type_), layer.widen.weight, layer.widen.bias, config_.activation);
      hidden = layer.output_norm(apply(layer.narrow, wide).add_(hidden));
    }
    return hidden;
  }

 private:
  at::Tensor apply(const Linear& layer, const at::Tensor& x) const { return linear(x.to(type_), layer.weight, layer.bias).to(at::kFloat); }

  EncoderConfig config_;
  at::ScalarType type_;
  Embeddings embeddings_;
  std::vector<Layer> layers_;
};

}  // namespace

std::unique_ptr<Encoder> make_float_encoder(const EncoderWeights& weights, const EncoderConfig& config, at::ScalarType type) {
  return std::make_unique<FloatEncoder>(weights, config, type);
}

}  // namespace rag
