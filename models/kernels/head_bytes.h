#pragma once

// One head of one text in bytes, and the softmax between its two products, in AVX-512, whatever multiplies them.
// For the .cpp files of this folder; called only where fastest_byte_instructions() is Vnni or better.

#include <algorithm>
#include <cmath>
#include <cstring>

#include "models/kernels/dot_tile.h"
#include "models/kernels/packed_head.h"

#if defined(__x86_64__)

RAG_BEGIN_VNNI

namespace rag::attention {

inline __m512 magnitude(__m512 x) { return _mm512_andnot_ps(_mm512_set1_ps(-0.0f), x); }

// Sixteen numbers of a token.
[[gnu::always_inline]] inline __m512 numbers(const HeadProducts& head, const HeadProducts::Part& part, std::size_t token, std::size_t d) {
  const __m512 constant = _mm512_fmadd_ps(_mm512_set1_ps(head.offsets[token]), _mm512_loadu_ps(part.outputs.weight_sums + d),
                                          _mm512_loadu_ps(part.outputs.bias + d));
  return _mm512_fmadd_ps(_mm512_loadu_ps(part.sums + token * head.stride + d), _mm512_set1_ps(head.scales[token]), constant);
}

// The largest magnitude of a part of all tokens.
template <std::size_t kWidth>
float largest_of(const HeadProducts& head, const HeadProducts::Part& part, std::size_t tokens) {
  __m512 largest = _mm512_set1_ps(1e-20f);
  for (std::size_t token = 0; token < tokens; ++token)
    for (std::size_t d = 0; d < kWidth; d += kLanes)
      largest = _mm512_max_ps(largest, magnitude(numbers(head, part, token, d)));
  return _mm512_reduce_max_ps(largest);
}

// Keys beyond the last are copies of it, so that they change no maximum.
template <std::size_t kWidth>
void pack_keys(const HeadProducts& head, std::size_t tokens, Packed<kWidth>& packed) {
  packed.key_scale = largest_of<kWidth>(head, head.key, tokens) / 127.0f;
  const __m512 inverse = _mm512_set1_ps(1.0f / packed.key_scale);
  for (std::size_t place = 0; place < packed.scored; ++place) {
    const std::size_t token = std::min(place, tokens - 1);
    std::uint8_t* to = packed.keys + place / kLanes * kLanes * kWidth + place % kLanes * 4;
    for (std::size_t d = 0; d < kWidth; d += kLanes) {
      const __m512 key = numbers(head, head.key, token, d);
      const __m512i whole = _mm512_add_epi32(_mm512_cvtps_epi32(_mm512_mul_ps(key, inverse)), _mm512_set1_epi32(128));
      alignas(16) std::uint8_t bytes[kLanes];
      _mm_store_si128(reinterpret_cast<__m128i*>(bytes), _mm512_cvtepi32_epi8(whole));
      for (std::size_t quad = 0; quad < 4; ++quad) std::memcpy(to + (d / 4 + quad) * 64, bytes + quad * 4, 4);
    }
  }
}

template <std::size_t kWidth>
void pack_values(const HeadProducts& head, std::size_t tokens, Packed<kWidth>& packed) {
  for (std::size_t d = 0; d < kWidth; d += kLanes) {
    __m512 largest = _mm512_set1_ps(1e-20f);
    for (std::size_t token = 0; token < tokens; ++token)
      largest = _mm512_max_ps(largest, magnitude(numbers(head, head.value, token, d)));
    const __m512 scale = _mm512_mul_ps(largest, _mm512_set1_ps(1.0f / 127.0f)), inverse = _mm512_div_ps(_mm512_set1_ps(1), scale);
    _mm512_storeu_ps(packed.value_scales + d, scale);
    // The byte of a token at its place in the quad; zero beyond the last token.
    const auto byte = [&](std::size_t token, int place) {
      if (token >= tokens) return _mm512_setzero_si512();
      const __m512 value = numbers(head, head.value, token, d);
      return _mm512_slli_epi32(_mm512_and_si512(_mm512_cvtps_epi32(_mm512_mul_ps(value, inverse)), _mm512_set1_epi32(255)), place * 8);
    };
    for (std::size_t token = 0; token < packed.padded; token += 4)
      _mm512_store_si512(packed.values + token * kWidth + d * 4, _mm512_or_si512(_mm512_or_si512(byte(token, 0), byte(token + 1, 1)),
                                                                                 _mm512_or_si512(byte(token + 2, 2), byte(token + 3, 3))));
  }
}

template <std::size_t kWidth>
[[gnu::always_inline]] inline void pack_query(const HeadProducts& head, std::size_t token, float inverse, std::int8_t* bytes) {
  for (std::size_t d = 0; d < kWidth; d += kLanes) {
    const __m512 query = numbers(head, head.query, token, d);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(bytes + d),
                     _mm512_cvtepi32_epi8(_mm512_cvtps_epi32(_mm512_mul_ps(query, _mm512_set1_ps(inverse)))));
  }
}

