// One head of one text in bytes for processors without AVX-512: what head_bytes.h and vnni_attention.h do, in registers half as wide, with
// the same numbers.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>

#include "models/kernels/avx2_tiles.h"
#include "models/kernels/packed_head.h"

#if defined(__x86_64__)

#pragma GCC push_options
#pragma GCC target("avx2,fma")

namespace rag::attention {
namespace {

using avx2::Bytes;
using avx2::Dot;
using avx2::kEight;

constexpr std::size_t kQueries = 6;   // that go through keys and values together
constexpr std::size_t kTogether = 2;  // queries that soften() takes in turn

__m256 magnitude(__m256 x) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), x); }

// Eight numbers of a token.
__m256 numbers(const HeadProducts& head, const HeadProducts::Part& part, std::size_t token, std::size_t d) {
  const __m256 constant = _mm256_fmadd_ps(_mm256_set1_ps(head.offsets[token]), _mm256_loadu_ps(part.outputs.weight_sums + d),
                                          _mm256_loadu_ps(part.outputs.bias + d));
  return _mm256_fmadd_ps(_mm256_loadu_ps(part.sums + token * head.stride + d), _mm256_set1_ps(head.scales[token]), constant);
}

// Whole numbers that bytes can hold, side by side in the lower half.
__m128i words_of(__m256i whole) { return _mm_packs_epi32(_mm256_castsi256_si128(whole), _mm256_extracti128_si256(whole, 1)); }
__m128i signed_bytes(__m256i whole) { return _mm_packs_epi16(words_of(whole), _mm_setzero_si128()); }
__m128i unsigned_bytes(__m256i whole) { return _mm_packus_epi16(words_of(whole), _mm_setzero_si128()); }

float largest_in(__m256 values) {
  alignas(32) float each[kEight];
  _mm256_store_ps(each, values);
  return *std::max_element(each, each + kEight);
}

// The largest magnitude of a part of all tokens.
template <std::size_t kWidth>
float largest_of(const HeadProducts& head, const HeadProducts::Part& part, std::size_t tokens) {
  __m256 largest = _mm256_set1_ps(1e-20f);
  for (std::size_t token = 0; token < tokens; ++token)
    for (std::size_t d = 0; d < kWidth; d += kEight)
      largest = _mm256_max_ps(largest, magnitude(numbers(head, part, token, d)));
  return largest_in(largest);
}

// Keys beyond the last are copies of it, so that they change no maximum.
template <std::size_t kWidth, typename Weight>
void pack_keys(const HeadProducts& head, std::size_t tokens, Packed<kWidth, Weight>& packed) {
  packed.key_scale = largest_of<kWidth>(head, head.key, tokens) / 127.0f;
  const __m256 inverse = _mm256_set1_ps(1.0f / packed.key_scale);
  for (std::size_t place = 0; place < packed.scored; ++place) {
    const std::size_t token = std::min(place, tokens - 1);
    std::uint8_t* to = packed.keys + place / kLanes * kLanes * kWidth + place % kLanes * 4;
    for (std::size_t d = 0; d < kWidth; d += kEight) {
      const __m256 key = numbers(head, head.key, token, d);
      const __m128i bytes = unsigned_bytes(_mm256_add_epi32(_mm256_cvtps_epi32(_mm256_mul_ps(key, inverse)), _mm256_set1_epi32(128)));
      const auto both = static_cast<std::uint64_t>(_mm_cvtsi128_si64(bytes));
      const std::uint32_t quads[] = {static_cast<std::uint32_t>(both), static_cast<std::uint32_t>(both >> 32)};
      for (std::size_t quad = 0; quad < 2; ++quad) std::memcpy(to + (d / 4 + quad) * 64, quads + quad, 4);
    }
  }
}

