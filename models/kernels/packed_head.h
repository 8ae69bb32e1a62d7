#pragma once

// One head of one text as its byte products read it, in whatever instructions they are.  For the .cpp files of this folder.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/kernels/byte_attention.h"

namespace rag::attention {

inline constexpr std::size_t kLanes = 16;
inline constexpr std::size_t kTileTokens = 64;    // values that one product of tiles mixes
inline constexpr float kLargestWeight = 254;  // of the softmax: what e^0 becomes; what is left over of others may add one

inline std::size_t rounded_up(std::size_t count, std::size_t step) { return (count + step - 1) / step * step; }

// Where one thread packs a head: its keys and values, and what `queries` of them are computed in.
// Weight: bytes, or what else the product with the values takes them as.
template <std::size_t kWidth, typename Weight = std::uint8_t>
struct Packed {
  Packed(std::size_t tokens, std::size_t queries) : scored(rounded_up(tokens, kLanes)), padded(rounded_up(tokens, kTileTokens)) {
    const std::size_t bytes = padded * kWidth * 2 + queries * padded * (sizeof(std::int32_t) + sizeof(Weight)) + 64;
    thread_local std::vector<std::uint8_t> room;
    if (room.size() < bytes) room.resize(bytes);
    auto* at = reinterpret_cast<std::uint8_t*>(rounded_up(reinterpret_cast<std::uintptr_t>(room.data()), 64));
    keys = at;
    values = reinterpret_cast<std::int8_t*>(keys + padded * kWidth);
    scores = reinterpret_cast<std::int32_t*>(values + padded * kWidth);
    weights = reinterpret_cast<Weight*>(scores + queries * padded);
  }

  std::size_t scored;     // tokens in whole vectors of scores
  std::size_t padded;     // tokens in whole tiles
  std::uint8_t* keys;     // [scored / 16][width / 4][16][4], byte = round(key / scale) + 128
  std::int8_t* values;    // [padded / 4][width][4], zeros beyond the last token
  std::int32_t* scores;   // [queries][padded], of which `scored` count
  Weight* weights;        // [queries][padded], likewise
  float key_scale = 0;
  float value_scales[kWidth];
};

// attend_bytes() with AVX2 alone or AVX-VNNI.
void attend_in_256(const HeadProducts& head, std::size_t tokens, std::size_t head_size, float* context, std::size_t context_stride,
                   ByteInstructions with);

}  // namespace rag::attention
