#include "models/float_engine.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/parallel.h"
#include "models/kernels/attention_kernel.h"
#include "models/kernels/float_product.h"
#include "models/kernels/float_rows.h"
#include "models/layer_tensors.h"
#include "models/sliced_engine.h"

namespace rag {
namespace {

struct Layer {
  FloatWeights query_key_value;
  FloatWeights attention_output;
  NormFloats attention_norm;
  FloatWeights widen;
  FloatWeights narrow;
  NormFloats output_norm;
};

FloatWeights packed(const LinearFloats& layer) {
  return FloatWeights::of_layer(layer.weight.data(), layer.bias.data(), layer.bias.size(), layer.inputs());
}

Layer make_layer(const LayerTensors& tensors) {
  return {packed(tensors.query_key_value()), packed(tensors.attention_output()), tensors.attention_norm(),
          packed(tensors.widen()),           packed(tensors.narrow()),           tensors.output_norm()};
}

FloatPart all_of(const FloatWeights& weights) { return {.panels = weights.matrix().panels()}; }

// The wide layer, piece by piece: what is computed of it stays in the cache until it is narrow again.
struct WidePiece {
  std::size_t rows;
  std::size_t panels;
};
constexpr WidePiece kInRegisters{kWideRows, SIZE_MAX};
// Tiles read weights so fast that each should be read but once for all rows, so it is the outputs that are cut.
constexpr WidePiece kInTiles{kSliceTokens, 6};

// What one thread computes in.
struct Workspace {
  void make_room(std::size_t tokens, const EncoderConfig& config, std::size_t joined_width) {
    for (std::vector<float>* rows : {&hidden, &context, &sums}) at_least(*rows, tokens * config.hidden_size);
    at_least(joined, tokens * joined_width);
  }

  std::vector<float> hidden, joined, context, sums, wide;
  ProductRows rows, wide_rows;
};

class FloatEngine final : public SlicedEngine {
 public:
  FloatEngine(const EncoderWeights& weights, const EncoderConfig& config, const EngineOptions& options)
      : SlicedEngine(weights, config, options),
        head_size_(config.hidden_size / config.heads),
        by_panel_(FloatWeights::kPanel % head_size_ == 0 && config.hidden_size % FloatWeights::kPanel == 0),
        instructions_(fastest_float_instructions()) {
    std::vector<std::optional<Layer>> made(config.layers);
    in_parallel(options.threads, config.layers, [&](std::size_t i) { made[i] = make_layer(LayerTensors(weights, i)); });
    for (std::optional<Layer>& layer : made) layers_.push_back(std::move(*layer));
  }

 private:
  const float* last_hidden(const PackedTexts& texts, const Slice& slice) const override {
    thread_local Workspace space;
    const std::size_t* starts = texts.starts.data() + slice.first;
    const std::size_t count = slice.last - slice.first, tokens = starts[count] - starts[0], width = config().hidden_size;
    space.make_room(tokens, config(), 3 * (by_panel_ ? FloatWeights::kPanel : width));
    look_up(texts, slice, space.sums.data(), space.hidden.data());
    add_and_norm_rows(space.sums.data(), tokens, width, embedding_norm(), space.hidden.data());
    for (const Layer& layer : layers_) {
      attend(layer, starts, count, space);
      space.rows.set(space.context.data(), tokens, width, width, instructions_);
      float_product(space.rows, layer.attention_output, all_of(layer.attention_output), space.sums.data(), width);
      add_and_norm_rows(space.sums.data(), tokens, width, layer.attention_norm.view(config().layer_norm_epsilon), space.hidden.data());
      widen_and_narrow(layer, tokens, space);
    }
    return space.hidden.data();
  }

  // Query, key and value of one panel of outputs at a time, so that they are still in the cache when their heads attend.
  void attend(const Layer& layer, const std::size_t* starts, std::size_t count, Workspace& space) const {
    constexpr std::size_t kPanel = FloatWeights::kPanel;
    const std::size_t width = config().hidden_size, tokens = starts[count] - starts[0];
    space.rows.set(space.hidden.data(), tokens, width, width, instructions_);
    if (!by_panel_) {
      float_product(space.rows, layer.query_key_value, all_of(layer.query_key_value), space.joined.data(), 3 * width);
      return attend_heads(starts, count, width, 0, space);
    }
    for (std::size_t panel = 0; panel < width; panel += kPanel) {
      float_product(space.rows, layer.query_key_value, {.first = panel, .panels = 3, .apart = width}, space.joined.data(), 3 * kPanel);
      attend_heads(starts, count, kPanel, panel, space);
    }
  }

  // The heads of `part` numbers a token, of which `joined` holds queries, keys and values; they begin at `column` of the context.
  void attend_heads(const std::size_t* starts, std::size_t count, std::size_t part, std::size_t column, Workspace& space) const {
    const std::size_t width = config().hidden_size, stride = 3 * part;
    for (std::size_t head = 0; head < part; head += head_size_)
      for (std::size_t text = 0; text < count; ++text) {
        const std::size_t first = starts[text] - starts[0];
        const float* query = space.joined.data() + first * stride + head;
        attend_head(query, query + part, query + 2 * part, stride, starts[text + 1] - starts[text], head_size_,
                    space.context.data() + first * width + column + head, width, instructions_);
      }
  }

  void widen_and_narrow(const Layer& layer, std::size_t tokens, Workspace& space) const {
    const std::size_t width = config().hidden_size;
    const WidePiece piece = instructions_ == FloatInstructions::Amx && tokens >= ProductRows::kFewestRows ? kInTiles : kInRegisters;
    for (std::size_t first = 0; first < tokens; first += piece.rows) {
      const std::size_t rows = std::min(piece.rows, tokens - first);
      float* hidden = space.hidden.data() + first * width;
      space.rows.set(hidden, rows, width, width, instructions_);
      for (std::size_t panel = 0; panel < all_of(layer.widen).panels; panel += piece.panels) widen_and_narrow(layer, panel, piece.panels, space);
      add_and_norm_rows(space.sums.data(), rows, width, layer.output_norm.view(config().layer_norm_epsilon), hidden);
    }
  }

  // What the wide layer's outputs in these panels, at most `most`, add to the sums of the rows.
  void widen_and_narrow(const Layer& layer, std::size_t panel, std::size_t most, Workspace& space) const {
    const std::size_t first = panel * FloatWeights::kPanel, panels = std::min(most, all_of(layer.widen).panels - panel);
    const std::size_t count = std::min(panels * FloatWeights::kPanel, config().intermediate_size - first), rows = space.rows.rows();
    at_least(space.wide, rows * count);
    float_product(space.rows, layer.widen, {.first = first, .panels = panels}, space.wide.data(), count);
    activate_rows(space.wide.data(), rows * count, config().activation);
    space.wide_rows.set(space.wide.data(), rows, count, count, instructions_);
    FloatPart part = all_of(layer.narrow);
    part.first_input = first;
    part.add = first > 0;
    float_product(space.wide_rows, layer.narrow, part, space.sums.data(), config().hidden_size);
  }

  std::size_t head_size_;
  bool by_panel_;  // whether whole heads fill the products' panels
  FloatInstructions instructions_;
  std::vector<Layer> layers_;
};

}  // namespace

std::unique_ptr<EncoderEngine> make_float_engine(const EncoderWeights& weights, const EncoderConfig& config, const EngineOptions& options) {
  return std::make_unique<FloatEngine>(weights, config, options);
}

}  // namespace rag