// Four tokens' bytes of one number side by side; zero beyond the last token.
template <std::size_t kWidth, typename Weight>
void pack_values(const HeadProducts& head, std::size_t tokens, Packed<kWidth, Weight>& packed) {
  for (std::size_t d = 0; d < kWidth; d += kEight) {
    const auto value = [&](std::size_t token) { return numbers(head, head.value, token, d); };
    __m256 largest = _mm256_set1_ps(1e-20f);
    for (std::size_t token = 0; token < tokens; ++token) largest = _mm256_max_ps(largest, magnitude(value(token)));
    const __m256 scale = _mm256_mul_ps(largest, _mm256_set1_ps(1.0f / 127.0f)), inverse = _mm256_div_ps(_mm256_set1_ps(1), scale);
    _mm256_storeu_ps(packed.value_scales + d, scale);
    const auto byte = [&](std::size_t token) {
      if (token >= tokens) return _mm256_setzero_si256();
      return _mm256_and_si256(_mm256_cvtps_epi32(_mm256_mul_ps(value(token), inverse)), _mm256_set1_epi32(255));
    };
    for (std::size_t token = 0; token < packed.padded; token += 4) {
      const __m256i low = _mm256_or_si256(byte(token), _mm256_slli_epi32(byte(token + 1), 8));
      const __m256i high = _mm256_or_si256(byte(token + 2), _mm256_slli_epi32(byte(token + 3), 8));
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(packed.values + token * kWidth + d * 4), _mm256_or_si256(low, _mm256_slli_epi32(high, 16)));
    }
  }
}

template <std::size_t kWidth>
void pack_query(const HeadProducts& head, std::size_t token, float inverse, std::int8_t* bytes) {
  for (std::size_t d = 0; d < kWidth; d += kEight) {
    const __m256 query = numbers(head, head.query, token, d);
    _mm_storel_epi64(reinterpret_cast<__m128i*>(bytes + d), signed_bytes(_mm256_cvtps_epi32(_mm256_mul_ps(query, _mm256_set1_ps(inverse)))));
  }
}

// 2^x for x <= 0 as in head_bytes.h; below -126 it stays at 2^-126.
__m256 exp2_of_negative(__m256 x) {
  const __m256 whole = _mm256_floor_ps(x), f = _mm256_sub_ps(x, whole);
  __m256 p = _mm256_set1_ps(7.9441e-2f);
  p = _mm256_fmadd_ps(p, f, _mm256_set1_ps(2.24494e-1f));
  p = _mm256_fmadd_ps(p, f, _mm256_set1_ps(6.96065e-1f));
  p = _mm256_fmadd_ps(p, f, _mm256_set1_ps(9.99925e-1f));
  const __m256i exponent = _mm256_add_epi32(_mm256_cvtps_epi32(_mm256_max_ps(whole, _mm256_set1_ps(-126))), _mm256_set1_epi32(127));
  return _mm256_mul_ps(p, _mm256_castsi256_ps(_mm256_slli_epi32(exponent, 23)));
}

void store_weights(__m256i whole, std::uint8_t* to) { _mm_storel_epi64(reinterpret_cast<__m128i*>(to), unsigned_bytes(whole)); }
void store_weights(__m256i whole, std::int16_t* to) { _mm_storeu_si128(reinterpret_cast<__m128i*>(to), words_of(whole)); }

std::int32_t reduced(__m256i values, const auto& reduce) {
  alignas(32) std::int32_t each[kEight];
  _mm256_store_si256(reinterpret_cast<__m256i*>(each), values);
  std::int32_t result = each[0];
  for (std::size_t i = 1; i < kEight; ++i) result = reduce(result, each[i]);
  return result;
}

