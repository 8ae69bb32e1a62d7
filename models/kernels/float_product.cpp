#include "models/kernels/float_product.h"

#include <algorithm>
#include <bit>

#include "models/kernels/float_panel.h"
#include "models/kernels/float_pieces.h"
#include "models/kernels/float_tile.h"
#include "models/kernels/vector_math.h"

namespace rag {
namespace {

constexpr std::size_t kPanel = FloatMatrix::kPanel;
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

Multiply multiply_in([[maybe_unused]] std::size_t register_bytes) {
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

// The last panel of a matrix whose outputs do not fill it: computed aside, so that nothing is read or written behind a row.
void multiply_part(Multiply multiply, FloatTask task, std::size_t rows, std::size_t width) {
  float aside[kRows * kPanel] = {};
  const float* start = task.start;
  float* out = task.out;
  const std::size_t start_stride = task.start_stride, out_stride = task.out_stride;
  task.start = task.out = aside;
  task.start_stride = task.out_stride = kPanel;
  for (std::size_t done = 0; done < rows; done += kRows, task.x += kRows * task.stride, start += kRows * start_stride, out += kRows * out_stride) {
    const std::size_t count = std::min(kRows, rows - done);
    for (std::size_t row = 0; row < count; ++row) std::copy_n(start + row * start_stride, width, aside + row * kPanel);
    multiply(task, count);
    for (std::size_t row = 0; row < count; ++row) std::copy_n(aside + row * kPanel, width, out + row * out_stride);
  }
}

void multiply_in_registers(Multiply multiply, const float* x, std::size_t rows, std::size_t stride, std::size_t inputs, const FloatMatrix& weights,
                           const FloatPart& part, float* out, std::size_t out_stride) {
  for (std::size_t panel = 0; panel < part.panels; ++panel, out += kPanel) {
    const std::size_t first = part.first + panel * part.apart, width = std::min(kPanel, weights.outputs - first);
    FloatTask task{x, stride, weights.packed + first * weights.inputs + part.first_input * kPanel, weights.bias + first, 0, inputs, out, out_stride};
    if (part.add) task.start = out, task.start_stride = out_stride;
    width == kPanel ? multiply_deep(multiply, task, rows) : multiply_part(multiply, task, rows, width);
  }
}

// The bits of each output's largest magnitude: by their bits, since this file is compiled for numbers that are numbers.
RAG_EVERY_PROCESSOR
void largest_of_panel(const float* weights, std::size_t inputs, std::uint32_t* largest) {
  for (std::size_t k = 0; k < inputs; ++k, weights += kPanel)
    for (std::size_t i = 0; i < kPanel; ++i) largest[i] = std::max(largest[i], std::bit_cast<std::uint32_t>(weights[i]) & pieces::kMagnitude);
}

}  // namespace

FloatWeights::FloatWeights(std::size_t inputs, std::size_t outputs)
    : inputs_(inputs),
      outputs_(outputs),
      packed_((outputs + kPanel - 1) / kPanel * kPanel * inputs),
      bias_((outputs + kPanel - 1) / kPanel * kPanel),
      factors_(has_float_instructions(FloatInstructions::Amx) ? bias_.size() : 0) {}

FloatWeights::FloatWeights(const float* weights, std::size_t inputs, std::size_t outputs) : FloatWeights(inputs, outputs) {
  for (std::size_t first = 0; first < outputs; first += kPanel) {
    float* to = packed_.data() + first * inputs;
    for (std::size_t k = 0; k < inputs; ++k) std::copy_n(weights + k * outputs + first, std::min(kPanel, outputs - first), to + k * kPanel);
    find_factors(first);
  }
}

FloatWeights FloatWeights::of_layer(const float* weights, const float* bias, std::size_t outputs, std::size_t inputs) {
  FloatWeights packed(inputs, outputs);
  constexpr std::size_t kBlock = 16;  // inputs at a time: a line of each output's weights, so that panels are written line by line
  for (std::size_t first = 0; first < outputs; first += kPanel) {
    for (std::size_t from = 0; from < inputs; from += kBlock)
      for (std::size_t output = first; output < std::min(first + kPanel, outputs); ++output)
        for (std::size_t k = from; k < std::min(from + kBlock, inputs); ++k)
          packed.packed_[first * inputs + k * kPanel + output - first] = weights[output * inputs + k];
    packed.find_factors(first);
  }
  std::copy_n(bias, outputs, packed.bias_.begin());
  return packed;
}

void FloatWeights::find_factors(std::size_t first) {
  if (factors_.empty()) return;
  std::uint32_t largest[kPanel] = {};
  largest_of_panel(packed_.data() + first * inputs_, inputs_, largest);
  if (*std::max_element(largest, largest + kPanel) >= pieces::kNoNumber) return factors_.clear();
  for (std::size_t i = 0; i < kPanel; ++i) factors_[first + i] = pieces::power_of_two(pieces::shift_for(largest[i]));
}

void ProductRows::set(const float* x, std::size_t rows, std::size_t stride, std::size_t inputs, FloatInstructions with) {
  x_ = x, rows_ = rows, stride_ = stride, inputs_ = inputs;
  with_ = with == FloatInstructions::Amx && rows < kFewestRows ? FloatInstructions::Avx512 : with;
  if (with_ == FloatInstructions::Amx) split_rows(x, rows, stride, inputs, split_);
}

void float_product(const ProductRows& x, const FloatWeights& weights, const FloatPart& part, float* out, std::size_t out_stride) {
  const FloatMatrix matrix = weights.matrix();
  const Multiply multiply = multiply_in(register_bytes_of(x.with_));
  const auto in_registers = [&](std::size_t first, std::size_t rows) {
    multiply_in_registers(multiply, x.x_ + first * x.stride_, rows, x.stride_, x.inputs_, matrix, part, out + first * out_stride, out_stride);
  };
#if defined(__x86_64__)
  if (x.with_ == FloatInstructions::Amx && matrix.factors != nullptr) {
    multiply_with_amx(x.split_, matrix, part, out, out_stride);
    for (const std::size_t row : x.split_.no_numbers) in_registers(row, 1);
    return;
  }
#endif
  in_registers(0, x.rows_);
}

void float_product(const float* x, std::size_t rows, std::size_t stride, const FloatWeights& weights, float* out, std::size_t out_stride,
                   FloatInstructions with) {
  thread_local ProductRows prepared;
  prepared.set(x, rows, stride, weights.inputs(), with);
  float_product(prepared, weights, {.panels = weights.matrix().panels()}, out, out_stride);
}

}  // namespace rag
