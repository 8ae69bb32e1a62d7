#include "models/packed_texts.h"

#include <algorithm>
#include <string>

#include "core/error.h"

namespace rag {
namespace {

constexpr std::size_t kSmallestSlice = 128;  // a few sentences are shared by all threads, but not a slice for each

}  // namespace

void check_texts(const PackedTexts& texts, const EncoderConfig& config) {
  const auto limit = config.positions - config.first_position;
  for (std::size_t row = 0; row < texts.rows(); ++row) {
    const std::size_t length = texts.starts[row + 1] - texts.starts[row];
    if (texts.starts[row + 1] < texts.starts[row] + 1 || length > limit)
      throw Error(ErrorKind::Backend, "encoder: a text of " + std::to_string(length) + " tokens, expected 1 to " + std::to_string(limit));
  }
  for (const std::int32_t id : texts.ids)
    if (id < 0 || static_cast<std::size_t>(id) >= config.vocabulary_size)
      throw Error(ErrorKind::Backend, "encoder: token id " + std::to_string(id) + ", the model has " +
                                          std::to_string(config.vocabulary_size) + "; its tokenizer belongs to another model");
  for (const std::uint8_t type : texts.types)
    if (type > 0 && type >= config.token_types)
      throw Error(ErrorKind::Backend, "encoder: a token of type " + std::to_string(type) + ", the model has " +
                                          std::to_string(config.token_types) + " types; its tokenizer belongs to another model");
}

std::vector<Slice> cut_into_slices(const PackedTexts& texts, std::size_t threads, std::size_t most) {
  most = std::clamp((texts.ids.size() + threads - 1) / threads, std::min(kSmallestSlice, most), most);
  std::vector<Slice> slices;
  for (std::size_t row = 0; row < texts.rows(); ++row) {
    const bool fits = !slices.empty() && texts.starts[row + 1] - texts.starts[slices.back().first] <= most;
    if (!fits) slices.push_back({row, row});
    slices.back().last = row + 1;
  }
  return slices;
}

}  // namespace rag
