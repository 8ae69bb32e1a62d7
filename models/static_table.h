#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "models/safetensors.h"

namespace rag {

// A vector for each token, as model2vec ("embeddings") and sentence-transformers' StaticEmbedding ("embedding.weight") store them: a
// matrix of F32, F16, BF16 or I8, mapped and read where it lies.  Two further tensors may stand beside it: `mapping`, which row a token
// has (several may share one), and `weights`, what a token's row is multiplied by.
class StaticTable {
 public:
  // Throws Error(Backend): no such matrix, an absurd shape, a mapping that leads outside it, a weight that is no number.
  explicit StaticTable(const std::filesystem::path& file);

  const std::filesystem::path& path() const { return file_.path(); }
  std::size_t dimension() const { return dimension_; }
  std::size_t tokens() const { return tokens_; }  // ids 0 ... tokens() - 1 have a row
  bool from_model2vec() const { return from_model2vec_; }
  std::string fingerprint() const;

  // sum += the weighted rows of `ids`, one after another.  sum: dimension() floats; every id must be below tokens().
  void add_rows(std::span<const std::int32_t> ids, float* sum) const;

 private:
  void read_mapping(const Tensor& mapping);
  void read_weights(const Tensor& weights);

  SafetensorsFile file_;
  const Tensor* rows_ = nullptr;
  std::size_t dimension_ = 0;
  std::size_t tokens_ = 0;
  bool from_model2vec_ = false;
  std::vector<std::uint32_t> mapping_;  // empty: a token's row is its id
  std::vector<float> weights_;          // empty: all 1
};

}  // namespace rag
