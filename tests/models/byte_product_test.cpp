#include "models/kernels/byte_product.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "models/tensor_floats.h"

namespace rag {
namespace {

std::vector<float> random_weights(std::size_t count) {
  std::mt19937 random(5);
  std::normal_distribution<float> normal(0, 0.05f);
  std::vector<float> weights(count);
  for (float& weight : weights) weight = normal(random);
  return weights;
}

std::vector<std::uint8_t> random_bytes(std::size_t count) {
  std::mt19937 random(6);
  std::uniform_int_distribution<int> byte(0, 255);
  std::vector<std::uint8_t> bytes(count);
  for (std::uint8_t& one : bytes) one = static_cast<std::uint8_t>(byte(random));
  return bytes;
}

// A better processor has all that a lesser one has, but for AVX-VNNI, which some with AVX-512 lack.
constexpr ByteInstructions kFaster[] = {ByteInstructions::Avx2, ByteInstructions::AvxVnni, ByteInstructions::Vnni, ByteInstructions::Amx};

// The definition of byte_product(), sums in whole numbers.
float expected(const std::uint8_t* x, const float* weights, std::size_t inputs, int zero) {
  float largest = 0;
  for (std::size_t k = 0; k < inputs; ++k) largest = std::max(largest, std::fabs(weights[k]));
  const float scale = largest / 127.0f;
  std::int64_t sum = 0;
  for (std::size_t k = 0; k < inputs; ++k)
    sum += (static_cast<int>(x[k]) - zero) * static_cast<std::int64_t>(std::nearbyint(weights[k] / scale));
  return static_cast<float>(sum) * scale;
}

TEST(ByteProduct, IsTheExactSumOfBytesForEveryShape) {
  // Rows beside and at multiples of what is computed together, outputs that do not fill a panel, inputs that do not fill a quad.
  for (const std::size_t inputs : {4U, 5U, 96U, 384U})
    for (const std::size_t outputs : {1U, 16U, 63U, 64U, 65U, 200U})
      for (const std::size_t rows : {1U, 2U, 3U, 4U, 5U, 6U, 7U, 13U})
        for (const int zero : {0, 128}) {
          const auto weights = random_weights(outputs * inputs);
          const auto x = random_bytes(rows * inputs);
          std::vector<float> out(rows * outputs + 1, -7.0f);
          byte_product(x.data(), rows, ByteWeights(weights.data(), outputs, inputs, static_cast<std::uint8_t>(zero)).matrix(), out.data());
          for (std::size_t row = 0; row < rows; ++row)
            for (std::size_t i = 0; i < outputs; ++i) {
              const float want = expected(x.data() + row * inputs, weights.data() + i * inputs, inputs, zero);
              ASSERT_NEAR(out[row * outputs + i], want, std::fabs(want) * 1e-6 + 1e-7)
                  << inputs << " x " << outputs << ", row " << row << ", output " << i;
            }
          ASSERT_EQ(out.back(), -7.0f) << "written beyond the last output";
        }
}

TEST(ByteProduct, GivesSomeOutputsAloneWhereTheyAreAskedFor) {
  const std::size_t inputs = 32, outputs = 200, rows = 7, stride = 150;
  const auto weights = random_weights(outputs * inputs);
  const auto x = random_bytes(rows * inputs);
  const ByteWeights packed(weights.data(), outputs, inputs, 128);
  std::vector<float> all(rows * outputs), some(rows * stride, -7.0f);
  byte_product(x.data(), rows, packed.matrix(), all.data());
  byte_product(x.data(), rows, packed.matrix(), {128, 72}, some.data(), stride);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t i = 0; i < 72; ++i) ASSERT_EQ(some[row * stride + i], all[row * outputs + 128 + i]);
    ASSERT_EQ(some[row * stride + 72], -7.0f);
  }
}

