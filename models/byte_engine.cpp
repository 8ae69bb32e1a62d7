#include "models/byte_engine.h"

#include <algorithm>
#include <vector>

#include "models/kernels/attention_kernel.h"
#include "models/kernels/byte_attention.h"
#include "models/kernels/row_kernels.h"
#include "models/prepared_layers.h"
#include "models/sliced_engine.h"

namespace rag {
namespace {

// Attention in floats is no wider than the products beside it, so that RAG_INT8 shows what a processor without AVX-512 does.
FloatInstructions floats_beside(ByteInstructions instructions) {
  const FloatInstructions most = instructions >= ByteInstructions::Vnni    ? FloatInstructions::Amx
                                 : instructions == ByteInstructions::Plain ? FloatInstructions::Plain
                                                                           : FloatInstructions::Avx2;
  return std::min(most, fastest_float_instructions());
}

// What one thread computes in.
struct Workspace {
  void make_room(std::size_t tokens, const EncoderConfig& config, std::size_t joined_width) {
    const std::size_t wide_rows = std::min(kWideRows, tokens);
    for (std::vector<float>* rows : {&hidden, &context}) at_least(*rows, tokens * config.hidden_size);
    at_least(joined, tokens * joined_width);
    at_least(bytes, tokens * config.hidden_size);
    for (std::vector<float>* one_a_row : {&scales, &offsets}) at_least(*one_a_row, tokens);
    at_least(wide, wide_rows * config.intermediate_size);
    at_least(wide_bytes, wide_rows * config.intermediate_size);
    at_least(wide_scales, wide_rows);
  }

  std::vector<float> hidden, joined, context, wide, scales, offsets, wide_scales;
  std::vector<std::uint8_t> bytes, wide_bytes;
};

class ByteEngine final : public SlicedEngine {
 public:
  ByteEngine(const EncoderWeights& weights, const EncoderConfig& config, const EngineOptions& options)
      : SlicedEngine(weights, config, options),
        head_size_(config.hidden_size / config.heads),
        in_bytes_(has_byte_attention(head_size_) && config.hidden_size % kPanelOutputs == 0),
        float_instructions_(floats_beside(fastest_byte_instructions())),
        prepared_(weights, config, options.prepared, options.threads) {}

 private:
  const float* last_hidden(const PackedTexts& texts, const Slice& slice) const override {
    thread_local Workspace space;
    const std::size_t* starts = texts.starts.data() + slice.first;
    const std::size_t count = slice.last - slice.first, tokens = starts[count] - starts[0];
    space.make_room(tokens, config(), 3 * (in_bytes_ ? kPanelOutputs : config().hidden_size));
    embed(texts, slice, tokens, space);
    for (const PreparedLayer& layer : prepared_.layers()) {
      attend(layer, starts, count, space);
      add_and_norm(layer, tokens, space);
      widen_and_narrow(layer, tokens, space);
    }
    return space.hidden.data();
  }

  void embed(const PackedTexts& texts, const Slice& slice, std::size_t tokens, Workspace& space) const {
    look_up(texts, slice, space.context.data(), space.hidden.data());
    const std::vector<float> no_bias(config().hidden_size);
    std::fill_n(space.scales.begin(), tokens, 1.0f);
    add_norm_and_quantise_rows(space.context.data(), tokens, config().hidden_size, no_bias.data(), embedding_norm(), space.hidden.data(),
                               space.bytes.data(), space.scales.data(), space.offsets.data());
  }

  void attend(const PreparedLayer& layer, const std::size_t* starts, std::size_t count, Workspace& space) const {
    const std::size_t width = config().hidden_size, tokens = starts[count] - starts[0];
    in_bytes_ ? attend_panel_by_panel(layer, starts, count, space) : attend_in_floats(layer, starts, count, space);
    quantise_rows(space.context.data(), tokens, width, space.bytes.data(), space.scales.data());
  }

