#include "models/kernels/byte_product.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <string>

#include "core/error.h"
#include "models/kernels/amx_tiles.h"
#include "models/kernels/byte_panel.h"
#include "models/kernels/vector_math.h"

namespace rag {
namespace {

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

bool has_byte_instructions(ByteInstructions which) {
#if defined(__x86_64__)
  const bool vnni = __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                    __builtin_cpu_supports("avx512vl");
  switch (which) {
    case ByteInstructions::Plain: return true;
    case ByteInstructions::Avx2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case ByteInstructions::AvxVnni: return __builtin_cpu_supports("avxvnni");
    case ByteInstructions::Vnni: return vnni;
    case ByteInstructions::Amx: return vnni && amx::multiplies_bytes();
  }
#endif
  return which == ByteInstructions::Plain;
}

const char* name_of(ByteInstructions which) {
  static constexpr const char* kNames[] = {"plain", "avx2", "avx-vnni", "avx512-vnni", "amx"};
  return kNames[static_cast<std::size_t>(which)];
}

ByteInstructions fastest_byte_instructions() {
  static const ByteInstructions fastest = [] {
    const char* limit = std::getenv("RAG_INT8");
    bool allowed = limit == nullptr || *limit == '\0';
    for (const auto which : {ByteInstructions::Amx, ByteInstructions::Vnni, ByteInstructions::AvxVnni, ByteInstructions::Avx2, ByteInstructions::Plain}) {
      allowed = allowed || std::strcmp(limit, name_of(which)) == 0;
      if (allowed && has_byte_instructions(which)) return which;
    }
    throw Error(ErrorKind::Usage, "RAG_INT8=" + std::string(limit) + ": expected plain, avx2, avx-vnni, avx512-vnni or amx");
  }();
  return fastest;
}

ByteWeights::ByteWeights(const float* weights, std::size_t outputs, std::size_t inputs, std::uint8_t zero)
    : outputs_(outputs), inputs_(inputs), finite_(all_finite(weights, outputs * inputs)) {
  const std::size_t quads = quads_for(inputs), panels = (outputs + kPanel - 1) / kPanel;
  packed_.resize(panels * panel_bytes_for(inputs));
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
  auto multiply = multiply_plainly;
#if defined(__x86_64__)
  // Whole quads only: the last one of a row would reach into the next row, or beyond the last one.
  if (weights.inputs % kQuad != 0) with = ByteInstructions::Plain;
  if (with == ByteInstructions::Amx && can_multiply_with_amx(weights.inputs)) return multiply_with_amx(x, rows, weights, range, out, stride);
  if (with >= ByteInstructions::Vnni) multiply = multiply_with_vnni;
  if (with == ByteInstructions::AvxVnni) multiply = multiply_with_avx_vnni;
  if (with == ByteInstructions::Avx2) multiply = multiply_with_avx2;
#endif
  for (std::size_t first = 0; first < range.count; first += kPanel) multiply(x, rows, panel_of(weights, range.first + first, stride), out + first);
}

}  // namespace rag
