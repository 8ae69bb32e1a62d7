#include "models/byte_engine.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/interrupt.h"
#include "core/parallel.h"
#include "models/kernels/attention_kernel.h"
#include "models/kernels/byte_attention.h"
#include "models/kernels/row_kernels.h"
#include "models/packed_texts.h"
#include "models/prepared_layers.h"
#include "models/tensor_floats.h"

namespace rag {
namespace {

// Tokens that go through the layers together: the weights are read once for all of them, and what is computed for them stays in the
// processor's second cache.
constexpr std::size_t kSliceTokens = 256;
// Rows of the wide layer at a time: their sums stay in the cache until they are bytes again.
constexpr std::size_t kWideRows = 64;

struct LayerNorm {
  LayerNorm(const EncoderWeights& weights, const std::string& name, double layer_epsilon)
      : weight(floats_of(weights.get(name + ".weight"))),
        bias(floats_of(weights.get(name + ".bias"))),
        epsilon(static_cast<float>(layer_epsilon)) {}
  NormWeights view() const { return {weight.data(), bias.data(), epsilon}; }

  std::vector<float> weight;
  std::vector<float> bias;
  float epsilon;
};

// What one thread computes in.  It keeps its memory from slice to slice, and from one model to the next, which may be wider.
struct Workspace {
  void make_room(std::size_t tokens, const EncoderConfig& config, std::size_t joined_width) {
    const std::size_t wide_rows = std::min(kWideRows, tokens);
    for (std::vector<float>* rows : {&hidden, &context}) at_least(*rows, tokens * config.hidden_size);
    at_least(joined, tokens * joined_width);
    at_least(bytes, tokens * config.hidden_size);
    at_least(scales, tokens);
    at_least(wide, wide_rows * config.intermediate_size);
    at_least(wide_bytes, wide_rows * config.intermediate_size);
    at_least(wide_scales, wide_rows);
  }
  template <typename Number>
  static void at_least(std::vector<Number>& numbers, std::size_t count) {
    if (numbers.size() < count) numbers.resize(count);
  }

  std::vector<float> hidden, joined, context, wide, scales, wide_scales;
  std::vector<std::uint8_t> bytes, wide_bytes;
};

class ByteEngine final : public EncoderEngine {
 public:
  ByteEngine(const EncoderWeights& weights, const EncoderConfig& config, const EngineOptions& options)
      : config_(config),
        options_(options),
        threads_(threads_or_all(options.threads)),
        head_size_(config.hidden_size / config.heads),
        in_bytes_(has_byte_attention(head_size_) && config.hidden_size % kPanelOutputs == 0),
        words_(weights.get("embeddings.word_embeddings.weight")),
        positions_(weights.get("embeddings.position_embeddings.weight")),
        token_types_(std::max<std::size_t>(1, config.token_types) * config.hidden_size),
        norm_(weights, "embeddings.LayerNorm", config.layer_norm_epsilon),
        prepared_(weights, config, options.prepared, options.threads) {
    if (config.token_types > 0) token_types_ = floats_of(weights.get("embeddings.token_type_embeddings.weight"));
  }

  std::vector<float> encode(const PackedTexts& texts) const override {
    check_texts(texts, config_);
    std::vector<float> vectors(texts.rows() * config_.hidden_size);
    const std::vector<Slice> slices = cut_into_slices(texts, threads_, kSliceTokens);
    in_parallel(threads_, slices.size(), [&](std::size_t i) {
      throw_if_interrupted();
      encode_slice(texts, slices[i], vectors);
    });
    return vectors;
  }

 private:
  void encode_slice(const PackedTexts& texts, const Slice& slice, std::vector<float>& vectors) const {
    thread_local Workspace space;
    const std::size_t* starts = texts.starts.data() + slice.first;
    const std::size_t count = slice.last - slice.first, tokens = starts[count] - starts[0];
    space.make_room(tokens, config_, 3 * (in_bytes_ ? kPanelOutputs : config_.hidden_size));
    look_up(texts, slice, space);
    for (const PreparedLayer& layer : prepared_.layers()) {
      attend(layer, starts, count, space);
      add_and_norm(layer, tokens, space);
      widen_and_narrow(layer, tokens, space);
    }
    for (std::size_t text = 0; text < count; ++text)
      pool(space.hidden.data() + (starts[text] - starts[0]) * config_.hidden_size, starts[text + 1] - starts[text],
           vectors.data() + (slice.first + text) * config_.hidden_size);
  }

  void look_up(const PackedTexts& texts, const Slice& slice, Workspace& space) const {
    const std::size_t width = config_.hidden_size, begin = texts.starts[slice.first];
    for (std::size_t text = slice.first; text < slice.last; ++text)
      for (std::size_t i = texts.starts[text]; i < texts.starts[text + 1]; ++i) {
        float* to = space.context.data() + (i - begin) * width;
        copy_row(words_, static_cast<std::size_t>(texts.ids[i]), to);
        copy_row(positions_, i - texts.starts[text] + config_.first_position, space.hidden.data() + (i - begin) * width);
        const float* type = token_types_.data() + texts.type(i) * width;
        for (std::size_t d = 0; d < width; ++d) to[d] += type[d];
      }
    const std::vector<float> no_bias(width);
    const std::size_t tokens = texts.starts[slice.last] - begin;
    std::fill_n(space.scales.begin(), tokens, 1.0f);
    add_norm_and_quantise_rows(space.context.data(), tokens, width, no_bias.data(), norm_.view(), space.hidden.data(),
                               space.bytes.data(), space.scales.data());
  }

