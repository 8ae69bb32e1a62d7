#pragma once

#include <cstddef>
#include <vector>

#include "models/kernels/float_product.h"
#include "models/packed_texts.h"
#include "models/use_weights.h"

namespace rag {

// The multilingual Universal Sentence Encoder with convolutions: Chidambaram et al., "Learning Cross-Lingual Sentence Representations via a
// Multi-task Dual-Encoder Model" (2019); Yang et al., "Multilingual Universal Sentence Encoder for Semantic Retrieval" (2019).
//
//   e       the token's row of the table
//   x       layer_norm(e P + b)                              x_2, x_3 and x_5 side by side, under one layer norm
//   h_n     relu(window_n(x_n) A_n + b) + x_n                for each order n; window_n: n neighbouring tokens side by side, zeros beyond the text
//   c_n     relu(window_n(h_n) B_n + b) + h_n
//   s       sum over tokens of (layer_norm(e c_2 c_3 c_5) W + b), divided by the root of their number
//   y       relu(s K_1 + relu(s I_1) O_1)
//   vector  tanh(y K_2 + relu(y I_2) O_2), of length 1
//
// The window of an even order reaches one token further to the right.  All in F32.
class UseNetwork {
 public:
  // The table stays where it is mapped and must outlive this; the matrices are packed (14 MB).
  // Throws Error(Backend) where a weight is no number.
  UseNetwork(const UseWeights& weights, float epsilon);

  // One vector of shape().output floats a text, in order, on the calling thread.  No text may be empty; every id must be below
  // shape().vocabulary.  Memory is about 11 kB a token, kept for the thread's next call: give it a few hundred tokens at a time.
  void encode(const PackedTexts& texts, float* vectors) const;

 private:
  struct Workspace;
  struct Branch {
    Branch(const UseWeights& weights, std::size_t order);

    std::size_t order;
    std::vector<float> first_bias, second_bias;
    FloatWeights first, second;
  };
  struct Block {
    Block(const UseWeights& weights, const std::string& name);

    FloatWeights inner, outer, skip;
  };

  void look_up(const PackedTexts& texts, Workspace& space) const;
  void project(Workspace& space) const;
  void run_branch(std::size_t index, Workspace& space) const;
  void add_up(const PackedTexts& texts, Workspace& space) const;
  void finish(const PackedTexts& texts, Workspace& space, float* vectors) const;

  UseShape shape_;
  float epsilon_;
  const Tensor& table_;
  std::vector<float> scale_, minimum_;
  FloatWeights project_;
  std::vector<float> project_bias_, project_norm_weight_, project_norm_bias_;
  std::vector<Branch> branches_;
  std::vector<float> norm_weight_, norm_bias_;
  FloatWeights output_;
  std::vector<float> output_bias_;
  Block first_, second_;
};

}  // namespace rag
