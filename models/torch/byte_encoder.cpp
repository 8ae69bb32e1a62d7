#include <ATen/Tensor.h>
#include <ATen/ops/abs.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/isfinite.h>

#include <string>

#include "core/error.h"
#include "models/torch/encoder.h"
#include "models/torch/layers.h"
#include "models/torch/operators.h"
#include "models/torch/row_kernels.h"

namespace rag {
namespace {

// Symmetric weights of one byte, the largest of each output channel 127.
struct ByteLinear {
  // `input_minimum`: what input byte 0 stands for where inputs are not signed.  Its product with the weights is the same for every
  // token, so it joins the bias.
  ByteLinear(const at::Tensor& weight, const at::Tensor& layer_bias, const std::string& name, float input_minimum = 0) : bias(layer_bias) {
    scale = at::abs(weight).amax(1).clamp_min_(1e-20).div_(127.0);
    if (!at::isfinite(scale).all().item<bool>())
      throw Error(ErrorKind::Backend, name + ": holds values that are no numbers; the weights are damaged, fetch the model again");
    const at::Tensor bytes = weight.div(scale.unsqueeze(1)).round_();
    if (input_minimum != 0) bias = layer_bias.add(bytes.sum(1).mul_(scale), input_minimum);
    packed = pack_byte_weight(bytes.to(at::kChar));
  }

  at::Tensor packed;
  at::Tensor scale;  // one number an output
  at::Tensor bias;
};

// Rows of bytes with their scales, as row_kernels.h describes.
struct Bytes {
  Bytes(std::int64_t rows, std::int64_t columns) : values(at::empty({rows, columns}, at::kByte)), scales(at::empty({rows}, at::kFloat)) {}
  std::uint8_t* data() { return values.mutable_data_ptr<std::uint8_t>(); }
  float* scale() { return scales.mutable_data_ptr<float>(); }

  at::Tensor values;
  at::Tensor scales;
};

const float* floats(const at::Tensor& tensor) { return tensor.const_data_ptr<float>(); }

ByteLinear linear_of(const EncoderWeights& weights, const std::string& name, float input_minimum = 0) {
  return {float_weight(weights, name + ".weight"), float_weight(weights, name + ".bias"), name, input_minimum};
}

struct Layer {
  Layer(const EncoderWeights& weights, const std::string& name, const EncoderConfig& config)
      : query_key_value(joined_query_key_value(weights, name, ".weight"), joined_query_key_value(weights, name, ".bias"), name + ".attention.self"),
        attention_output(linear_of(weights, name + ".attention.output.dense")),
        attention_norm(weights, name + ".attention.output.LayerNorm", config.layer_norm_epsilon),
        widen(linear_of(weights, name + ".intermediate.dense")),
        narrow(linear_of(weights, name + ".output.dense", smallest_activation(config.activation))),
        output_norm(weights, name + ".output.LayerNorm", config.layer_norm_epsilon) {}

  ByteLinear query_key_value;
  ByteLinear attention_output;
  LayerNorm attention_norm;
  ByteLinear widen;
  ByteLinear narrow;
  LayerNorm output_norm;
};

class ByteEncoder final : public Encoder {
 public:
  ByteEncoder(const EncoderWeights& weights, const EncoderConfig& config) : config_(config), embeddings_(weights, config) {
    for (std::size_t i = 0; i < config.layers; ++i) layers_.emplace_back(weights, "encoder.layer." + std::to_string(i), config);
  }

  at::Tensor forward(const std::vector<std::int32_t>& ids, const std::vector<std::size_t>& starts) const override {
    at::Tensor hidden = embeddings_(ids, starts).contiguous();
    Bytes narrow(hidden.size(0), hidden.size(1));
    Bytes wide(hidden.size(0), static_cast<std::int64_t>(config_.intermediate_size));
    const auto rows = static_cast<std::size_t>(hidden.size(0));
    quantise_rows(floats(hidden), rows, config_.hidden_size, narrow.data(), narrow.scale());
    for (const Layer& layer : layers_) {
      attend_and_quantise(layer, starts, narrow);
      add_and_norm(layer.attention_output, layer.attention_norm, product(layer.attention_output, narrow, kZeroPoint), narrow.scales, hidden, narrow);
      activate(layer.widen, narrow, wide);
      add_and_norm(layer.narrow, layer.output_norm, product(layer.narrow, wide, 0), wide.scales, hidden, narrow);
    }
    return hidden;
  }

 private:
  static at::Tensor product(const ByteLinear& layer, const Bytes& x, std::int64_t zero_point) {
    return byte_linear(x.values, zero_point, layer.packed, layer.scale).contiguous();
  }

  void attend_and_quantise(const Layer& layer, const std::vector<std::size_t>& starts, Bytes& x) const {
    at::Tensor query_key_value = product(layer.query_key_value, x, kZeroPoint);
    const auto rows = static_cast<std::size_t>(query_key_value.size(0));
    scale_rows(query_key_value.mutable_data_ptr<float>(), rows, 3 * config_.hidden_size, x.scale(), floats(layer.query_key_value.bias));
    const at::Tensor context = attend(query_key_value, starts, config_.heads);
    quantise_rows(floats(context), rows, config_.hidden_size, x.data(), x.scale());
  }

  void activate(const ByteLinear& layer, const Bytes& x, Bytes& wide) const {
    at::Tensor sums = product(layer, x, kZeroPoint);
    wide.scales.copy_(x.scales);
    activate_and_quantise_rows(sums.mutable_data_ptr<float>(), static_cast<std::size_t>(sums.size(0)), config_.intermediate_size,
                               config_.activation, floats(layer.bias), wide.data(), wide.scale());
  }

  // `out` may be the rows that went into the product: those are no longer needed.
  void add_and_norm(const ByteLinear& layer, const LayerNorm& norm, const at::Tensor& sums, const at::Tensor& scales, at::Tensor& hidden,
                    Bytes& out) const {
    if (!scales.is_same(out.scales)) out.scales.copy_(scales);
    add_norm_and_quantise_rows(floats(sums), static_cast<std::size_t>(sums.size(0)), config_.hidden_size, floats(layer.bias),
                               {floats(norm.weight), floats(norm.bias), static_cast<float>(norm.epsilon)}, hidden.mutable_data_ptr<float>(),
                               out.data(), out.scale());
  }

  EncoderConfig config_;
  Embeddings embeddings_;
  std::vector<Layer> layers_;
};

}  // namespace

std::unique_ptr<Encoder> make_byte_encoder(const EncoderWeights& weights, const EncoderConfig& config) {
  return std::make_unique<ByteEncoder>(weights, config);
}

}  // namespace rag
