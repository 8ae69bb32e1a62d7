#include "models/tensor_floats.h"

#include <bit>
#include <cassert>
#include <cstdint>
#include <cstring>

namespace rag {
namespace {

float from_bf16(std::uint16_t bits) { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16); }

// IEEE 754 half precision.  A subnormal one is its fraction times 2^-24.
float from_f16(std::uint16_t bits) {
  const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000U) << 16, exponent = bits >> 10 & 0x1FU, fraction = bits & 0x3FFU;
  if (exponent == 0) {
    const float small = static_cast<float>(fraction) * 0x1p-24f;
    return sign != 0 ? -small : small;
  }
  const std::uint32_t raised = exponent == 31 ? 255 : exponent + 112;
  return std::bit_cast<float>(sign | raised << 23 | fraction << 13);
}

// The bytes may start at any address.
void convert(const char* from, TensorType type, std::size_t count, float* to) {
  if (type == TensorType::F32) {
    std::memcpy(to, from, count * sizeof(float));
    return;
  }
  assert(type == TensorType::F16 || type == TensorType::BF16);
  for (std::size_t i = 0; i < count; ++i) {
    std::uint16_t bits;
    std::memcpy(&bits, from + i * sizeof bits, sizeof bits);
    to[i] = type == TensorType::F16 ? from_f16(bits) : from_bf16(bits);
  }
}

}  // namespace

std::vector<float> floats_of(const Tensor& tensor) {
  std::vector<float> values(tensor.elements());
  convert(tensor.data.data(), tensor.type, values.size(), values.data());
  return values;
}

void copy_row(const Tensor& matrix, std::size_t row, float* to) {
  const auto columns = static_cast<std::size_t>(matrix.shape.back());
  convert(matrix.data.data() + row * columns * bytes_per_element(matrix.type), matrix.type, columns, to);
}

}  // namespace rag