  // Query, key and value of one panel of outputs at a time, so that they are still in the cache when their heads attend.
  void attend_panel_by_panel(const PreparedLayer& layer, const std::size_t* starts, std::size_t count, Workspace& space) const {
    const std::size_t width = config().hidden_size, tokens = starts[count] - starts[0];
    constexpr std::size_t kStride = 3 * kPanelOutputs;
    for (std::size_t panel = 0; panel < width; panel += kPanelOutputs) {
      for (std::size_t part = 0; part < 3; ++part)
        byte_product(space.bytes.data(), tokens, layer.query_key_value.weights, {part * width + panel, kPanelOutputs},
                     space.joined.data() + part * kPanelOutputs, kStride);
      for (std::size_t head = 0; head < kPanelOutputs; head += head_size_)
        for (std::size_t text = 0; text < count; ++text) {
          const std::size_t first = starts[text] - starts[0];
          const float* query = space.joined.data() + first * kStride + head;
          const LayerOutputs& outputs = layer.query_key_value.outputs;
          const auto part = [&](std::size_t which) -> HeadProducts::Part {
            const std::size_t at = which * width + panel + head;
            return {query + which * kPanelOutputs, {outputs.bias + at, outputs.weight_sums + at}};
          };
          attend_bytes({part(0), part(1), part(2), kStride, space.scales.data() + first, space.offsets.data() + first},
                       starts[text + 1] - starts[text], head_size_, space.context.data() + first * width + panel + head, width);
        }
    }
  }

  void attend_in_floats(const PreparedLayer& layer, const std::size_t* starts, std::size_t count, Workspace& space) const {
    const std::size_t width = config().hidden_size, tokens = starts[count] - starts[0];
    byte_product(space.bytes.data(), tokens, layer.query_key_value.weights, space.joined.data());
    scale_rows(space.joined.data(), tokens, 3 * width, space.scales.data(), space.offsets.data(), layer.query_key_value.outputs);
    for (std::size_t text = 0; text < count; ++text) {
      const std::size_t first = starts[text] - starts[0];
      for (std::size_t column = 0; column < width; column += head_size_) {
        const float* query = space.joined.data() + first * 3 * width + column;
        attend_head(query, query + width, query + 2 * width, 3 * width, starts[text + 1] - starts[text], head_size_,
                    space.context.data() + first * width + column, width, float_instructions_);
      }
    }
  }

  void add_and_norm(const PreparedLayer& layer, std::size_t tokens, Workspace& space) const {
    byte_product(space.bytes.data(), tokens, layer.attention_output.weights, space.context.data());
    add_norm_and_quantise_rows(space.context.data(), tokens, config().hidden_size, layer.attention_output.outputs.bias, layer.attention_norm,
                               space.hidden.data(), space.bytes.data(), space.scales.data(), space.offsets.data());
  }

  void widen_and_narrow(const PreparedLayer& layer, std::size_t tokens, Workspace& space) const {
    const std::size_t width = config().hidden_size;
    for (std::size_t first = 0; first < tokens; first += kWideRows) {
      const std::size_t rows = std::min(kWideRows, tokens - first);
      std::uint8_t* bytes = space.bytes.data() + first * width;
      byte_product(bytes, rows, layer.widen.weights, space.wide.data());
      std::copy_n(space.scales.begin() + static_cast<std::ptrdiff_t>(first), rows, space.wide_scales.begin());
      activate_and_quantise_rows(space.wide.data(), rows, config().intermediate_size, config().activation,
                                 space.offsets.data() + first, layer.widen.outputs, space.wide_bytes.data(), space.wide_scales.data());
      byte_product(space.wide_bytes.data(), rows, layer.narrow.weights, space.context.data());
      add_norm_and_quantise_rows(space.context.data(), rows, width, layer.narrow.outputs.bias, layer.output_norm,
                                 space.hidden.data() + first * width, bytes, space.wide_scales.data(), space.offsets.data() + first);
      std::copy_n(space.wide_scales.begin(), rows, space.scales.begin() + static_cast<std::ptrdiff_t>(first));
    }
  }

  std::size_t head_size_;
  bool in_bytes_;  // whether attention is computed in bytes
  FloatInstructions float_instructions_;  // where it is not
  PreparedLayers prepared_;
};

}  // namespace

std::unique_ptr<EncoderEngine> make_byte_engine(const EncoderWeights& weights, const EncoderConfig& config, const EngineOptions& options) {
  return std::make_unique<ByteEngine>(weights, config, options);
}

}  // namespace rag
