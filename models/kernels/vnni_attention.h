#pragma once

// The two products of a head in AVX-512 VNNI.  For byte_attention.cpp.

#include "models/kernels/head_bytes.h"

#if defined(__x86_64__)

RAG_BEGIN_VNNI

namespace rag::attention {

using vnni::Dot;
using vnni::Tile;
using vnni::Vectors;

template <std::size_t kWidth>
struct VnniProducts {
  static constexpr std::size_t kRows = 6;      // queries that go through keys and values together
  static constexpr std::size_t kTogether = 3;  // queries that soften() takes in turn
  static constexpr std::size_t kColumns = 4;   // vectors of scores held in registers for each of them

  static void prepare() {}
  static void finish() {}
  // Query times 16 * kCount keys.  The 128 that keys are too large by adds the same to all scores of a query, which a softmax does not see.
  template <std::size_t kCount>
  static void score_some(const std::int8_t* queries, const std::uint8_t* keys, std::size_t padded, std::int32_t* scores) {
    Tile<kRows, kCount> tile;
    for (std::size_t quad = 0; quad < kWidth / 4; ++quad) {
      Vectors<kCount> vectors;
      const auto load = [&]<std::size_t kVector>(auto& self, Vectors<kVector>& part) -> void {
        if constexpr (kVector > 0) {
          part.last = _mm512_load_si512(keys + (kVector - 1) * kLanes * kWidth + quad * 64);
          self(self, part.before);
        }
      };
      load(load, vectors);
      tile.template add<Dot::SignedByUnsigned>(queries + quad * 4, kWidth, vectors);
    }
    tile.give([&](std::size_t row, std::size_t column, __m512i sums) { _mm512_store_si512(scores + row * padded + column * kLanes, sums); });
  }

  static void score(const std::int8_t* queries, const Packed<kWidth>& packed) {
    const std::size_t blocks = packed.scored / kLanes;
    std::size_t block = 0;
    const auto keys = [&] { return packed.keys + block * kLanes * kWidth; };
    const auto scores = [&] { return packed.scores + block * kLanes; };
    for (; block + kColumns <= blocks; block += kColumns) score_some<kColumns>(queries, keys(), packed.padded, scores());
    switch (blocks - block) {
      case 3: return score_some<3>(queries, keys(), packed.padded, scores());
      case 2: return score_some<2>(queries, keys(), packed.padded, scores());
      case 1: return score_some<1>(queries, keys(), packed.padded, scores());
      default: return;
    }
  }

  // Weights times values, kRows x kWidth.
  static void mix(const Packed<kWidth>& packed, std::int32_t* sums) {
    Tile<kRows, kWidth / kLanes> tile;
    for (std::size_t token = 0; token < packed.scored; token += 4)
      tile.template add<Dot::UnsignedBySigned>(packed.weights + token, packed.padded,
                                               Vectors<kWidth / kLanes>::load(packed.values + token * kWidth));
    tile.give([&](std::size_t row, std::size_t column, __m512i mixed) {
      _mm512_store_si512(sums + row * kWidth + column * kLanes, mixed);
    });
  }
};

}  // namespace rag::attention

RAG_END_VNNI
#endif
