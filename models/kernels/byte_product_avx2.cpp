#include <algorithm>
#include <cstring>
#include <type_traits>

#include "models/kernels/byte_panel.h"

#if defined(__x86_64__)
#include <immintrin.h>

namespace rag {
namespace {

// AVX2 has no sum of four byte products that cannot saturate, so weights and rows become words, and each output two sums of products of
// words.
#define RAG_AVX2 __attribute__((target("avx2")))
constexpr std::size_t kSixteen = 16;  // outputs that are computed together: four registers of four outputs, two sums each

template <std::size_t kCount>
RAG_AVX2 void multiply_sixteen(const std::uint8_t* x, const Panel& panel, std::size_t first, float* out) {
  __m256i sums[kCount][4];
  for (auto& row : sums)
    for (__m256i& sum : row) sum = _mm256_setzero_si256();
  const std::int8_t* quad = panel.weights + first * kQuad;
  for (std::size_t k = 0; k < panel.inputs; k += kQuad, quad += kQuad * kPanel) {
    __m256i weights[4];
    for (std::size_t i = 0; i < 4; ++i) weights[i] = _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(quad + i * 16)));
    for (std::size_t row = 0; row < kCount; ++row) {
      std::int32_t bytes;
      std::memcpy(&bytes, x + row * panel.inputs + k, sizeof bytes);
      const __m256i words = _mm256_broadcastq_epi64(_mm_cvtepu8_epi16(_mm_cvtsi32_si128(bytes)));
      for (std::size_t i = 0; i < 4; ++i) sums[row][i] = _mm256_add_epi32(sums[row][i], _mm256_madd_epi16(words, weights[i]));
    }
  }
  for (std::size_t row = 0; row < kCount; ++row) {
    std::int32_t whole[kSixteen];
    for (std::size_t i = 0; i < 4; i += 2)
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(whole + i * 4),
                          _mm256_permute4x64_epi64(_mm256_hadd_epi32(sums[row][i], sums[row][i + 1]), 0xD8));
    const std::size_t existing = std::min(kSixteen, panel.width - first);
    for (std::size_t i = 0; i < existing; ++i)
      out[row * panel.stride + first + i] = static_cast<float>(whole[i] - panel.corrections[first + i]) * panel.scales[first + i];
  }
}

// With AVX-VNNI, which processors without AVX-512 have: four byte products and their sum in one instruction, eight outputs a register.
#define RAG_AVX_VNNI __attribute__((target("avx2,avxvnni")))
constexpr std::size_t kThirtyTwo = 32;  // outputs: four registers

template <std::size_t kCount>
RAG_AVX_VNNI void multiply_thirty_two(const std::uint8_t* x, const Panel& panel, std::size_t first, float* out) {
  __m256i sums[kCount][4];
  for (auto& row : sums)
    for (__m256i& sum : row) sum = _mm256_setzero_si256();
  const std::int8_t* quad = panel.weights + first * kQuad;
  for (std::size_t k = 0; k < panel.inputs; k += kQuad, quad += kQuad * kPanel) {
    __m256i weights[4];
    for (std::size_t i = 0; i < 4; ++i) weights[i] = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(quad) + i);
    for (std::size_t row = 0; row < kCount; ++row) {
      std::int32_t bytes;
      std::memcpy(&bytes, x + row * panel.inputs + k, sizeof bytes);
      for (std::size_t i = 0; i < 4; ++i) sums[row][i] = _mm256_dpbusd_avx_epi32(sums[row][i], _mm256_set1_epi32(bytes), weights[i]);
    }
  }
  const std::size_t existing = std::min(kThirtyTwo, panel.width - first);
  for (std::size_t row = 0; row < kCount; ++row) {
    std::int32_t whole[kThirtyTwo];
    std::memcpy(whole, sums[row], sizeof whole);
    for (std::size_t i = 0; i < existing; ++i)
      out[row * panel.stride + first + i] = static_cast<float>(whole[i] - panel.corrections[first + i]) * panel.scales[first + i];
  }
}

constexpr std::size_t kThree = 3;  // rows: twelve of the sixteen registers are sums

// multiply(count of rows as a constant, x, first output, out) for each three rows and `width` outputs.
template <std::size_t kWidth, typename Multiply>
void in_threes(const std::uint8_t* x, std::size_t rows, const Panel& panel, float* out, const Multiply& multiply) {
  for (; rows > 0; x += kThree * panel.inputs, out += kThree * panel.stride) {
    const std::size_t count = std::min(kThree, rows);
    for (std::size_t first = 0; first < panel.width; first += kWidth) switch (count) {
        case 3: multiply(std::integral_constant<std::size_t, 3>(), x, first, out); break;
        case 2: multiply(std::integral_constant<std::size_t, 2>(), x, first, out); break;
        default: multiply(std::integral_constant<std::size_t, 1>(), x, first, out);
      }
    rows -= count;
  }
}

}  // namespace

void multiply_with_avx2(const std::uint8_t* x, std::size_t rows, const Panel& panel, float* out) {
  in_threes<kSixteen>(x, rows, panel, out, [&](auto count, const std::uint8_t* from, std::size_t first, float* to) {
    multiply_sixteen<count>(from, panel, first, to);
  });
}

void multiply_with_avx_vnni(const std::uint8_t* x, std::size_t rows, const Panel& panel, float* out) {
  in_threes<kThirtyTwo>(x, rows, panel, out, [&](auto count, const std::uint8_t* from, std::size_t first, float* to) {
    multiply_thirty_two<count>(from, panel, first, to);
  });
}

}  // namespace rag

#endif
