#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "models/cuda/gpu.h"
#include "models/encoder_weights.h"
#include "models/layer_tensors.h"
#include "models/tensor_floats.h"

namespace rag::gpu {

struct LayerWeights {
  Linear query_key_value, attention_output, widen, narrow;
  Norm attention_norm, output_norm;
};

// An encoder's weights on a GPU: matrices in bf16, what is added to sums and norms in float.
class DeviceWeights {
 public:
  // Reads and converts tensor by tensor; returns when all are there.  Throws Error(Backend) where a weight is no number.
  DeviceWeights(Gpu& gpu, const EncoderWeights& weights, const EncoderConfig& config) : gpu_(gpu), epsilon_(static_cast<float>(config.layer_norm_epsilon)) {
    words = up(narrow_words(weights.get("embeddings.word_embeddings.weight")));
    positions = up(floats_of(weights.get("embeddings.position_embeddings.weight")));
    if (config.token_types > 0) types = up(floats_of(weights.get("embeddings.token_type_embeddings.weight")));
    norm = up(norm_floats(weights, "embeddings.LayerNorm"));
    for (std::size_t i = 0; i < config.layers; ++i) {
      const LayerTensors tensors(weights, i);
      layers.push_back({.query_key_value = up(tensors.query_key_value()),
                        .attention_output = up(tensors.attention_output()),
                        .widen = up(tensors.widen()),
                        .narrow = up(tensors.narrow()),
                        .attention_norm = up(tensors.attention_norm()),
                        .output_norm = up(tensors.output_norm())});
    }
  }

  const Bf16* words = nullptr;
  const float* positions = nullptr;
  const float* types = nullptr;  // null: the model has none
  Norm norm{};
  std::vector<LayerWeights> layers;

 private:
  static std::vector<Bf16> narrowed(const std::vector<float>& numbers) {
    std::vector<Bf16> out(numbers.size());
    std::ranges::transform(numbers, out.begin(), [](float x) { return to_bf16(x); });
    return out;
  }

  // Row by row: a vocabulary of 250,000 as floats would be half a gigabyte more.
  static std::vector<Bf16> narrow_words(const Tensor& tensor) {
    const auto rows = static_cast<std::size_t>(tensor.shape[0]), width = static_cast<std::size_t>(tensor.shape[1]);
    std::vector<Bf16> out(rows * width);
    std::vector<float> row(width);
    for (std::size_t i = 0; i < rows; ++i) {
      copy_row(tensor, i, row.data());
      std::ranges::transform(row, out.begin() + static_cast<std::ptrdiff_t>(i * width), [](float x) { return to_bf16(x); });
    }
    return out;
  }

  template <typename Number>
  const Number* up(const std::vector<Number>& numbers) {
    const std::size_t bytes = numbers.size() * sizeof(Number);
    memory_.push_back(gpu_.allocate(bytes));
    gpu_.upload(memory_.back().get(), numbers.data(), bytes);
    gpu_.wait_for_uploads();  // `numbers` may go
    return static_cast<const Number*>(memory_.back().get());
  }
  Linear up(const LinearFloats& layer) {
    return {up(narrowed(layer.weight)), up(narrowed(layer.bias)), up(layer.bias), layer.bias.size(), layer.inputs()};
  }
  Norm up(const NormFloats& floats) { return {up(floats.weight), up(floats.bias), epsilon_}; }

  Gpu& gpu_;
  float epsilon_;
  std::vector<Memory> memory_;
};

}  // namespace rag::gpu
