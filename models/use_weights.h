#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "models/safetensors.h"

namespace rag {

// How many neighbouring tokens each of the three branches of convolutions reads at once.
inline constexpr std::array<std::size_t, 3> kUseOrders{2, 3, 5};

struct UseShape {
  std::size_t vocabulary = 0;
  std::size_t groups = 0;     // token id is quantised with scale and minimum of group id % groups
  std::size_t embedding = 0;  // numbers of a token
  std::size_t channels = 0;   // numbers a branch makes of a token
  std::size_t sentence = 0;   // numbers of a text before the last layers
  std::size_t narrow = 0;     // of the first of them
  std::size_t wide = 0;       // inside the second
  std::size_t output = 0;     // numbers of the vector

  std::size_t features() const { return embedding + kUseOrders.size() * channels; }
};

// The weights of a Universal Sentence Encoder as 'rag model import' writes them (docs/formats/use.md): the table of tokens in bytes, all
// matrices as F32, inputs x outputs.
class UseWeights {
 public:
  // Maps the file and checks that every tensor is there and fits the others.  Throws Error(Backend) naming the first that does not.
  explicit UseWeights(const std::filesystem::path& file);

  const UseShape& shape() const { return shape_; }
  const Tensor& get(std::string_view name) const { return file_.get(name); }
  // The numbers of an F32 tensor.  Throws Error(Backend) where one of them is none.
  std::vector<float> numbers(std::string_view name) const;
  std::string fingerprint() const;

 private:
  const Tensor& of_type(const std::string& name, TensorType type, std::size_t sides) const;
  void check(const std::string& name, const std::vector<std::size_t>& shape) const;

  SafetensorsFile file_;
  UseShape shape_;
};

// "ngram3."
std::string branch_name(std::size_t order);

}  // namespace rag
