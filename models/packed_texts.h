#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/model_directory.h"

namespace rag {

// Token ids of several texts, one after another without padding: text i is ids[starts[i]] up to ids[starts[i + 1]].
struct PackedTexts {
  std::vector<std::int32_t> ids;
  std::vector<std::size_t> starts = {0};

  std::size_t rows() const { return starts.size() - 1; }
  void add(const std::vector<std::int32_t>& text) {
    ids.insert(ids.end(), text.begin(), text.end());
    starts.push_back(ids.size());
  }
};

// Throws Error(Backend) where a text is empty or longer than the model's positions, or an id is not of its vocabulary.
void check_texts(const PackedTexts& texts, const EncoderConfig& config);

// Texts [first, last).
struct Slice {
  std::size_t first = 0;
  std::size_t last = 0;
};

// Slices of whole texts and at most `most` tokens (one text may have more), smaller where every thread would not get one.
std::vector<Slice> cut_into_slices(const PackedTexts& texts, std::size_t threads, std::size_t most);

}  // namespace rag
