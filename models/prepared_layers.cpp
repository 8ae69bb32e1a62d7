#include "models/prepared_layers.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "core/cache_folder.h"
#include "core/error.h"
#include "core/hash.h"
#include "core/parallel.h"
#include "models/tensor_floats.h"

namespace rag {
namespace {

// `input_minimum`: what input byte 0 stands for, where bytes count from a minimum upwards.
void write_linear(PreparedWriter& out, const std::vector<float>& matrix, std::vector<float> bias, std::size_t inputs, const std::string& name,
                  std::uint8_t zero, float input_minimum) {
  const ByteWeights weights(matrix.data(), bias.size(), inputs, zero);
  if (!weights.finite() || !std::ranges::all_of(bias, [](float x) { return std::isfinite(x); }))
    throw Error(ErrorKind::Backend, name + ": holds values that are no numbers; the weights are damaged, fetch the model again");
  for (std::size_t i = 0; i < bias.size(); ++i) bias[i] += input_minimum * weights.sums()[i];
  const ByteMatrix packed = weights.matrix();
  out.put(std::span(packed.packed, packed.packed_bytes()));
  out.put(std::span(packed.scales, packed.padded_outputs()));
  out.put(std::span(packed.corrections, packed.padded_outputs()));
  out.put(std::span<const float>(bias));
}

PreparedLinear read_linear(PreparedReader& in, std::size_t outputs, std::size_t inputs) {
  PreparedLinear linear{{outputs, inputs}};
  linear.weights.packed = in.take<std::int8_t>(linear.weights.packed_bytes());
  linear.weights.scales = in.take<float>(linear.weights.padded_outputs());
  linear.weights.corrections = in.take<std::int32_t>(linear.weights.padded_outputs());
  linear.bias = in.take<float>(outputs);
  return linear;
}

void write_norm(PreparedWriter& out, const EncoderWeights& weights, const std::string& name) {
  for (const char* part : {".weight", ".bias"}) out.put(std::span<const float>(floats_of(weights.get(name + part))));
}

NormWeights read_norm(PreparedReader& in, const EncoderConfig& config) {
  const float* weight = in.take<float>(config.hidden_size);
  const float* bias = in.take<float>(config.hidden_size);
  return {weight, bias, static_cast<float>(config.layer_norm_epsilon)};
}

std::vector<char> make_layer(const EncoderWeights& weights, const std::string& name, const EncoderConfig& config) {
  PreparedWriter out;
  const auto linear = [&](const std::string& part, std::size_t inputs, std::uint8_t zero, float minimum = 0) {
    write_linear(out, floats_of(weights.get(name + part + ".weight")), floats_of(weights.get(name + part + ".bias")), inputs, name + part,
                 zero, minimum);
  };
  std::vector<float> matrix, bias;
  for (const char* part : {".attention.self.query", ".attention.self.key", ".attention.self.value"}) {
    const std::vector<float> rows = floats_of(weights.get(name + part + ".weight")), more = floats_of(weights.get(name + part + ".bias"));
    matrix.insert(matrix.end(), rows.begin(), rows.end());
    bias.insert(bias.end(), more.begin(), more.end());
  }
  write_linear(out, matrix, std::move(bias), config.hidden_size, name + ".attention.self", kZeroPoint, 0);
  linear(".attention.output.dense", config.hidden_size, kZeroPoint);
  write_norm(out, weights, name + ".attention.output.LayerNorm");
  linear(".intermediate.dense", config.hidden_size, kZeroPoint);
  linear(".output.dense", config.intermediate_size, 0, smallest_activation(config.activation));
  write_norm(out, weights, name + ".output.LayerNorm");
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
  if (!file.empty()) file_ = PreparedFile(file, "RAGINT8", 1, key_of(weights, config));
  if (file_.found()) layers_ = read_layers(file_.body(), config);
  if (!layers_.empty()) return;
  std::vector<std::vector<char>> made(config.layers);
  in_parallel(threads, config.layers,
              [&](std::size_t i) { made[i] = make_layer(weights, "encoder.layer." + std::to_string(i), config); });
  for (const std::vector<char>& layer : made) made_.insert(made_.end(), layer.begin(), layer.end());
  if (!file.empty()) file_.keep({made_.data(), made_.size()});
  layers_ = read_layers({made_.data(), made_.size()}, config);
}

std::filesystem::path prepared_layers_file(const EncoderWeights& weights) {
  return cache_folder("models") / (weights.fingerprint().substr(0, 16) + ".int8");
}

}  // namespace rag
