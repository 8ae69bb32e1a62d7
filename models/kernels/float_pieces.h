#pragma once

// A float as the exact sum of three bfloat16, sixteen at a time.  For the .cpp files of this folder that multiply in tiles.
//
// Tiles multiply bfloat16 and add up floats.  With x = high + middle + low and y likewise, each of 8 bits, x y is six products and what is
// left out: middle low + low middle + low low, below 2^-22 |x y| and of either sign.  Sums of those six are as near as sums of products of
// floats: Henry, Tang and Heinecke, "Leveraging the bfloat16 Artificial Intelligence Datatype For Higher-Precision Computations" (2019).
//
// Tiles take what is denormal for zero.  So all numbers of a row, and all weights of an output, are multiplied by the power of two that
// brings the largest of them near 2^kLargest, and the product is divided by both: what is lost is below 2^-100 of those largest two.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "models/kernels/float_tile.h"

namespace rag::pieces {

inline constexpr std::size_t kStep = 32;        // inputs of a tile
inline constexpr std::size_t kHalfStep = 16;    // apart are the two inputs that stand beside each other in a tile
inline constexpr std::size_t kTileSize = 1024;  // bytes
inline constexpr std::size_t kPieces = 3;
inline constexpr int kLargest = 40;

inline std::size_t steps_for(std::size_t inputs) { return (inputs + kStep - 1) / kStep; }

// The power of two, 2^shift_for, for numbers whose largest magnitude has these bits; the largest there is from 2^-87 down.
inline int shift_for(std::uint32_t largest_bits) {
  return largest_bits == 0 ? 0 : std::min(kLargest + 127 - static_cast<int>(largest_bits >> 23), 127);
}
inline float power_of_two(int shift) { return std::bit_cast<float>(static_cast<std::uint32_t>(shift + 127) << 23); }

inline constexpr std::uint32_t kMagnitude = 0x7FFFFFFF;    // of a float's bits
inline constexpr std::uint32_t kNoNumber = 0x7F800000;     // magnitudes from here on are infinite or no numbers

}  // namespace rag::pieces

#if defined(__x86_64__)
#include <immintrin.h>

namespace rag::pieces {

// Each with zeros in its lower half: a bfloat16 is the upper half of a float.
struct Split {
  __m512i high, middle, low;
};

RAG_FOR_AVX512 [[gnu::always_inline]] inline Split split(__m512 x) {
  const __m512i upper = _mm512_set1_epi32(static_cast<int>(0xFFFF0000)), half = _mm512_set1_epi32(0x8000);
  const __m512i high = _mm512_and_si512(_mm512_castps_si512(x), upper);
  const __m512 rest = _mm512_sub_ps(x, _mm512_castsi512_ps(high));
  const __m512i middle = _mm512_and_si512(_mm512_add_epi32(_mm512_castps_si512(rest), half), upper);  // rounded, so that low has either sign
  return {high, middle, _mm512_castps_si512(_mm512_sub_ps(rest, _mm512_castsi512_ps(middle)))};
}

// Sixteen pairs of bfloat16, as a row of a tile holds them.
RAG_FOR_AVX512 [[gnu::always_inline]] inline __m512i beside(__m512i first, __m512i second) {
  return _mm512_or_si512(_mm512_srli_epi32(first, 16), second);
}

// A row of each of three tiles, `apart` bytes from one to the next.
RAG_FOR_AVX512 [[gnu::always_inline]] inline void store_split(__m512 first, __m512 second, char* tiles, std::size_t apart) {
  const Split a = split(first), b = split(second);
  _mm512_store_si512(tiles, beside(a.high, b.high));
  _mm512_store_si512(tiles + apart, beside(a.middle, b.middle));
  _mm512_store_si512(tiles + 2 * apart, beside(a.low, b.low));
}

}  // namespace rag::pieces
#endif
