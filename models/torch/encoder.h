#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <memory>
#include <vector>

#include "models/encoder_weights.h"
#include "models/model_directory.h"
#include "models/packed_texts.h"

namespace rag {

// BERT and its RoBERTa descendants, written out.  Hidden states are packed: one row a token, texts one after another, no padding.
class Encoder {
 public:
  virtual ~Encoder() = default;

  // `starts` is a piece of texts.starts, no text is empty.  One F32 row for each token from starts.front() to starts.back(),
  // then rows that mean nothing.
  virtual at::Tensor forward(const PackedTexts& texts, const std::vector<std::size_t>& starts) const = 0;
};

// All layers in one floating type, F32 (exact) or BF16.
std::unique_ptr<Encoder> make_float_encoder(const EncoderWeights& weights, const EncoderConfig& config, at::ScalarType type);

}  // namespace rag
