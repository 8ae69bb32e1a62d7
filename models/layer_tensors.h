#pragma once

#include <string>
#include <vector>

#include "models/encoder_weights.h"
#include "models/kernels/row_kernels.h"

namespace rag {

// x W^T + bias as floats.
struct LinearFloats {
  std::vector<float> weight;  // outputs x inputs
  std::vector<float> bias;    // outputs

  std::size_t inputs() const { return weight.size() / bias.size(); }
};

struct NormFloats {
  NormWeights view(double epsilon) const { return {weight.data(), bias.data(), static_cast<float>(epsilon)}; }

  std::vector<float> weight;
  std::vector<float> bias;
};
NormFloats norm_floats(const EncoderWeights& weights, const std::string& name);

// The tensors of one encoder layer by what they are for: the one place that knows their Hugging Face names.
// All of this throws Error(Backend) where a weight is no number.
class LayerTensors {
 public:
  // `weights` must outlive it.
  LayerTensors(const EncoderWeights& weights, std::size_t number);

  LinearFloats query_key_value() const;  // one layer, three times as wide: queries, then keys, then values
  LinearFloats attention_output() const { return linear(".attention.output.dense"); }
  NormFloats attention_norm() const { return norm_floats(weights_, layer_ + ".attention.output.LayerNorm"); }
  LinearFloats widen() const { return linear(".intermediate.dense"); }
  LinearFloats narrow() const { return linear(".output.dense"); }
  NormFloats output_norm() const { return norm_floats(weights_, layer_ + ".output.LayerNorm"); }

 private:
  LinearFloats linear(const std::string& part) const;

  const EncoderWeights& weights_;
  std::string layer_;
};

}  // namespace rag
