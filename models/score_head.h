#pragma once

#include <span>
#include <vector>

#include "models/encoder_weights.h"

namespace rag {

// What makes one number of the first token's hidden state: a dense layer, tanh, a layer with one output; all in fp32.
class ScoreHead {
 public:
  // BERT has the dense layer as its pooler ("bert.pooler.dense", then "classifier"), RoBERTa and its kin in the classifier itself
  // ("classifier.dense", then "classifier.out_proj").  Throws Error(Backend) where a tensor is missing, of another shape, or no number.
  ScoreHead(const EncoderWeights& weights, const EncoderConfig& config);

  // `hidden`: hidden_size numbers.  The raw output: a logit, unbounded.
  double score(std::span<const float> hidden) const;

 private:
  std::vector<float> dense_;  // hidden_size x hidden_size, out by in
  std::vector<float> dense_bias_;
  std::vector<float> out_;
  float out_bias_ = 0;
};

}  // namespace rag
