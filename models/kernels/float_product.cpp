#include "models/kernels/float_product.h"

#include <algorithm>
#include <cstring>

namespace rag {
namespace {

constexpr std::size_t kPanel = FloatWeights::kPanel;
constexpr std::size_t kRows = 6;    // that share what is read of a panel
constexpr std::size_t kDeep = 128;  // inputs whose weights stay in the first cache while all rows pass

// A run of floats at any address, added and multiplied as one.
template <std::size_t kBytes>
struct Vector {
  typedef float Type __attribute__((vector_size(kBytes), aligned(4), may_alias));
  static constexpr std::size_t kFloats = kBytes / sizeof(float);
};

// One panel of weights and the rows it meets.
struct Task {
  const float* x;
  std::size_t stride;
  const float* weights;
  const float* start;  // of the sums: one row for all, or the results so far
  std::size_t start_stride;
  std::size_t inputs;
  float* out;
  std::size_t out_stride;
  const char* ahead = nullptr;  // weights that are needed next, to be on their way while these are multiplied
  std::size_t ahead_step = 0;   // bytes for each input of each tile
};

// kCount rows times kWide vectors of a panel from column `first` on.  The sums stay in registers: kCount * kWide of them, with kWide for
// the weights and one for x.
template <std::size_t kBytes, std::size_t kCount, std::size_t kWide>
__attribute__((always_inline)) inline void multiply_tile(const Task& task, std::size_t first) {
  using Lanes = typename Vector<kBytes>::Type;
  constexpr std::size_t kFloats = Vector<kBytes>::kFloats;
  Lanes sums[kCount][kWide];
#pragma GCC unroll 8
  for (std::size_t row = 0; row < kCount; ++row)
#pragma GCC unroll 8
    for (std::size_t v = 0; v < kWide; ++v) sums[row][v] = *reinterpret_cast<const Lanes*>(task.start + row * task.start_stride + first + v * kFloats);
  const float* weights = task.weights + first;
  const char* ahead = task.ahead;
  for (std::size_t k = 0; k < task.inputs; ++k, weights += kPanel, ahead += task.ahead_step) {
    __builtin_prefetch(ahead, 0, 2);
    Lanes part[kWide];
#pragma GCC unroll 8
    for (std::size_t v = 0; v < kWide; ++v) part[v] = *reinterpret_cast<const Lanes*>(weights + v * kFloats);
#pragma GCC unroll 8
    for (std::size_t row = 0; row < kCount; ++row) {
      const float x = task.x[row * task.stride + k];
#pragma GCC unroll 8
      for (std::size_t v = 0; v < kWide; ++v) sums[row][v] += x * part[v];
    }
  }
#pragma GCC unroll 8
  for (std::size_t row = 0; row < kCount; ++row)
#pragma GCC unroll 8
    for (std::size_t v = 0; v < kWide; ++v)
      *reinterpret_cast<Lanes*>(task.out + row * task.out_stride + first + v * kFloats) = sums[row][v];
}

template <std::size_t kBytes, std::size_t kCount, std::size_t kWide>
__attribute__((always_inline)) inline void multiply_rows(const Task& task) {
  for (std::size_t first = 0; first < kPanel; first += kWide * Vector<kBytes>::kFloats) multiply_tile<kBytes, kCount, kWide>(task, first);
}

template <std::size_t kBytes, std::size_t kWide>
__attribute__((always_inline)) inline void multiply_panel(Task task, std::size_t rows) {
  for (; rows >= kRows; rows -= kRows, task.x += kRows * task.stride, task.start += kRows * task.start_stride, task.out += kRows * task.out_stride,
         task.ahead += task.inputs * task.ahead_step)
    multiply_rows<kBytes, kRows, kWide>(task);
  switch (rows) {
    case 5: return multiply_rows<kBytes, 5, kWide>(task);
    case 4: return multiply_rows<kBytes, 4, kWide>(task);
    case 3: return multiply_rows<kBytes, 3, kWide>(task);
    case 2: return multiply_rows<kBytes, 2, kWide>(task);
    case 1: return multiply_rows<kBytes, 1, kWide>(task);
    default: return;
  }
}

using Multiply = void (*)(const Task& task, std::size_t rows);

void multiply_plainly(const Task& task, std::size_t rows) { multiply_panel<16, 2>(task, rows); }

#if defined(__x86_64__)
__attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,fma"))) void multiply_avx512(const Task& task, std::size_t rows) {
  multiply_panel<64, 4>(task, rows);
}
__attribute__((target("avx2,fma"))) void multiply_avx2(const Task& task, std::size_t rows) { multiply_panel<32, 2>(task, rows); }

Multiply best_multiply() {
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq"))
    return multiply_avx512;
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? multiply_avx2 : multiply_plainly;
}
#else
Multiply best_multiply() { return multiply_plainly; }
#endif

void multiply_deep(Multiply multiply, Task task, std::size_t rows) {
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
void multiply_part(Multiply multiply, Task task, std::size_t rows, std::size_t width) {
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
                   float* out, std::size_t out_stride) {
  static const Multiply multiply = best_multiply();
  for (std::size_t end = first + count; first < end; first += kPanel, out += kPanel) {
    Task task{x, stride, weights.packed_.data() + first * weights.inputs_, weights.bias_.data() + first, 0, weights.inputs_, out, out_stride};
    const std::size_t width = std::min(kPanel, weights.outputs_ - first);
    width == kPanel ? multiply_deep(multiply, task, rows) : multiply_part(multiply, task, rows, width);
  }
}

}  // namespace rag
