// Plain loops that the compiler turns into vector instructions (see the options of this file in cmake/rooms.cmake).
#include "models/kernels/row_kernels.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/kernels/vector_math.h"

namespace rag {
namespace {

// x Phi(x), the normal distribution's Phi as an odd polynomial up to 4 on both sides, least largest error of x Phi(x): 4e-5, and 4e-5 |x|
// beyond. A hundredth of the step that the bytes made of it have.
inline float gelu(float x) {
  const float z = std::clamp(x, -4.0f, 4.0f), t = z * z;
  float p = -1.30123846e-9f;
  p = p * t + 1.04192779e-7f;
  p = p * t - 3.65705628e-6f;
  p = p * t + 7.4854123e-5f;
  p = p * t - 1.00648435e-3f;
  p = p * t + 9.50537732e-3f;
  p = p * t - 6.5887809e-2f;
  p = p * t + 3.98673376e-1f;
  return x * (0.5f + z * p);
}

// The byte of a value that is not negative.
inline std::uint8_t rounded(float value) { return static_cast<std::uint8_t>(static_cast<std::int32_t>(value + 0.5f)); }


}  // namespace

RAG_EVERY_PROCESSOR
void quantise_rows(const float* x, std::size_t rows, std::size_t columns, std::uint8_t* bytes, float* scales) {
  for (std::size_t row = 0; row < rows; ++row, x += columns, bytes += columns) {
    float largest = 0;
    for (std::size_t i = 0; i < columns; ++i) largest = std::max(largest, std::fabs(x[i]));
    scales[row] = std::max(largest, 1e-20f) / 127.0f;
    const float inverse = 1.0f / scales[row];
    for (std::size_t i = 0; i < columns; ++i) bytes[i] = rounded(x[i] * inverse + static_cast<float>(kZeroPoint));
  }
}

RAG_EVERY_PROCESSOR
void scale_rows(float* sums, std::size_t rows, std::size_t columns, const float* scales, const float* offsets, const LayerOutputs& layer) {
  for (std::size_t row = 0; row < rows; ++row, sums += columns) {
    const float scale = scales[row], offset = offsets[row];
    for (std::size_t i = 0; i < columns; ++i) sums[i] = sums[i] * scale + (offset * layer.weight_sums[i] + layer.bias[i]);
  }
}

float smallest_activation(Activation activation) { return activation == Activation::Relu ? 0.0f : -0.1701f; }

RAG_EVERY_PROCESSOR
void activate_and_quantise_rows(float* sums, std::size_t rows, std::size_t columns, Activation activation, const float* offsets,
                                const LayerOutputs& layer, std::uint8_t* bytes, float* scales) {
  const float minimum = smallest_activation(activation);
  for (std::size_t row = 0; row < rows; ++row, sums += columns, bytes += columns) {
    const float scale = scales[row], offset = offsets[row];
    float largest = 0;
    const auto activate = [&](const auto& function) {
      for (std::size_t i = 0; i < columns; ++i) {
        sums[i] = function(sums[i] * scale + (offset * layer.weight_sums[i] + layer.bias[i]));
        largest = std::max(largest, sums[i]);
      }
    };
    if (activation == Activation::Gelu)
      activate(gelu);
    else if (activation == Activation::GeluTanh)
      activate(gelu_tanh);
    else
      activate([](float x) { return std::max(x, 0.0f); });
    scales[row] = std::max(largest - minimum, 1e-20f) / 255.0f;
    const float inverse = 1.0f / scales[row];
    for (std::size_t i = 0; i < columns; ++i) bytes[i] = rounded(std::max(sums[i] - minimum, 0.0f) * inverse);
  }
}

RAG_EVERY_PROCESSOR
void add_norm_and_quantise_rows(const float* sums, std::size_t rows, std::size_t columns, const float* bias, const NormWeights& norm,
                                float* hidden, std::uint8_t* bytes, float* scales, float* offsets) {
  const float count = static_cast<float>(columns);
  for (std::size_t row = 0; row < rows; ++row, sums += columns, hidden += columns, bytes += columns) {
    const float scale = scales[row];
    float total = 0;
    for (std::size_t i = 0; i < columns; ++i) {
      hidden[i] += sums[i] * scale + bias[i];
      total += hidden[i];
    }
    const float mean = total / count;
    float squares = 0;
    for (std::size_t i = 0; i < columns; ++i) squares += (hidden[i] - mean) * (hidden[i] - mean);
    const float factor = 1.0f / std::sqrt(squares / count + norm.epsilon);
    float smallest = std::numeric_limits<float>::max(), largest = std::numeric_limits<float>::lowest();
    for (std::size_t i = 0; i < columns; ++i) {
      hidden[i] = (hidden[i] - mean) * factor * norm.weight[i] + norm.bias[i];
      smallest = std::min(smallest, hidden[i]);
      largest = std::max(largest, hidden[i]);
    }
    scales[row] = std::max(largest - smallest, 1e-20f) / 255.0f;
    offsets[row] = smallest + static_cast<float>(kZeroPoint) * scales[row];
    const float inverse = 1.0f / scales[row];
    for (std::size_t i = 0; i < columns; ++i) bytes[i] = rounded((hidden[i] - smallest) * inverse);
  }
}

}  // namespace rag