// 2^x for x <= 0, relative error below 1e-4: a cubic on the fraction.
[[gnu::always_inline]] inline __m512 exp2_of_negative(__m512 x) {
  // Not _mm512_reduce_ps(), which rounds the difference down as well; processors without it would find other weights.
  const __m512 f = _mm512_sub_ps(x, _mm512_roundscale_ps(x, _MM_FROUND_TO_NEG_INF));
  __m512 p = _mm512_set1_ps(7.9441e-2f);
  p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(2.24494e-1f));
  p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(6.96065e-1f));
  p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(9.99925e-1f));
  return _mm512_scalef_ps(p, x);
}

// Scores to weights 2^((score - largest) * factor) * kLargestWeight, in whole numbers, and each query's sum of them; of kTogether queries in
// turn, so that none waits for its own last step.
//
// What rounding takes from one weight is given to the one sixteen tokens on.  Without that the many small weights beside one large one
// would all become 0, and with them a good part of the sum.
template <std::size_t kTogether, std::size_t kWidth>
void soften(const Packed<kWidth>& packed, std::size_t first, std::size_t tokens, float factor, float* totals) {
  const std::size_t scored = packed.scored, padded = packed.padded;
  const std::int32_t* scores = packed.scores + first * padded;
  std::uint8_t* weights = packed.weights + first * padded;
  __m512i largest[kTogether], total[kTogether];
  __m512 left_over[kTogether];
  for (std::size_t row = 0; row < kTogether; ++row) {
    __m512i most = _mm512_load_si512(scores + row * padded);
    for (std::size_t j = kLanes; j < scored; j += kLanes) most = _mm512_max_epi32(most, _mm512_load_si512(scores + row * padded + j));
    largest[row] = _mm512_set1_epi32(_mm512_reduce_max_epi32(most));
    total[row] = _mm512_setzero_si512();
    left_over[row] = _mm512_setzero_ps();
  }
  for (std::size_t j = 0; j < scored; j += kLanes) {
    const auto here = static_cast<__mmask16>(tokens - j >= kLanes ? 0xFFFFU : (1U << (tokens - j)) - 1);
#pragma GCC unroll 4
    for (std::size_t row = 0; row < kTogether; ++row) {
      const __m512 distance = _mm512_cvtepi32_ps(_mm512_sub_epi32(_mm512_load_si512(scores + row * padded + j), largest[row]));
      const __m512 exact = _mm512_fmadd_ps(exp2_of_negative(_mm512_mul_ps(distance, _mm512_set1_ps(factor))),
                                           _mm512_set1_ps(kLargestWeight), left_over[row]);
      const __m512i weight = _mm512_maskz_cvtps_epi32(here, exact);
      left_over[row] = _mm512_sub_ps(exact, _mm512_cvtepi32_ps(weight));
      total[row] = _mm512_add_epi32(total[row], weight);
      _mm_store_si128(reinterpret_cast<__m128i*>(weights + row * padded + j), _mm512_cvtepi32_epi8(weight));
    }
  }
  for (std::size_t row = 0; row < kTogether; ++row) totals[first + row] = static_cast<float>(_mm512_reduce_add_epi32(total[row]));
}

}  // namespace rag::attention

RAG_END_VNNI
#endif
