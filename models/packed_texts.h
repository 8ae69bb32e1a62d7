#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/model_directory.h"

namespace rag {

// Token ids of several texts, one after another without padding: text i is ids[starts[i]] up to ids[starts[i + 1]].
struct PackedTexts {
  std::vector<std::int32_t> ids;
  std::vector<std::size_t> starts = {0};
  std::vector<std::uint8_t> types;  // the segment of each id; empty: all are of segment 0

  std::size_t rows() const { return starts.size() - 1; }
  std::size_t length(std::size_t row) const { return starts[row + 1] - starts[row]; }
  std::uint8_t type(std::size_t i) const { return types.empty() ? 0 : types[i]; }
  // `text_types`: one an id, or empty.
  void add(const std::vector<std::int32_t>& text, const std::vector<std::uint8_t>& text_types = {}) {
    add(std::span<const std::int32_t>(text), std::span<const std::uint8_t>(text_types));
  }
  void add_row(const PackedTexts& other, std::size_t row) {
    const auto piece = [&](const auto& all) { return std::span(all).subspan(other.starts[row], other.length(row)); };
    add(piece(other.ids), other.types.empty() ? std::span<const std::uint8_t>() : piece(other.types));
  }

 private:
  void add(std::span<const std::int32_t> text, std::span<const std::uint8_t> text_types) {
    if (!text_types.empty()) {
      types.resize(ids.size());
      types.insert(types.end(), text_types.begin(), text_types.end());
    }
    ids.insert(ids.end(), text.begin(), text.end());
    if (!types.empty()) types.resize(ids.size());
    starts.push_back(ids.size());
  }
};

// Throws Error(Backend) where a text is empty or longer than the model's positions, or an id or a type is not among the model's.
void check_texts(const PackedTexts& texts, const EncoderConfig& config);

// Texts [first, last).
struct Slice {
  std::size_t first = 0;
  std::size_t last = 0;
};

// Slices of whole texts and at most `most` tokens (one text may have more), smaller where every thread would not get one.
std::vector<Slice> cut_into_slices(const PackedTexts& texts, std::size_t threads, std::size_t most);

}  // namespace rag
