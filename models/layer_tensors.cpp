#include "models/layer_tensors.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/mapped_pages.h"
#include "models/tensor_floats.h"

namespace rag {

namespace {

std::vector<float> read(const EncoderWeights& weights, const std::string& name) {
  const Tensor& tensor = weights.get(name);
  std::vector<float> numbers = floats_of(tensor);
  let_go(tensor.data);  // engines hold their own copy of a layer
  if (!std::ranges::all_of(numbers, [](float x) { return std::isfinite(x); }))
    throw Error(ErrorKind::Backend, name + ": holds values that are no numbers; the weights are damaged, fetch the model again");
  return numbers;
}

}  // namespace

NormFloats norm_floats(const EncoderWeights& weights, const std::string& name) {
  return {read(weights, name + ".weight"), read(weights, name + ".bias")};
}

LayerTensors::LayerTensors(const EncoderWeights& weights, std::size_t number)
    : weights_(weights), layer_("encoder.layer." + std::to_string(number)) {}

LinearFloats LayerTensors::linear(const std::string& part) const {
  return {read(weights_, layer_ + part + ".weight"), read(weights_, layer_ + part + ".bias")};
}

LinearFloats LayerTensors::query_key_value() const {
  LinearFloats joined;
  for (const char* part : {".attention.self.query", ".attention.self.key", ".attention.self.value"}) {
    const LinearFloats one = linear(part);
    joined.weight.insert(joined.weight.end(), one.weight.begin(), one.weight.end());
    joined.bias.insert(joined.bias.end(), one.bias.begin(), one.bias.end());
  }
  return joined;
}

}  // namespace rag
