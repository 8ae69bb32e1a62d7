#include <algorithm>
#include <cstring>
#include <type_traits>
#include <vector>

#include "models/kernels/byte_panel.h"

#if defined(__x86_64__)
#include <immintrin.h>

namespace rag {
namespace {

// Loops over registers are unrolled before GCC decides where an array of them lives; else it keeps a copy of each sum in memory, and the one
// store a cycle takes twice the time of the products.
#define RAG_UNROLL _Pragma("GCC unroll 16")

// AVX2 has no sum of four byte products that cannot saturate, so weights and rows become words, and each output two sums of products of
// words.  Rows become words once for a whole panel.
#define RAG_AVX2 __attribute__((target("avx2")))
constexpr std::size_t kEight = 8;  // outputs that are computed together: two registers of four outputs, two sums each
constexpr std::size_t kSix = 6;    // rows: with two registers each, two of weights, one of the row and one of products all sixteen are taken

RAG_AVX2 inline void add_in_place(__m256i& sum, __m256i products) {
  // As an intrinsic GCC 12 gives the sum a register of its own and copies it back, for every one of them.
  asm("vpaddd %1, %0, %0" : "+x"(sum) : "x"(products));
}

// `rows`: kCount x inputs words.
template <std::size_t kCount>
RAG_AVX2 void multiply_eight(const std::int16_t* rows, const Panel& panel, std::size_t first, float* out) {
  __m256i sums[kCount][2];
  RAG_UNROLL for (std::size_t row = 0; row < kCount; ++row) sums[row][0] = sums[row][1] = _mm256_setzero_si256();
  const std::int8_t* quad = panel.weights + first * kQuad;
  const std::size_t inputs = panel.inputs;
  for (const std::int16_t *x = rows, *end = rows + inputs; x != end; x += kQuad, quad += kQuad * kPanel) {
    const __m256i low = _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(quad)));
    const __m256i high = _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(quad + 16)));
    RAG_UNROLL for (std::size_t row = 0; row < kCount; ++row) {
      const __m256i words = _mm256_broadcastq_epi64(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(x + row * inputs)));
      add_in_place(sums[row][0], _mm256_madd_epi16(words, low));
      add_in_place(sums[row][1], _mm256_madd_epi16(words, high));
    }
  }
  const std::size_t existing = std::min(kEight, panel.width - first);
  RAG_UNROLL for (std::size_t row = 0; row < kCount; ++row) {
    std::int32_t whole[kEight];
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(whole), _mm256_permute4x64_epi64(_mm256_hadd_epi32(sums[row][0], sums[row][1]), 0xD8));
    for (std::size_t i = 0; i < existing; ++i)
      out[row * panel.stride + first + i] = static_cast<float>(whole[i] - panel.corrections[first + i]) * panel.scales[first + i];
  }
}

// Bytes as words; `count` is a whole number of quads.
RAG_AVX2 void widen(const std::uint8_t* bytes, std::size_t count, std::int16_t* words) {
  std::size_t i = 0;
  for (; i + 16 <= count; i += 16)
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(words + i), _mm256_cvtepu8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + i))));
  for (; i < count; ++i) words[i] = bytes[i];
}

// With AVX-VNNI, which processors without AVX-512 have: four byte products and their sum in one instruction, eight outputs a register.
#define RAG_AVX_VNNI __attribute__((target("avx2,avxvnni")))
constexpr std::size_t kThirtyTwo = 32;  // outputs: four registers

template <std::size_t kCount>
RAG_AVX_VNNI void multiply_thirty_two(const std::uint8_t* x, const Panel& panel, std::size_t first, float* out) {
  __m256i sums[kCount][4];
  RAG_UNROLL for (std::size_t row = 0; row < kCount; ++row)
    RAG_UNROLL for (std::size_t i = 0; i < 4; ++i) sums[row][i] = _mm256_setzero_si256();
  const std::int8_t* quad = panel.weights + first * kQuad;
  for (std::size_t k = 0; k < panel.inputs; k += kQuad, quad += kQuad * kPanel) {
    __m256i weights[4];
    RAG_UNROLL for (std::size_t i = 0; i < 4; ++i) weights[i] = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(quad) + i);
    RAG_UNROLL for (std::size_t row = 0; row < kCount; ++row) {
      std::int32_t bytes;
      std::memcpy(&bytes, x + row * panel.inputs + k, sizeof bytes);
      RAG_UNROLL for (std::size_t i = 0; i < 4; ++i) sums[row][i] = _mm256_dpbusd_avx_epi32(sums[row][i], _mm256_set1_epi32(bytes), weights[i]);
    }
  }
  const std::size_t existing = std::min(kThirtyTwo, panel.width - first);
  RAG_UNROLL for (std::size_t row = 0; row < kCount; ++row) {
    std::int32_t whole[kThirtyTwo];
    RAG_UNROLL for (std::size_t i = 0; i < 4; ++i) _mm256_storeu_si256(reinterpret_cast<__m256i*>(whole) + i, sums[row][i]);
    for (std::size_t i = 0; i < existing; ++i)
      out[row * panel.stride + first + i] = static_cast<float>(whole[i] - panel.corrections[first + i]) * panel.scales[first + i];
  }
}

constexpr std::size_t kThree = 3;  // rows: twelve of the sixteen registers are sums

// visit(count as a constant) with `count` from 1 to kMost.
template <std::size_t kMost, typename Visit>
void as_constant(std::size_t count, const Visit& visit) {
  if (count == kMost) return visit(std::integral_constant<std::size_t, kMost>());
  if constexpr (kMost > 1) as_constant<kMost - 1>(count, visit);
}

}  // namespace

void multiply_with_avx2(const std::uint8_t* x, std::size_t rows, const Panel& panel, float* out) {
  thread_local std::vector<std::int16_t> words;  // kept: no allocation a product
  words.resize(std::max(words.size(), kSix * panel.inputs));
  for (std::size_t row = 0; row < rows; row += kSix) {
    const std::size_t count = std::min(kSix, rows - row);
    widen(x + row * panel.inputs, count * panel.inputs, words.data());
    as_constant<kSix>(count, [&](auto constant) {
      for (std::size_t first = 0; first < panel.width; first += kEight) multiply_eight<constant>(words.data(), panel, first, out + row * panel.stride);
    });
  }
}

void multiply_with_avx_vnni(const std::uint8_t* x, std::size_t rows, const Panel& panel, float* out) {
  for (std::size_t row = 0; row < rows; row += kThree)
    as_constant<kThree>(std::min(kThree, rows - row), [&](auto constant) {
      for (std::size_t first = 0; first < panel.width; first += kThirtyTwo)
        multiply_thirty_two<constant>(x + row * panel.inputs, panel, first, out + row * panel.stride);
    });
}

}  // namespace rag

#endif
