#include "models/kernels/float_product.h"

#include <algorithm>

#include "models/kernels/float_tile.h"

namespace rag {
namespace {

constexpr std::size_t kPanel = FloatWeights::kPanel;
constexpr std::size_t kRows = kFloatRows;
constexpr std::size_t kDeep = 128;  // inputs whose weights stay in the first cache while all rows pass

template <std::size_t kBytes>
__attribute__((always_inline)) inline void multiply_panel(FloatTask task, std::size_t rows) {
  for (; rows >= kRows; rows -= kRows, task.x += kRows * task.stride, task.start += kRows * task.start_stride, task.out += kRows * task.out_stride,
         task.ahead += task.inputs * task.ahead_step)
    multiply_rows<kBytes, kPanel, kRows, true>(task);
  switch (rows) {
    case 5: return multiply_rows<kBytes, kPanel, 5, true>(task);
    case 4: return multiply_rows<kBytes, kPanel, 4, true>(task);
    case 3: return multiply_rows<kBytes, kPanel, 3, true>(task);
    case 2: return multiply_rows<kBytes, kPanel, 2, true>(task);
    case 1: return multiply_rows<kBytes, kPanel, 1, true>(task);
    default: return;
  }
}

using Multiply = void (*)(const FloatTask& task, std::size_t rows);

void multiply_in_16(const FloatTask& task, std::size_t rows) { multiply_panel<16>(task, rows); }
#if defined(__x86_64__)
RAG_FOR_AVX512 void multiply_in_64(const FloatTask& task, std::size_t rows) { multiply_panel<64>(task, rows); }
RAG_FOR_AVX2 void multiply_in_32(const FloatTask& task, std::size_t rows) { multiply_panel<32>(task, rows); }
#endif

Multiply multiply_in(std::size_t register_bytes) {
#if defined(__x86_64__)
  if (register_bytes == 64) return multiply_in_64;
  if (register_bytes == 32) return multiply_in_32;
#endif
  return multiply_in_16;
}

void multiply_deep(Multiply multiply, FloatTask task, std::size_t rows) {
  for (std::size_t left = task.inputs; left > 0; left -= task.inputs) {
    task.inputs = std::min(kDeep, left);
    task.ahead = reinterpret_cast<const char*>(task.weights + task.inputs * kPanel);
    task.ahead_step = kPanel * sizeof(float) * kRows / std::max(rows, kRows);
    multiply(task, rows);
    task.x += task.inputs;
    task.weights += task.inputs * kPanel;
    task.start = task.out;
    task.start_stride = task.out_stride;
  }
}

// The last panel of a matrix whose outputs do not fill it: computed aside, so that nothing is written behind a row.
void multiply_part(Multiply multiply, FloatTask task, std::size_t rows, std::size_t width) {
  float aside[kRows * kPanel];
  float* out = task.out;
  const std::size_t out_stride = task.out_stride;
  task.out = aside;
  task.out_stride = kPanel;
  for (std::size_t done = 0; done < rows; done += kRows, task.x += kRows * task.stride, out += kRows * out_stride) {
    const std::size_t count = std::min(kRows, rows - done);
    multiply(task, count);
    for (std::size_t row = 0; row < count; ++row) std::copy_n(aside + row * kPanel, width, out + row * out_stride);
  }
}

}  // namespace

FloatWeights::FloatWeights(std::size_t inputs, std::size_t outputs)
    : inputs_(inputs),
      outputs_(outputs),
      packed_((outputs + kPanel - 1) / kPanel * kPanel * inputs),
      bias_((outputs + kPanel - 1) / kPanel * kPanel) {}

FloatWeights::FloatWeights(const float* weights, std::size_t inputs, std::size_t outputs) : FloatWeights(inputs, outputs) {
  for (std::size_t first = 0; first < outputs; first += kPanel) {
    float* to = packed_.data() + first * inputs;
    for (std::size_t k = 0; k < inputs; ++k) std::copy_n(weights + k * outputs + first, std::min(kPanel, outputs - first), to + k * kPanel);
  }
}

FloatWeights FloatWeights::of_layer(const float* weights, const float* bias, std::size_t outputs, std::size_t inputs) {
  FloatWeights packed(inputs, outputs);
  constexpr std::size_t kBlock = 16;  // inputs at a time: a line of each output's weights, so that panels are written line by line
  for (std::size_t first = 0; first < outputs; first += kPanel)
    for (std::size_t from = 0; from < inputs; from += kBlock)
      for (std::size_t output = first; output < std::min(first + kPanel, outputs); ++output)
        for (std::size_t k = from; k < std::min(from + kBlock, inputs); ++k)
          packed.packed_[first * inputs + k * kPanel + output - first] = weights[output * inputs + k];
  std::copy_n(bias, outputs, packed.bias_.begin());
  return packed;
}

void float_product(const float* x, std::size_t rows, std::size_t stride, const FloatWeights& weights, float* out, std::size_t out_stride) {
  float_product(x, rows, stride, weights, 0, weights.outputs(), out, out_stride);
}

void float_product(const float* x, std::size_t rows, std::size_t stride, const FloatWeights& weights, std::size_t first, std::size_t count,
                   float* out, std::size_t out_stride, std::size_t register_bytes) {
  const Multiply multiply = multiply_in(register_bytes);
  for (std::size_t end = first + count; first < end; first += kPanel, out += kPanel) {
    FloatTask task{x, stride, weights.packed_.data() + first * weights.inputs_, weights.bias_.data() + first, 0, weights.inputs_, out, out_stride};
    const std::size_t width = std::min(kPanel, weights.outputs_ - first);
    width == kPanel ? multiply_deep(multiply, task, rows) : multiply_part(multiply, task, rows, width);
  }
}

}  // namespace rag
