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

void multiply_fast(const std::uint8_t* x, std::size_t rows, const Panel& panel, float* out) {
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

#else

void multiply_fast(const std::uint8_t* x, std::size_t rows, const Panel& panel, float* out) { multiply_plainly(x, rows, panel, out); }

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

bool has_fast_int8() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
#else
  return false;
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

void byte_product(const std::uint8_t* x, std::size_t rows, const ByteMatrix& weights, const OutputRange& range, float* out, std::size_t stride) {
  static const bool fast = has_fast_int8();
  const std::size_t inputs = weights.inputs, panel_bytes = quads_for(inputs) * kQuad * kPanel;
  for (std::size_t first = range.first; first < range.first + range.count; first += kPanel) {
    const Panel panel{weights.packed + first / kPanel * panel_bytes,
                      weights.scales + first,
                      weights.corrections + first,
                      inputs,
                      std::min(kPanel, weights.outputs - first),
                      stride};
    float* to = out + (first - range.first);
    // The last quad of a row would reach into the next row, or beyond the last one.
    fast&& inputs % kQuad == 0 ? multiply_fast(x, rows, panel, to) : multiply_plainly(x, rows, panel, to);
  }
}

}  // namespace rag
