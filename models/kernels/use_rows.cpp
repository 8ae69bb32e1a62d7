// Plain loops that the compiler turns into vector instructions (see this file's options in CMakeLists.txt).
#include "models/kernels/use_rows.h"

#include <algorithm>
#include <cmath>

#include "models/kernels/vector_math.h"

namespace rag {
namespace {

// The factor of a row from whose numbers their mean has been taken.
inline float inverse_deviation(const float* x, std::size_t count, float epsilon) {
  float squares = 0;
  for (std::size_t i = 0; i < count; ++i) squares += x[i] * x[i];
  return 1.0f / std::sqrt(squares / static_cast<float>(count) + epsilon);
}

inline void take_off_mean(float* x, std::size_t count) {
  float total = 0;
  for (std::size_t i = 0; i < count; ++i) total += x[i];
  const float mean = total / static_cast<float>(count);
  for (std::size_t i = 0; i < count; ++i) x[i] -= mean;
}

}  // namespace

RAG_EVERY_PROCESSOR
void unpack_bytes(const std::uint8_t* bytes, std::size_t count, float scale, float minimum, float* out) {
  for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<float>(bytes[i]) * scale + minimum;
}

RAG_EVERY_PROCESSOR
void add_bias_and_normalise(float* x, const float* bias, const RowNorm& norm, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) x[i] += bias[i];
  take_off_mean(x, count);
  const float factor = inverse_deviation(x, count, norm.epsilon);
  for (std::size_t i = 0; i < count; ++i) x[i] = x[i] * factor * norm.weight[i] + norm.bias[i];
}

RAG_EVERY_PROCESSOR
void normalise_and_add(float* x, const RowNorm& norm, std::size_t count, float* sum) {
  take_off_mean(x, count);
  const float factor = inverse_deviation(x, count, norm.epsilon);
  for (std::size_t i = 0; i < count; ++i) sum[i] += x[i] * factor * norm.weight[i] + norm.bias[i];
}

RAG_EVERY_PROCESSOR
void rectify_and_add(float* x, const float* bias, const float* residual, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) x[i] = std::max(x[i] + bias[i], 0.0f) + residual[i];
}

}  // namespace rag
