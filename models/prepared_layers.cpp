#include "models/prepared_layers.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <span>

#include "core/error.h"
#include "core/hash.h"
#include "core/parallel.h"
#include "models/tensor_floats.h"

namespace rag {
namespace {

constexpr std::size_t kAlignment = 64;

// What the file begins with; the arrays follow.
struct Header {
  char magic[8] = {'R', 'A', 'G', 'I', 'N', 'T', '8', '\0'};
  std::uint32_t version = 1;
  std::uint32_t unused = 0;
  char key[64] = {};  // names the weights and the shape they were prepared for
  std::uint64_t body_bytes = 0;
  std::uint64_t body_checksum = 0;
  char padding[32] = {};
};
static_assert(sizeof(Header) == 2 * kAlignment);

// Arrays one after another, each at a multiple of kAlignment.
class Writer {
 public:
  template <typename Number>
  void put(std::span<const Number> numbers) {
    const auto* bytes = reinterpret_cast<const char*>(numbers.data());
    bytes_.insert(bytes_.end(), bytes, bytes + numbers.size_bytes());
    bytes_.resize((bytes_.size() + kAlignment - 1) / kAlignment * kAlignment);
  }
  const std::vector<char>& bytes() const { return bytes_; }

 private:
  std::vector<char> bytes_;
};

// Reads them again in the same order.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  // Null where they would reach beyond the end.
  template <typename Number>
  const Number* take(std::size_t count) {
    const std::size_t size = (count * sizeof(Number) + kAlignment - 1) / kAlignment * kAlignment;
    complete_ &= size <= bytes_.size();
    if (!complete_) return nullptr;
    const auto* numbers = reinterpret_cast<const Number*>(bytes_.data());
    bytes_.remove_prefix(size);
    return numbers;
  }
  bool at_end() const { return complete_ && bytes_.empty(); }

 private:
  std::string_view bytes_;
  bool complete_ = true;
};

// `input_minimum`: what input byte 0 stands for, where bytes count from a minimum upwards.
void write_linear(Writer& out, const std::vector<float>& matrix, std::vector<float> bias, std::size_t inputs, const std::string& name,
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

PreparedLinear read_linear(Reader& in, std::size_t outputs, std::size_t inputs) {
  PreparedLinear linear{{outputs, inputs}};
  linear.weights.packed = in.take<std::int8_t>(linear.weights.packed_bytes());
  linear.weights.scales = in.take<float>(linear.weights.padded_outputs());
  linear.weights.corrections = in.take<std::int32_t>(linear.weights.padded_outputs());
  linear.bias = in.take<float>(outputs);
  return linear;
}

void write_norm(Writer& out, const EncoderWeights& weights, const std::string& name) {
  for (const char* part : {".weight", ".bias"}) out.put(std::span<const float>(floats_of(weights.get(name + part))));
}

NormWeights read_norm(Reader& in, const EncoderConfig& config) {
  const float* weight = in.take<float>(config.hidden_size);
  const float* bias = in.take<float>(config.hidden_size);
  return {weight, bias, static_cast<float>(config.layer_norm_epsilon)};
}

std::vector<char> make_layer(const EncoderWeights& weights, const std::string& name, const EncoderConfig& config) {
  Writer out;
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

PreparedLayer read_layer(Reader& in, const EncoderConfig& config) {
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
  Reader in(body);
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

// The file's arrays; nothing where it is another file, or damaged.
std::optional<std::string_view> body_of(std::string_view file, const std::string& key) {
  Header found;
  const Header expected;
  if (file.size() < sizeof found) return std::nullopt;
  std::memcpy(&found, file.data(), sizeof found);
  const std::string_view body = file.substr(sizeof found);
  if (std::memcmp(found.magic, expected.magic, sizeof found.magic) != 0 || found.version != expected.version ||
      std::string_view(found.key, sizeof found.key) != key || found.body_bytes != body.size() || found.body_checksum != checksum64(body))
    return std::nullopt;
  return body;
}

void keep(const std::filesystem::path& file, const std::string& key, const std::vector<char>& body) {
  Header header;
  std::copy_n(key.begin(), sizeof header.key, header.key);
  header.body_bytes = body.size();
  header.body_checksum = checksum64({body.data(), body.size()});
  std::string bytes(reinterpret_cast<const char*>(&header), sizeof header);
  bytes.append(body.data(), body.size());
  std::error_code ignored;
  std::filesystem::create_directories(file.parent_path(), ignored);
  try {
    write_file_atomically(file, bytes);
  } catch (const Error&) {
    // A cache that cannot be written costs time at the next start, nothing else.
  }
}

}  // namespace

PreparedLayers::PreparedLayers(const EncoderWeights& weights, const EncoderConfig& config, const std::filesystem::path& file,
                               std::size_t threads) {
  const std::string key = file.empty() ? "" : key_of(weights, config);
  std::error_code none;
  if (!file.empty() && std::filesystem::is_regular_file(file, none)) {
    try {
      file_ = MappedFile(file);
    } catch (const Error&) {
      // Made again below.
    }
    if (const auto body = body_of(file_.bytes(), key)) layers_ = read_layers(*body, config);
    if (!layers_.empty()) return;
    file_ = {};
  }
  std::vector<std::vector<char>> made(config.layers);
  in_parallel(threads_or_all(threads), config.layers,
              [&](std::size_t i) { made[i] = make_layer(weights, "encoder.layer." + std::to_string(i), config); });
  for (const std::vector<char>& layer : made) made_.insert(made_.end(), layer.begin(), layer.end());
  if (!file.empty()) keep(file, key, made_);
  layers_ = read_layers({made_.data(), made_.size()}, config);
}

}  // namespace rag