TEST(ByteProduct, IsTheSameWithWhateverTheProcessorHas) {
  for (const std::size_t inputs : {4U, 64U, 96U, 640U})
    for (const std::size_t outputs : {1U, 17U, 64U, 200U}) {
      // Beside and at multiples of the rows that are computed together.
      constexpr std::size_t kMost = 77;
      const auto weights = random_weights(outputs * inputs);
      const auto x = random_bytes(kMost * inputs);
      const ByteWeights packed(weights.data(), outputs, inputs, 128);
      std::vector<float> plain(kMost * outputs);
      byte_product(x.data(), kMost, packed.matrix(), {0, outputs}, plain.data(), outputs, ByteInstructions::Plain);
      for (const std::size_t rows : {1U, 2U, 3U, 4U, 8U, 16U, 17U, 32U, 77U})
        for (const ByteInstructions with : kFaster) {
          if (!has_byte_instructions(with)) continue;
          std::vector<float> out(rows * outputs + 1, -7.0f);
          byte_product(x.data(), rows, packed.matrix(), {0, outputs}, out.data(), outputs, with);
          ASSERT_TRUE(std::equal(out.begin(), out.end() - 1, plain.begin()))
              << inputs << " x " << outputs << ", " << rows << " rows, instructions " << static_cast<int>(with);
          ASSERT_EQ(out.back(), -7.0f) << "written beyond the last output";
        }
    }
}

TEST(ByteProduct, HoldsTheLargestSumsWithoutSaturating) {
  const std::size_t inputs = 4096;
  const std::vector<float> weights(inputs, 1.0f);
  const std::vector<std::uint8_t> x(inputs, 255);
  const ByteWeights packed(weights.data(), 1, inputs, 0);
  for (const ByteInstructions with : kFaster) {
    if (!has_byte_instructions(with)) continue;
    float out = 0;
    byte_product(x.data(), 1, packed.matrix(), {0, 1}, &out, 1, with);
    EXPECT_NEAR(out, 255.0f * 4096, 1);
  }
}

TEST(ByteWeights, SayWhatAConstantInputWouldAddAndWhetherAllAreNumbers) {
  std::vector<float> weights{1, -0.5f, 0.25f, 0.25f, 0, 0, 0, 0};
  const ByteWeights good(weights.data(), 2, 4, 128);
  EXPECT_TRUE(good.finite());
  EXPECT_NEAR(good.sums()[0], 1, 0.01);
  EXPECT_EQ(good.sums()[1], 0);
  for (const float bad : {std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(), std::nanf("")}) {
    weights[5] = bad;
    EXPECT_FALSE(ByteWeights(weights.data(), 2, 4, 128).finite());
  }
}

Tensor tensor_of(TensorType type, const std::string& bytes, std::int64_t columns) {
  return {.name = "t",
          .type = type,
          .shape = {static_cast<std::int64_t>(bytes.size() / bytes_per_element(type)) / columns, columns},
          .data = bytes};
}

TEST(TensorFloats, ReadsHalfPrecisionWithItsSmallestAndLargestNumbers) {
  const std::uint16_t halves[] = {0x3C00, 0xC000, 0x0001, 0x7BFF, 0x8000, 0x0400, 0x7C00, 0x3555};
  const std::string bytes(reinterpret_cast<const char*>(halves), sizeof halves);
  const auto values = floats_of(tensor_of(TensorType::F16, bytes, 2));
  EXPECT_EQ(values, (std::vector<float>{1, -2, 0x1p-24f, 65504, -0.0f, 0x1p-14f, std::numeric_limits<float>::infinity(), 0.333251953125f}));
  EXPECT_TRUE(std::signbit(values[4]));
}

TEST(TensorFloats, ReadsARowOfEachTypeAtAnyAddress) {
  const std::uint16_t numbers[] = {0x3F80, 0x4000, 0xC040, 0x0000};
  const std::string bytes = " " + std::string(reinterpret_cast<const char*>(numbers), sizeof numbers);
  Tensor odd = tensor_of(TensorType::BF16, bytes.substr(1), 2);
  odd.data = std::string_view(bytes).substr(1);
  float row[2];
  copy_row(odd, 1, row);
  EXPECT_EQ(row[0], -3.0f);
  EXPECT_EQ(row[1], 0.0f);
  const float plain[] = {1.5f, 2.5f};
  const std::string floats(reinterpret_cast<const char*>(plain), sizeof plain);
  EXPECT_EQ(floats_of(tensor_of(TensorType::F32, floats, 1)), (std::vector<float>{1.5f, 2.5f}));
}

}  // namespace
}  // namespace rag
