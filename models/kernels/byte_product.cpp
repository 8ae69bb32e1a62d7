#include "models/kernels/byte_product.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "models/kernels/dot_tile.h"
#include "models/kernels/vector_math.h"

namespace rag {
namespace {

constexpr std::size_t kPanel = kPanelOutputs;  // four registers of sixteen sums
constexpr std::size_t kQuad = 4;               // inputs that one instruction multiplies and adds up
constexpr std::size_t kRows = 6;               // rows that share a panel's weights: 24 registers of sums

std::size_t panels_for(std::size_t outputs) { return (outputs + kPanel - 1) / kPanel; }
std::size_t quads_for(std::size_t inputs) { return (inputs + kQuad - 1) / kQuad; }

// One panel of weights, and where its results go.
struct Panel {
  const std::int8_t* weights;
  const float* scales;
  const std::int32_t* corrections;
  std::size_t inputs;
  std::size_t width;   // outputs that exist, at most kPanel
  std::size_t stride;  // of the result's rows
};

RAG_EVERY_PROCESSOR
void multiply_plainly(const std::uint8_t* x, std::size_t rows, const Panel& panel, float* out) {
  for (std::size_t row = 0; row < rows; ++row, x += panel.inputs, out += panel.stride) {
    std::int32_t sums[kPanel] = {};
    for (std::size_t k = 0; k < panel.inputs; ++k) {
      const std::int8_t* weights = panel.weights + k / kQuad * kQuad * kPanel + k % kQuad;
      for (std::size_t i = 0; i < kPanel; ++i) sums[i] += static_cast<std::int32_t>(x[k]) * weights[i * kQuad];
    }
    for (std::size_t i = 0; i < panel.width; ++i) out[i] = static_cast<float>(sums[i] - panel.corrections[i]) * panel.scales[i];
  }
}

#if defined(__x86_64__)

RAG_BEGIN_VNNI

[[gnu::always_inline]] inline void store_sixteen(__m512i sums, const Panel& panel, std::size_t first, float* row) {
  const __m512i corrected = _mm512_sub_epi32(sums, _mm512_loadu_si512(panel.corrections + first));
  const __m512 scaled = _mm512_mul_ps(_mm512_maskz_cvtepi32_ps(0xFFFF, corrected), _mm512_loadu_ps(panel.scales + first));
  const std::size_t width = panel.width;
  const auto existing = static_cast<__mmask16>(width >= first + 16 ? 0xFFFFU : width <= first ? 0U : (1U << (width - first)) - 1);
  _mm512_mask_storeu_ps(row + first, existing, scaled);
}

template <std::size_t kCount>
void multiply_rows(const std::uint8_t* x, const Panel& panel, float* out) {
  vnni::Tile<kCount, kPanel / 16> tile;
  const std::int8_t* quad = panel.weights;
  for (std::size_t k = 0; k < panel.inputs; k += kQuad, quad += kQuad * kPanel)
    tile.template add<vnni::Dot::UnsignedBySigned>(x + k, panel.inputs, vnni::Vectors<kPanel / 16>::load(quad));
  tile.give([&](std::size_t row, std::size_t column, __m512i sums) { store_sixteen(sums, panel, column * 16, out + row * panel.stride); });
}

RAG_END_VNNI

void multiply_with_vnni(const std::uint8_t* x, std::size_t rows, const Panel& panel, float* out) {
  for (; rows >= kRows; rows -= kRows, x += kRows * panel.inputs, out += kRows * panel.stride) multiply_rows<kRows>(x, panel, out);
  switch (rows) {
    case 5: return multiply_rows<5>(x, panel, out);
    case 4: return multiply_rows<4>(x, panel, out);
    case 3: return multiply_rows<3>(x, panel, out);
    case 2: return multiply_rows<2>(x, panel, out);
    case 1: return multiply_rows<1>(x, panel, out);
    default: return;
  }
}

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
    const std::size_t existing = first >= panel.width ? 0 : std::min(kSixteen, panel.width - first);
    for (std::size_t i = 0; i < existing; ++i)
      out[row * panel.stride + first + i] = static_cast<float>(whole[i] - panel.corrections[first + i]) * panel.scales[first + i];
  }
}

void multiply_with_avx2(const std::uint8_t* x, std::size_t rows, const Panel& panel, float* out) {
  constexpr std::size_t kThree = 3;  // rows: twelve of the sixteen registers are sums
  for (; rows > 0; x += kThree * panel.inputs, out += kThree * panel.stride) {
    const std::size_t count = std::min(kThree, rows);
    for (std::size_t first = 0; first < panel.width; first += kSixteen) switch (count) {
        case 3: multiply_sixteen<3>(x, panel, first, out); break;
        case 2: multiply_sixteen<2>(x, panel, first, out); break;
        default: multiply_sixteen<1>(x, panel, first, out);
      }
    rows -= count;
  }
}