// Scores to weights and each query's sum of them, as soften() in head_bytes.h: what rounding takes from one weight is given to the one sixteen
// tokens on.
template <std::size_t kWidth, typename Weight>
void soften(const Packed<kWidth, Weight>& packed, std::size_t first, std::size_t tokens, float factor, float* totals) {
  const std::size_t scored = packed.scored, padded = packed.padded;
  const std::int32_t* scores = packed.scores + first * padded;
  Weight* weights = packed.weights + first * padded;
  const auto score = [&](std::size_t row, std::size_t j) { return _mm256_load_si256(reinterpret_cast<const __m256i*>(scores + row * padded + j)); };
  __m256i largest[kTogether], total[kTogether];
  __m256 left_over[kTogether][2];
  for (std::size_t row = 0; row < kTogether; ++row) {
    __m256i most = score(row, 0);
    for (std::size_t j = kEight; j < scored; j += kEight) most = _mm256_max_epi32(most, score(row, j));
    largest[row] = _mm256_set1_epi32(reduced(most, [](std::int32_t a, std::int32_t b) { return std::max(a, b); }));
    total[row] = _mm256_setzero_si256();
    left_over[row][0] = left_over[row][1] = _mm256_setzero_ps();
  }
  const __m256i places = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  for (std::size_t j = 0; j < scored; j += kLanes) {
    RAG_IN_REGISTERS for (std::size_t half = 0; half < 2; ++half) {
      const std::size_t at = j + half * kEight;
      const auto left = static_cast<int>(std::min(tokens - std::min(tokens, at), kEight));
      const __m256i here = _mm256_cmpgt_epi32(_mm256_set1_epi32(left), places);
      RAG_IN_REGISTERS for (std::size_t row = 0; row < kTogether; ++row) {
        const __m256 distance = _mm256_cvtepi32_ps(_mm256_sub_epi32(score(row, at), largest[row]));
        const __m256 exact = _mm256_fmadd_ps(exp2_of_negative(_mm256_mul_ps(distance, _mm256_set1_ps(factor))),
                                             _mm256_set1_ps(kLargestWeight), left_over[row][half]);
        const __m256i weight = _mm256_and_si256(_mm256_cvtps_epi32(exact), here);
        left_over[row][half] = _mm256_sub_ps(exact, _mm256_cvtepi32_ps(weight));
        total[row] = _mm256_add_epi32(total[row], weight);
        store_weights(weight, weights + row * padded + at);
      }
    }
  }
  for (std::size_t row = 0; row < kTogether; ++row)
    totals[first + row] = static_cast<float>(reduced(total[row], [](std::int32_t a, std::int32_t b) { return a + b; }));
}

// The two products of kQueries queries, with AVX2 alone.
template <std::size_t kWidth>
struct WordProducts {
  using Weight = std::int16_t;

  // Query times key.  The 128 that keys are too large by adds the same to all scores of a query, which a softmax does not see.
  static void score(const std::int8_t* queries, const Packed<kWidth, Weight>& packed) {
    std::int16_t words[kQueries * kWidth];
    for (std::size_t i = 0; i < kQueries * kWidth; i += kLanes)
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(words + i), avx2::sixteen_words<Bytes::Signed>(queries + i));
    for (std::size_t token = 0; token < packed.scored; token += kEight)
      avx2::sum_eight<kQueries, Bytes::Unsigned>(words, kWidth, packed.keys + token / kLanes * kLanes * kWidth + token % kLanes * 4, 64, kWidth,
                                                 packed.scores + token, packed.padded);
  }
  // Weights times values, kQueries x kWidth.
  static void mix(const Packed<kWidth, Weight>& packed, std::int32_t* sums) {
    for (std::size_t d = 0; d < kWidth; d += kEight)
      avx2::sum_eight<kQueries, Bytes::Signed>(packed.weights, packed.padded, packed.values + d * 4, kWidth * 4, packed.scored, sums + d, kWidth);
  }
};

// The same with AVX-VNNI.
template <std::size_t kWidth>
struct ByteProducts {
  using Weight = std::uint8_t;
  static constexpr std::size_t kRows = avx2::kByteRows, kVectors = avx2::kByteVectors, kScores = kVectors * kEight;
  static_assert(kQueries % kRows == 0);

