#include "models/sliced_engine.h"

#include <algorithm>
#include <cmath>

#include "core/interrupt.h"
#include "core/parallel.h"
#include "models/packed_texts.h"
#include "models/tensor_floats.h"

namespace rag {

SlicedEngine::SlicedEngine(const EncoderWeights& weights, const EncoderConfig& config, const EngineOptions& options)
    : config_(config),
      options_(options),
      threads_(threads_or_all(options.threads)),
      words_(weights.get("embeddings.word_embeddings.weight")),
      positions_(weights.get("embeddings.position_embeddings.weight")),
      token_types_(std::max<std::size_t>(1, config.token_types) * config.hidden_size),
      norm_(norm_floats(weights, "embeddings.LayerNorm")) {
  if (config.token_types > 0) token_types_ = floats_of(weights.get("embeddings.token_type_embeddings.weight"));
}

std::vector<float> SlicedEngine::encode(const PackedTexts& texts) const {
  check_texts(texts, config_);
  const std::size_t width = config_.hidden_size;
  std::vector<float> vectors(texts.rows() * width);
  const std::vector<Slice> slices = cut_into_slices(texts, threads_, kSliceTokens);
  in_parallel(threads_, slices.size(), [&](std::size_t i) {
    throw_if_interrupted();
    const Slice& slice = slices[i];
    const float* hidden = last_hidden(texts, slice);
    for (std::size_t text = slice.first; text < slice.last; ++text)
      pool(hidden + (texts.starts[text] - texts.starts[slice.first]) * width, texts.length(text), vectors.data() + text * width);
  });
  return vectors;
}

void SlicedEngine::look_up(const PackedTexts& texts, const Slice& slice, float* words, float* positions) const {
  const std::size_t width = config_.hidden_size;
  for (std::size_t text = slice.first; text < slice.last; ++text)
    for (std::size_t i = texts.starts[text]; i < texts.starts[text + 1]; ++i, words += width, positions += width) {
      copy_row(words_, static_cast<std::size_t>(texts.ids[i]), words);
      copy_row(positions_, i - texts.starts[text] + config_.first_position, positions);
      const float* type = token_types_.data() + texts.type(i) * width;
      for (std::size_t d = 0; d < width; ++d) words[d] += type[d];
    }
}

void SlicedEngine::pool(const float* hidden, std::size_t tokens, float* vector) const {
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

}  // namespace rag
