#include "models/prepared_layers.h"

#include <span>

#include "core/cache_folder.h"
#include "core/hash.h"
#include "core/parallel.h"
#include "models/layer_tensors.h"

namespace rag {
namespace {

// `input_minimum`: what input byte 0 stands for, where bytes count from a minimum upwards.
void write_linear(PreparedWriter& out, LinearFloats layer, std::uint8_t zero = kZeroPoint, float input_minimum = 0) {
  const ByteWeights weights(layer.weight.data(), layer.bias.size(), layer.inputs(), zero);
  for (std::size_t i = 0; i < layer.bias.size(); ++i) layer.bias[i] += input_minimum * weights.sums()[i];
  const ByteMatrix packed = weights.matrix();
  out.put(std::span(packed.packed, packed.packed_bytes()));
  out.put(std::span(packed.scales, packed.padded_outputs()));
  out.put(std::span(packed.corrections, packed.padded_outputs()));
  out.put(std::span<const float>(layer.bias));
  out.put(std::span<const float>(weights.sums()));
}

PreparedLinear read_linear(PreparedReader& in, std::size_t outputs, std::size_t inputs) {
  PreparedLinear linear{{outputs, inputs}};
  linear.weights.packed = in.take<std::int8_t>(linear.weights.packed_bytes());
  linear.weights.scales = in.take<float>(linear.weights.padded_outputs());
  linear.weights.corrections = in.take<std::int32_t>(linear.weights.padded_outputs());
  linear.outputs.bias = in.take<float>(outputs);
  linear.outputs.weight_sums = in.take<float>(outputs);
  return linear;
}

void write_norm(PreparedWriter& out, const NormFloats& norm) {
  out.put(std::span<const float>(norm.weight));
  out.put(std::span<const float>(norm.bias));
}

NormWeights read_norm(PreparedReader& in, const EncoderConfig& config) {
  const float* weight = in.take<float>(config.hidden_size);
  const float* bias = in.take<float>(config.hidden_size);
  return {weight, bias, static_cast<float>(config.layer_norm_epsilon)};
}

std::vector<char> make_layer(const LayerTensors& tensors, const EncoderConfig& config) {
  PreparedWriter out;
  write_linear(out, tensors.query_key_value());
  write_linear(out, tensors.attention_output());
  write_norm(out, tensors.attention_norm());
  write_linear(out, tensors.widen());
  write_linear(out, tensors.narrow(), 0, smallest_activation(config.activation));
  write_norm(out, tensors.output_norm());
  return out.bytes();
}

PreparedLayer read_layer(PreparedReader& in, const EncoderConfig& config) {
  PreparedLayer layer;
  layer.query_key_value = read_linear(in, 3 * config.hidden_size, config.hidden_size);
  layer.attention_output = read_linear(in, config.hidden_size, config.hidden_size);
  layer.attention_norm = read_norm(in, config);
  layer.widen = read_linear(in, config.intermediate_size, config.hidden_size);
  layer.narrow = read_linear(in, config.hidden_size, config.intermediate_size);
  layer.output_norm = read_norm(in, config);
  return layer;
}

// Empty where the bytes are not just these layers.
std::vector<PreparedLayer> read_layers(std::string_view body, const EncoderConfig& config) {
  PreparedReader in(body);
  std::vector<PreparedLayer> layers;
  for (std::size_t i = 0; i < config.layers; ++i) layers.push_back(read_layer(in, config));
  if (!in.at_end()) layers.clear();
  return layers;
}

std::string key_of(const EncoderWeights& weights, const EncoderConfig& config) {
  std::string all = weights.fingerprint();
  for (const std::size_t number :
       {config.layers, config.hidden_size, config.intermediate_size, static_cast<std::size_t>(config.activation)})
    all += ' ' + std::to_string(number);
  return sha256_hex(all);
}

}  // namespace

PreparedLayers::PreparedLayers(const EncoderWeights& weights, const EncoderConfig& config, const std::filesystem::path& file,
                               std::size_t threads) {
  if (!file.empty()) file_ = PreparedFile(file, "RAGINT8", 2, key_of(weights, config));
  if (file_.found()) layers_ = read_layers(file_.body(), config);
  if (!layers_.empty()) return;
  std::vector<std::vector<char>> made(config.layers);
  in_parallel(threads, config.layers, [&](std::size_t i) { made[i] = make_layer(LayerTensors(weights, i), config); });
  for (const std::vector<char>& layer : made) made_.insert(made_.end(), layer.begin(), layer.end());
  if (!file.empty()) file_.keep({made_.data(), made_.size()});
  layers_ = read_layers({made_.data(), made_.size()}, config);
}

std::filesystem::path prepared_layers_file(const EncoderWeights& weights) {
  return cache_folder("models") / (weights.fingerprint().substr(0, 16) + ".int8");
}

}  // namespace rag
