#pragma once

// The two products of a head in tiles.  For byte_attention.cpp.

#include "models/kernels/amx_tiles.h"
#include "models/kernels/head_bytes.h"

#if defined(__x86_64__)

RAG_BEGIN_VNNI

namespace rag::attention {

template <std::size_t kWidth>
struct AmxProducts {
  static constexpr std::size_t kRows = amx::kTileRows;
  static constexpr std::size_t kTogether = 4;

  // Tiles 0 to 3: sums; 4: queries; 5: keys; 6: softmax's weights; 7: values.
  static void prepare() {
    amx::Shape shape;
    for (const int tile : {0, 1, 2, 3, 6, 7}) shape.set(tile, amx::kTileRows);
    shape.set(4, kRows, kWidth);
    shape.set(5, kWidth / 4);
    amx::configure(shape);
  }
  static void finish() { amx::release(); }

  // Queries times keys.  The 128 that keys are too large by adds the same to all scores of a query, which a softmax does not see.
  static void score(const std::int8_t* queries, const Packed<kWidth>& packed) {
    amx::load<4>(queries, kWidth);
    const std::uint8_t* keys = packed.keys;
    for (std::size_t token = 0; token < packed.scored; token += kLanes, keys += kLanes * kWidth) {
      amx::zero<0>();
      amx::load<5>(keys, amx::kTileBytes);
      amx::add_signed_by_unsigned<0, 4, 5>();
      amx::store<0>(packed.scores + token, packed.padded * sizeof(std::int32_t));
    }
  }

  // Weights times values, kRows x kWidth.
  static void mix(const Packed<kWidth>& packed, std::int32_t* sums) {
    amx::zero<0>(), amx::zero<1>();
    if constexpr (kWidth > 32) amx::zero<2>(), amx::zero<3>();
    for (std::size_t token = 0; token < packed.padded; token += kTileTokens) {
      const std::int8_t* values = packed.values + token * kWidth;
      amx::load<6>(packed.weights + token, packed.padded);
      add_values<0>(values), add_values<1>(values);
      if constexpr (kWidth > 32) add_values<2>(values), add_values<3>(values);
    }
    store_sums<0>(sums), store_sums<1>(sums);
    if constexpr (kWidth > 32) store_sums<2>(sums), store_sums<3>(sums);
  }

 private:
  template <int kColumn>
  static void add_values(const std::int8_t* values) {
    amx::load<7>(values + kColumn * amx::kTileBytes, kWidth * 4);
    amx::add_unsigned_by_signed<kColumn, 6, 7>();
  }
  template <int kColumn>
  static void store_sums(std::int32_t* sums) {
    amx::store<kColumn>(sums + kColumn * kLanes, kWidth * sizeof(std::int32_t));
  }
};

}  // namespace rag::attention

RAG_END_VNNI
#endif