  void attend(const PreparedLayer& layer, const std::size_t* starts, std::size_t count, Workspace& space) const {
    const std::size_t width = config_.hidden_size, tokens = starts[count] - starts[0];
    in_bytes_ ? attend_panel_by_panel(layer, starts, count, space) : attend_in_floats(layer, starts, count, space);
    quantise_rows(space.context.data(), tokens, width, space.bytes.data(), space.scales.data());
  }

  // Query, key and value of one panel of outputs at a time, so that they are still in the cache when their heads attend.
  void attend_panel_by_panel(const PreparedLayer& layer, const std::size_t* starts, std::size_t count, Workspace& space) const {
    const std::size_t width = config_.hidden_size, tokens = starts[count] - starts[0];
    constexpr std::size_t kStride = 3 * kPanelOutputs;
    for (std::size_t panel = 0; panel < width; panel += kPanelOutputs) {
      for (std::size_t part = 0; part < 3; ++part)
        byte_product(space.bytes.data(), tokens, layer.query_key_value.weights, {part * width + panel, kPanelOutputs},
                     space.joined.data() + part * kPanelOutputs, kStride);
      for (std::size_t head = 0; head < kPanelOutputs; head += head_size_)
        for (std::size_t text = 0; text < count; ++text) {
          const std::size_t first = starts[text] - starts[0];
          const float* query = space.joined.data() + first * kStride + head;
          const float* bias = layer.query_key_value.bias + panel + head;
          attend_bytes({query, query + kPanelOutputs, query + 2 * kPanelOutputs, kStride, space.scales.data() + first, bias, bias + width,
                        bias + 2 * width},
                       starts[text + 1] - starts[text], head_size_, space.context.data() + first * width + panel + head, width);
        }
    }
  }

  void attend_in_floats(const PreparedLayer& layer, const std::size_t* starts, std::size_t count, Workspace& space) const {
    const std::size_t width = config_.hidden_size, tokens = starts[count] - starts[0];
    byte_product(space.bytes.data(), tokens, layer.query_key_value.weights, space.joined.data());
    scale_rows(space.joined.data(), tokens, 3 * width, space.scales.data(), layer.query_key_value.bias);
    for (std::size_t text = 0; text < count; ++text) {
      const std::size_t first = starts[text] - starts[0];
      for (std::size_t column = 0; column < width; column += head_size_) {
        const float* query = space.joined.data() + first * 3 * width + column;
        attend_head(query, query + width, query + 2 * width, 3 * width, starts[text + 1] - starts[text], head_size_,
                    space.context.data() + first * width + column, width);
      }
    }
  }

  void add_and_norm(const PreparedLayer& layer, std::size_t tokens, Workspace& space) const {
    byte_product(space.bytes.data(), tokens, layer.attention_output.weights, space.context.data());
    add_norm_and_quantise_rows(space.context.data(), tokens, config_.hidden_size, layer.attention_output.bias, layer.attention_norm,
                               space.hidden.data(), space.bytes.data(), space.scales.data());
  }

  void widen_and_narrow(const PreparedLayer& layer, std::size_t tokens, Workspace& space) const {
    const std::size_t width = config_.hidden_size;
    for (std::size_t first = 0; first < tokens; first += kWideRows) {
      const std::size_t rows = std::min(kWideRows, tokens - first);
      std::uint8_t* bytes = space.bytes.data() + first * width;
      byte_product(bytes, rows, layer.widen.weights, space.wide.data());
      std::copy_n(space.scales.begin() + static_cast<std::ptrdiff_t>(first), rows, space.wide_scales.begin());
      activate_and_quantise_rows(space.wide.data(), rows, config_.intermediate_size, config_.activation, layer.widen.bias,
                                 space.wide_bytes.data(), space.wide_scales.data());
      byte_product(space.wide_bytes.data(), rows, layer.narrow.weights, space.context.data());
      add_norm_and_quantise_rows(space.context.data(), rows, width, layer.narrow.bias, layer.output_norm,
                                 space.hidden.data() + first * width, bytes, space.wide_scales.data());
      std::copy_n(space.wide_scales.begin(), rows, space.scales.begin() + static_cast<std::ptrdiff_t>(first));
    }
  }

  void pool(const float* hidden, std::size_t tokens, float* vector) const {
    const std::size_t width = config_.hidden_size, counted = options_.pooling == Pooling::Cls ? 1 : tokens;
    for (std::size_t token = 0; token < counted; ++token)
      for (std::size_t d = 0; d < width; ++d) vector[d] += hidden[token * width + d];
    double square = 0;
    for (std::size_t d = 0; d < width; ++d) {
      vector[d] /= static_cast<float>(counted);
      square += static_cast<double>(vector[d]) * vector[d];
    }
    if (!options_.normalise) return;
    const auto inverse = static_cast<float>(1.0 / std::max(std::sqrt(square), 1e-12));
    for (std::size_t d = 0; d < width; ++d) vector[d] *= inverse;
  }

  EncoderConfig config_;
  EngineOptions options_;
  std::size_t threads_;
  std::size_t head_size_;
  bool in_bytes_;  // whether attention is computed in bytes
  const Tensor& words_;
  const Tensor& positions_;
  std::vector<float> token_types_;  // a row for each type; one of zeros where the model has none
  LayerNorm norm_;
  PreparedLayers prepared_;
};

}  // namespace

std::unique_ptr<EncoderEngine> make_byte_engine(const EncoderWeights& weights, const EncoderConfig& config, const EngineOptions& options) {
  return std::make_unique<ByteEngine>(weights, config, options);
}

}  // namespace rag
