#include <algorithm>
#include <vector>

#include "models/kernels/avx2_tiles.h"
#include "models/kernels/byte_panel.h"

#if defined(__x86_64__)

namespace rag {
namespace {

// kRows x kOutputs sums from output `first` on to floats.
template <std::size_t kRows, std::size_t kOutputs>
RAG_AVX2 inline void store(const std::int32_t* sums, const Panel& panel, std::size_t first, float* out) {
  const std::size_t existing = std::min(kOutputs, panel.width - first);
  for (std::size_t row = 0; row < kRows; ++row, sums += kOutputs, out += panel.stride)
    for (std::size_t i = 0; i < existing; ++i)
      out[first + i] = static_cast<float>(sums[i] - panel.corrections[first + i]) * panel.scales[first + i];
}

// `rows`: kRows x inputs words.
template <std::size_t kRows>
RAG_AVX2 void multiply_eight(const std::int16_t* rows, const Panel& panel, std::size_t first, float* out) {
  std::int32_t sums[kRows * avx2::kEight];
  avx2::sum_eight<kRows, avx2::Bytes::Signed>(rows, panel.inputs, panel.weights + first * kQuad, kQuad * kPanel, panel.inputs, sums, avx2::kEight);
  store<kRows, avx2::kEight>(sums, panel, first, out);
}

// Bytes as words; `count` is a whole number of quads.
RAG_AVX2 void widen(const std::uint8_t* bytes, std::size_t count, std::int16_t* words) {
  std::size_t i = 0;
  for (; i + 16 <= count; i += 16)
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(words + i), avx2::sixteen_words<avx2::Bytes::Unsigned>(bytes + i));
  for (; i < count; ++i) words[i] = bytes[i];
}

constexpr std::size_t kThirtyTwo = avx2::kByteVectors * avx2::kEight;  // outputs

template <std::size_t kRows>
RAG_AVX2 void multiply_thirty_two(const std::uint8_t* x, const Panel& panel, std::size_t first, float* out) {
  std::int32_t sums[kRows * kThirtyTwo];
  avx2::sum_vectors<kRows, avx2::kByteVectors, avx2::Dot::UnsignedBySigned>(x, panel.inputs, panel.weights + first * kQuad, 64, kQuad * kPanel,
                                                                            panel.inputs, sums, kThirtyTwo);
  store<kRows, kThirtyTwo>(sums, panel, first, out);
}

}  // namespace

void multiply_with_avx2(const std::uint8_t* x, std::size_t rows, const Panel& panel, float* out) {
  thread_local std::vector<std::int16_t> words;  // kept: no allocation a product
  words.resize(std::max(words.size(), avx2::kWordRows * panel.inputs));
  for (std::size_t row = 0; row < rows; row += avx2::kWordRows) {
    const std::size_t count = std::min(avx2::kWordRows, rows - row);
    widen(x + row * panel.inputs, count * panel.inputs, words.data());
    avx2::as_constant<avx2::kWordRows>(count, [&](auto constant) {
      for (std::size_t first = 0; first < panel.width; first += avx2::kEight)
        multiply_eight<constant>(words.data(), panel, first, out + row * panel.stride);
    });
  }
}

void multiply_with_avx_vnni(const std::uint8_t* x, std::size_t rows, const Panel& panel, float* out) {
  for (std::size_t row = 0; row < rows; row += avx2::kByteRows)
    avx2::as_constant<avx2::kByteRows>(std::min(avx2::kByteRows, rows - row), [&](auto constant) {
      for (std::size_t first = 0; first < panel.width; first += kThirtyTwo)
        multiply_thirty_two<constant>(x + row * panel.inputs, panel, first, out + row * panel.stride);
    });
}

}  // namespace rag

#endif
