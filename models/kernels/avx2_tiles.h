#pragma once

// Rows times vectors in registers of 256 bits, sums in registers: the innermost loops of int8 products on processors without AVX-512.  For
// the .cpp files of this folder.  Weights, keys and values lie alike: quads [..][4], the four bytes of one sum side by side.

#if defined(__x86_64__)
#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#define RAG_AVX2 __attribute__((target("avx2,fma")))

// Loops over registers are unrolled before GCC decides where an array of them lives; else it keeps a copy of each sum in memory, and the one
// store a cycle takes twice the time of the products.
#define RAG_IN_REGISTERS _Pragma("GCC unroll 16")

namespace rag::avx2 {

inline constexpr std::size_t kEight = 8;  // sums in a register
inline constexpr std::size_t kFour = 4;   // bytes that each of them takes at a time

// AVX2 has no sum of four byte products that cannot saturate, so bytes become words, and each sum two sums of products of words.
// Rows become words once, for all vectors.

enum class Bytes { Signed, Unsigned };  // what the vectors are

RAG_AVX2 inline void add_in_place(__m256i& sum, __m256i products) {
  // As an intrinsic GCC 12 gives the sum a register of its own and copies it back, for every one of them.
  asm("vpaddd %1, %0, %0" : "+x"(sum) : "x"(products));
}

template <Bytes kBytes>
RAG_AVX2 inline __m256i sixteen_words(const void* bytes) {
  const __m128i sixteen = _mm_loadu_si128(static_cast<const __m128i*>(bytes));
  return kBytes == Bytes::Signed ? _mm256_cvtepi8_epi16(sixteen) : _mm256_cvtepu8_epi16(sixteen);
}

inline constexpr std::size_t kWordRows = 6;  // with two registers each, two of vectors, one of the row and one of products all sixteen are taken

// Eight sums of each row.  `rows`: kRows x inputs words, `stride` apart; `quads`: inputs / 4 of them, `step` bytes apart.
template <std::size_t kRows, Bytes kBytes>
RAG_AVX2 inline void sum_eight(const std::int16_t* rows, std::size_t stride, const void* quads, std::size_t step, std::size_t inputs,
                               std::int32_t* out, std::size_t out_stride) {
  __m256i sums[kRows][2];
  RAG_IN_REGISTERS for (std::size_t row = 0; row < kRows; ++row) sums[row][0] = sums[row][1] = _mm256_setzero_si256();
  const char* quad = static_cast<const char*>(quads);
  for (const std::int16_t *x = rows, *end = rows + inputs; x != end; x += kFour, quad += step) {
    const __m256i low = sixteen_words<kBytes>(quad), high = sixteen_words<kBytes>(quad + 16);
    RAG_IN_REGISTERS for (std::size_t row = 0; row < kRows; ++row) {
      const __m256i words = _mm256_broadcastq_epi64(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(x + row * stride)));
      add_in_place(sums[row][0], _mm256_madd_epi16(words, low));
      add_in_place(sums[row][1], _mm256_madd_epi16(words, high));
    }
  }
  RAG_IN_REGISTERS for (std::size_t row = 0; row < kRows; ++row)
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + row * out_stride),
                        _mm256_permute4x64_epi64(_mm256_hadd_epi32(sums[row][0], sums[row][1]), 0xD8));
}

// With AVX-VNNI, which processors without AVX-512 have: four byte products and their sum in one instruction.

enum class Dot { UnsignedBySigned, SignedByUnsigned };  // which of rows and vectors are signed

// By hand, as in dot_tile.h; this spelling is AVX-VNNI's own.
template <Dot kDot>
RAG_AVX2 inline void multiply_and_add(__m256i& sums, __m256i row, __m256i vector) {
  if constexpr (kDot == Dot::UnsignedBySigned)
    asm("%{vex%} vpdpbusd %2, %1, %0" : "+x"(sums) : "x"(row), "x"(vector));
  else
    asm("%{vex%} vpdpbusd %1, %2, %0" : "+x"(sums) : "x"(row), "x"(vector));
}

inline constexpr std::size_t kByteRows = 3;     // times four vectors: twelve of the sixteen registers are sums, three rows, one a vector
inline constexpr std::size_t kByteVectors = 4;

// 8 * kVectors sums of each row.  `rows`: kRows x inputs bytes, `stride` apart.  The vectors of a quad lie in pairs `apart` bytes from each other.
template <std::size_t kRows, std::size_t kVectors, Dot kDot>
RAG_AVX2 inline void sum_vectors(const void* rows, std::size_t stride, const void* quads, std::size_t apart, std::size_t step, std::size_t inputs,
                                 std::int32_t* out, std::size_t out_stride) {
  __m256i sums[kRows][kVectors];
  RAG_IN_REGISTERS for (std::size_t row = 0; row < kRows; ++row)
    RAG_IN_REGISTERS for (std::size_t i = 0; i < kVectors; ++i) sums[row][i] = _mm256_setzero_si256();
  const char* quad = static_cast<const char*>(quads);
  for (const char *x = static_cast<const char*>(rows), *end = x + inputs; x != end; x += kFour, quad += step) {
    __m256i repeated[kRows];
    RAG_IN_REGISTERS for (std::size_t row = 0; row < kRows; ++row) {
      std::int32_t four;
      std::memcpy(&four, x + row * stride, sizeof four);
      repeated[row] = _mm256_set1_epi32(four);
    }
    RAG_IN_REGISTERS for (std::size_t i = 0; i < kVectors; ++i) {
      const __m256i vector = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(quad + i / 2 * apart + i % 2 * 32));
      RAG_IN_REGISTERS for (std::size_t row = 0; row < kRows; ++row) multiply_and_add<kDot>(sums[row][i], repeated[row], vector);
    }
  }
  RAG_IN_REGISTERS for (std::size_t row = 0; row < kRows; ++row)
    RAG_IN_REGISTERS for (std::size_t i = 0; i < kVectors; ++i)
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + row * out_stride + i * kEight), sums[row][i]);
}

// visit(count as a constant) with `count` from 1 to kMost.
template <std::size_t kMost, typename Visit>
void as_constant(std::size_t count, const Visit& visit) {
  if (count == kMost) return visit(std::integral_constant<std::size_t, kMost>());
  if constexpr (kMost > 1) as_constant<kMost - 1>(count, visit);
}

}  // namespace rag::avx2

#endif
