#include "index/device_proof.h"

#include <algorithm>
#include <cmath>

#include "core/cuda/numbers.h"

namespace rag {
namespace {

constexpr double kErrorOfAnAddition = 0x1p-22 + 0x1p-23;  // the GPU's and the processor's
constexpr double kMargin = 1.0001;                        // for the arithmetic of the bound itself

}  // namespace

ScaledQuery scale_query(std::span<const float> query, const DeviceRounding& rounding, bool rounded) {
  float largest = 0;
  for (const float value : query) largest = std::max(largest, std::abs(value));
  ScaledQuery scaled{.values = {query.begin(), query.end()}};
  if (largest > 0) {
    const int exponent = -std::ilogb(largest) - 1;
    scaled.scale = std::ldexp(1.0, exponent);
    const float factor = std::ldexp(1.0F, std::clamp(exponent, -126, 127));
    for (float& value : scaled.values) value = std::abs(exponent) < 126 ? value * factor : std::ldexp(value, exponent);
  }
  double square = 0, error_square = 0, rounding_of_values = 0;
  for (std::size_t i = 0; i < query.size(); ++i) {
    const double value = scaled.values[i];
    square += value * value;
    const double error = rounded ? value - to_float(to_fp16(scaled.values[i])) : 0.0;
    error_square += error * error;
    const double lost = query[i] * scaled.scale - value;  // where scaling met the smallest floats
    rounding_of_values += lost * lost;
  }
  const double query_length = std::sqrt(square), error = std::sqrt(error_square) + std::sqrt(rounding_of_values);
  const double row_length = static_cast<double>(rounding.largest_norm) + rounding.largest_error;
  scaled.bound = kMargin * (query_length * rounding.largest_error + error * row_length +
                            static_cast<double>(query.size()) * kErrorOfAnAddition * (query_length + error) * row_length);
  return scaled;
}

}  // namespace rag
