#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <string>
#include <vector>

#include "models/encoder_weights.h"
#include "models/model_directory.h"
#include "models/packed_texts.h"

namespace rag {

// What every encoder of this family has, whatever it computes in.

// The weights of that name in F32: where they are mapped, if they are F32 there, else converted once.
at::Tensor float_weight(const EncoderWeights& weights, const std::string& name);

// Query, key and value of a layer's `attention.self` as one, three times as tall; `part` is ".weight" or ".bias".
at::Tensor joined_query_key_value(const EncoderWeights& weights, const std::string& layer, const std::string& part);

struct LayerNorm {
  LayerNorm(const EncoderWeights& weights, const std::string& name, double epsilon);
  at::Tensor operator()(const at::Tensor& x) const;

  at::Tensor weight;
  at::Tensor bias;
  double epsilon = 0;
};

// Token ids to the first hidden states (F32), normalised.  Of the word table only the rows asked for are ever read.
//
// There are a few rows more than tokens, all zero, so that few different numbers of rows occur: oneDNN generates code for each it meets,
// which takes longer than the product of a short text and is kept in memory.  Those rows go through all layers and mean nothing.
class Embeddings {
 public:
  Embeddings(const EncoderWeights& weights, const EncoderConfig& config);
  at::Tensor operator()(const PackedTexts& texts, const std::vector<std::size_t>& starts) const;

 private:
  std::size_t first_position_;
  at::Tensor words_;
  at::Tensor positions_;
  at::Tensor token_types_;  // undefined where there are none
  LayerNorm norm_;
};

// Scaled dot product attention (Vaswani et al. 2017) within each text.  `query_key_value` has the three side by side in each row.
// F32, contiguous, one row a token and padding behind them; the result hidden_size wide.
at::Tensor attend(const at::Tensor& query_key_value, const std::vector<std::size_t>& starts, std::size_t heads);

}  // namespace rag
