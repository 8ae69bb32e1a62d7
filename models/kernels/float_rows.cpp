// Plain loops that the compiler turns into vector instructions (see the options of this file in CMakeLists.txt).
#include "models/kernels/float_rows.h"

#include <algorithm>
#include <cmath>

#include "models/kernels/vector_math.h"

namespace rag {
namespace {

// x Phi(x).  erf by Abramowitz and Stegun 7.1.26: 1 - (a polynomial of 1 / (1 + p z)) e^(-z z) for z >= 0, absolute error below 1.5e-7.
inline float gelu(float x) {
  const float z = std::fabs(x) * 0.707106781f, t = 1.0f / (1.0f + 0.3275911f * z);
  float p = 1.061405429f;
  p = p * t - 1.453152027f;
  p = p * t + 1.421413741f;
  p = p * t - 0.284496736f;
  p = p * t + 0.254829592f;
  const float beyond = 0.5f * p * t * exp_of_negative(-z * z);  // 1 - Phi(|x|)
  return x * (x < 0 ? beyond : 1.0f - beyond);
}

}  // namespace

RAG_EVERY_PROCESSOR
void activate_rows(float* x, std::size_t count, Activation activation) {
  if (activation == Activation::Gelu)
    for (std::size_t i = 0; i < count; ++i) x[i] = gelu(x[i]);
  else if (activation == Activation::GeluTanh)
    for (std::size_t i = 0; i < count; ++i) x[i] = gelu_tanh(x[i]);
  else
    for (std::size_t i = 0; i < count; ++i) x[i] = std::max(x[i], 0.0f);
}

RAG_EVERY_PROCESSOR
void add_and_norm_rows(const float* x, std::size_t rows, std::size_t columns, const NormWeights& norm, float* hidden) {
  const float count = static_cast<float>(columns);
  for (std::size_t row = 0; row < rows; ++row, x += columns, hidden += columns) {
    float total = 0;
    for (std::size_t i = 0; i < columns; ++i) {
      hidden[i] += x[i];
      total += hidden[i];
    }
    const float mean = total / count;
    float squares = 0;
    for (std::size_t i = 0; i < columns; ++i) squares += (hidden[i] - mean) * (hidden[i] - mean);
    const float factor = 1.0f / std::sqrt(squares / count + norm.epsilon);
    for (std::size_t i = 0; i < columns; ++i) hidden[i] = (hidden[i] - mean) * factor * norm.weight[i] + norm.bias[i];
  }
}

}  // namespace rag
