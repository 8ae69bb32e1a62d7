#pragma once

#include <cstddef>
#include <vector>

#include "models/engine.h"
#include "models/layer_tensors.h"

namespace rag {

// What our own engines share: a batch is cut into slices, each thread takes the next and goes through all layers with it alone, so that
// none waits for another; embeddings, pooling, normalisation.  An engine adds the layers.
class SlicedEngine : public EncoderEngine {
 public:
  std::vector<float> encode(const PackedTexts& texts) const final;

 protected:
  // The weights must outlive the engine.
  SlicedEngine(const EncoderWeights& weights, const EncoderConfig& config, const EngineOptions& options);

  // The last layer's rows for the texts of a slice, tokens x hidden size; valid until the thread's next call.
  virtual const float* last_hidden(const PackedTexts& texts, const Slice& slice) const = 0;

  // Two addends of the embeddings for a slice's tokens, tokens x hidden size each: word and segment, position.  Their sum goes through
  // embedding_norm().
  void look_up(const PackedTexts& texts, const Slice& slice, float* words, float* positions) const;
  NormWeights embedding_norm() const { return norm_.view(config_.layer_norm_epsilon); }
  const EncoderConfig& config() const { return config_; }

 private:
  void pool(const float* hidden, std::size_t tokens, float* vector) const;

  EncoderConfig config_;
  EngineOptions options_;
  std::size_t threads_;
  const Tensor& words_;
  const Tensor& positions_;
  std::vector<float> token_types_;  // a row for each type; one of zeros where the model has none
  NormFloats norm_;
};

// Makes room for at least `count` numbers.  What a thread computes in keeps its memory from slice to slice, and from one model to the
// next, which may be wider.
template <typename Number>
void at_least(std::vector<Number>& numbers, std::size_t count) {
  if (numbers.size() < count) numbers.resize(count);
}

// Tokens that go through the layers together: the weights are read once for all of them, and what is computed for them stays in the
// processor's second cache.
inline constexpr std::size_t kSliceTokens = 256;
// Rows of the wide layer at a time: what it gives them stays in the cache until it is narrow again.
inline constexpr std::size_t kWideRows = 64;

}  // namespace rag