#else

void multiply_with_avx2(const std::uint8_t* x, std::size_t rows, const Panel& panel, float* out) { multiply_plainly(x, rows, panel, out); }
void multiply_with_vnni(const std::uint8_t* x, std::size_t rows, const Panel& panel, float* out) { multiply_plainly(x, rows, panel, out); }

#endif

RAG_EVERY_PROCESSOR
float largest_of(const float* values, std::size_t count) {
  float largest = 0;
  for (std::size_t i = 0; i < count; ++i) largest = std::max(largest, std::fabs(values[i]));
  return largest;
}

RAG_EVERY_PROCESSOR
std::int32_t to_bytes(const float* values, std::size_t count, float scale, std::int8_t* bytes) {
  std::int32_t sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto byte = static_cast<std::int32_t>(std::nearbyint(values[i] / scale));
    bytes[i] = static_cast<std::int8_t>(byte);
    sum += byte;
  }
  return sum;
}

bool all_finite(const float* values, std::size_t count) {
  // By their bits: this file is compiled for numbers that are numbers.
  bool finite = true;
  for (std::size_t i = 0; i < count; ++i) {
    std::uint32_t bits;
    std::memcpy(&bits, values + i, sizeof bits);
    finite &= (bits & 0x7F800000U) != 0x7F800000U;
  }
  return finite;
}

}  // namespace

ByteInstructions fastest_byte_instructions() {
#if defined(__x86_64__)
  static const ByteInstructions fastest = __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw") &&
                                                  __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")
                                              ? ByteInstructions::Vnni
                                          : __builtin_cpu_supports("avx2") ? ByteInstructions::Avx2
                                                                           : ByteInstructions::Plain;
  return fastest;
#else
  return ByteInstructions::Plain;
#endif
}

ByteWeights::ByteWeights(const float* weights, std::size_t outputs, std::size_t inputs, std::uint8_t zero)
    : outputs_(outputs), inputs_(inputs), finite_(all_finite(weights, outputs * inputs)) {
  const std::size_t quads = quads_for(inputs), panels = panels_for(outputs);
  packed_.resize(panels * quads * kQuad * kPanel);
  scales_.resize(panels * kPanel);
  corrections_.resize(panels * kPanel);
  sums_.resize(outputs);
  if (!finite_) return;
  std::vector<std::int8_t> bytes(quads * kQuad);
  for (std::size_t output = 0; output < outputs; ++output) {
    const float* row = weights + output * inputs;
    scales_[output] = std::max(largest_of(row, inputs), 1e-20f) / 127.0f;
    const std::int32_t sum = to_bytes(row, inputs, scales_[output], bytes.data());
    corrections_[output] = zero * sum;
    sums_[output] = static_cast<float>(sum) * scales_[output];
    std::int8_t* to = packed_.data() + output / kPanel * quads * kQuad * kPanel + output % kPanel * kQuad;
    for (std::size_t quad = 0; quad < quads; ++quad) std::memcpy(to + quad * kQuad * kPanel, bytes.data() + quad * kQuad, kQuad);
  }
}

void byte_product(const std::uint8_t* x, std::size_t rows, const ByteMatrix& weights, float* out) {
  byte_product(x, rows, weights, {0, weights.outputs}, out, weights.outputs);
}

void byte_product(const std::uint8_t* x, std::size_t rows, const ByteMatrix& weights, const OutputRange& range, float* out,
                  std::size_t stride, ByteInstructions with) {
  const std::size_t inputs = weights.inputs, panel_bytes = quads_for(inputs) * kQuad * kPanel;
  for (std::size_t first = range.first; first < range.first + range.count; first += kPanel) {
    const Panel panel{weights.packed + first / kPanel * panel_bytes,
                      weights.scales + first,
                      weights.corrections + first,
                      inputs,
                      std::min(kPanel, weights.outputs - first),
                      stride};
    float* to = out + (first - range.first);
    // Whole quads only: the last one of a row would reach into the next row, or beyond the last one.
    if (with == ByteInstructions::Plain || inputs % kQuad != 0)
      multiply_plainly(x, rows, panel, to);
    else if (with == ByteInstructions::Avx2)
      multiply_with_avx2(x, rows, panel, to);
    else
      multiply_with_vnni(x, rows, panel, to);
  }
}

}  // namespace rag