  static void score(const std::int8_t* queries, const Packed<kWidth, Weight>& packed) {
    constexpr std::size_t kBlock = kLanes * kWidth;  // bytes of sixteen keys
    for (std::size_t row = 0; row < kQueries; row += kRows, queries += kRows * kWidth) {
      std::int32_t* scores = packed.scores + row * packed.padded;
      std::size_t token = 0;
      for (; token + kScores <= packed.scored; token += kScores)
        avx2::sum_vectors<kRows, kVectors, Dot::SignedByUnsigned>(queries, kWidth, packed.keys + token * kWidth, kBlock, 64, kWidth, scores + token,
                                                                  packed.padded);
      if (token < packed.scored)
        avx2::sum_vectors<kRows, 2, Dot::SignedByUnsigned>(queries, kWidth, packed.keys + token * kWidth, kBlock, 64, kWidth, scores + token,
                                                           packed.padded);
    }
  }
  static void mix(const Packed<kWidth, Weight>& packed, std::int32_t* sums) {
    for (std::size_t row = 0; row < kQueries; row += kRows)
      for (std::size_t d = 0; d < kWidth; d += kScores)
        avx2::sum_vectors<kRows, kVectors, Dot::UnsignedBySigned>(packed.weights + row * packed.padded, packed.padded, packed.values + d * 4, 64,
                                                                  kWidth * 4, packed.scored, sums + row * kWidth + d, kWidth);
  }
};

template <std::size_t kWidth, typename Products>
void attend(const HeadProducts& head, std::size_t tokens, float* context, std::size_t context_stride) {
  Packed<kWidth, typename Products::Weight> packed(tokens, kQueries);
  pack_keys(head, tokens, packed);
  pack_values(head, tokens, packed);
  const float query_scale = largest_of<kWidth>(head, head.query, tokens) / 127.0f;
  const float factor = query_scale * packed.key_scale * std::numbers::log2e_v<float> / std::sqrt(static_cast<float>(kWidth));
  for (std::size_t first = 0; first < tokens; first += kQueries) {
    const std::size_t rows = std::min(kQueries, tokens - first);
    std::int8_t queries[kQueries * kWidth];
    float totals[kQueries];
    for (std::size_t row = 0; row < kQueries; ++row)  // those beyond the last query repeat it
      pack_query<kWidth>(head, first + std::min(row, rows - 1), 1.0f / query_scale, queries + row * kWidth);
    Products::score(queries, packed);
    for (std::size_t row = 0; row < rows; row += kTogether) soften(packed, row, tokens, factor, totals);
    std::int32_t sums[kQueries * kWidth];
    Products::mix(packed, sums);
    for (std::size_t row = 0; row < rows; ++row)
      for (std::size_t d = 0; d < kWidth; d += kEight) {
        const __m256 mixed = _mm256_cvtepi32_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(sums + row * kWidth + d)));
        _mm256_storeu_ps(context + (first + row) * context_stride + d,
                         _mm256_mul_ps(_mm256_mul_ps(mixed, _mm256_loadu_ps(packed.value_scales + d)), _mm256_set1_ps(1.0f / totals[row])));
      }
  }
}

}  // namespace
}  // namespace rag::attention

#pragma GCC pop_options

namespace rag::attention {

void attend_in_256(const HeadProducts& head, std::size_t tokens, std::size_t head_size, float* context, std::size_t context_stride,
                   ByteInstructions with) {
  if (with == ByteInstructions::AvxVnni)
    return head_size == 32 ? attend<32, ByteProducts<32>>(head, tokens, context, context_stride)
                           : attend<64, ByteProducts<64>>(head, tokens, context, context_stride);
  return head_size == 32 ? attend<32, WordProducts<32>>(head, tokens, context, context_stride)
                         : attend<64, WordProducts<64>>(head, tokens, context, context_stride);
}

}  // namespace rag::attention

#endif
