#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/encoder_weights.h"
#include "models/model_directory.h"

namespace rag {

struct Linear {
  at::Tensor weight;  // out x in
  at::Tensor bias;
};

struct LayerNorm {
  at::Tensor weight;
  at::Tensor bias;
  double epsilon = 0;
};

struct EncoderLayer {
  Linear query, key, value;
  Linear attention_output;
  LayerNorm attention_norm;
  Linear widen;
  Linear narrow;
  LayerNorm output_norm;
};

// BERT and its RoBERTa descendants, written out.  Hidden states are packed: one row a token, texts one after another, no padding.
// Weights in F32 are used where they are mapped; others are converted once, but for the word table, of which only the rows asked
// for are.
class BertEncoder {
 public:
  BertEncoder(const EncoderWeights& weights, const EncoderConfig& config);

  // Text i is ids[starts[i]] up to ids[starts[i + 1]], none is empty.  One row for each token from starts.front() to starts.back().
  at::Tensor forward(const std::vector<std::int32_t>& ids, const std::vector<std::size_t>& starts) const;

 private:
  at::Tensor embed_tokens(const std::vector<std::int32_t>& ids, const std::vector<std::size_t>& starts) const;
  at::Tensor attend(const EncoderLayer& layer, const at::Tensor& hidden, const std::vector<std::size_t>& starts) const;
  at::Tensor feed_forward(const EncoderLayer& layer, const at::Tensor& hidden) const;

  EncoderConfig config_;
  at::Tensor words_;
  at::Tensor positions_;
  at::Tensor token_type_;  // the row of type 0, undefined where there is none
  LayerNorm embedding_norm_;
  std::vector<EncoderLayer> layers_;
};

}  // namespace rag
