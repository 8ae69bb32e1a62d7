#include "models/kernels/float_product.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace rag {
namespace {

std::vector<float> random_floats(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(random() % 2001) / 1000.0F - 1.0F;
  return values;
}

void expect_product(std::size_t rows, std::size_t inputs, std::size_t outputs, std::size_t stride) {
  const std::vector<float> x = random_floats(rows * stride + inputs, 1), weights = random_floats(inputs * outputs, 2);
  const std::size_t out_stride = outputs + 3;
  std::vector<float> out(rows * out_stride + 1, 7.0F);
  float_product(x.data(), rows, stride, FloatWeights(weights.data(), inputs, outputs), out.data(), out_stride);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t i = 0; i < outputs; ++i) {
      double sum = 0;
      for (std::size_t k = 0; k < inputs; ++k) sum += static_cast<double>(x[row * stride + k]) * static_cast<double>(weights[k * outputs + i]);
      ASSERT_NEAR(out[row * out_stride + i], sum, 1e-4) << rows << ' ' << inputs << ' ' << outputs;
    }
    for (std::size_t i = outputs; i < out_stride; ++i) ASSERT_EQ(out[row * out_stride + i], 7.0F) << "written behind a row";
  }
}

TEST(FloatProduct, MultipliesRowsOfAnyNumberAndWidth) {
  for (const std::size_t rows : {1U, 2U, 5U, 6U, 7U, 13U})
    for (const std::size_t outputs : {1U, 16U, 63U, 64U, 65U, 130U}) expect_product(rows, 37, outputs, 37);
  expect_product(0, 3, 64, 3);
}

TEST(FloatProduct, IsTheSameInRegistersOfAnySize) {
  const std::vector<float> x = random_floats(13 * 200, 1), weights = random_floats(200 * 130, 2);
  const FloatWeights packed(weights.data(), 200, 130);
  std::vector<float> plain(13 * 130), wide(13 * 130);
  float_product(x.data(), 13, 200, packed, 0, 130, plain.data(), 130, 16);
  for (const std::size_t register_bytes : {32U, 64U}) {
    if (register_bytes > float_register_bytes()) continue;
    float_product(x.data(), 13, 200, packed, 0, 130, wide.data(), 130, register_bytes);
    for (std::size_t i = 0; i < plain.size(); ++i) ASSERT_NEAR(wide[i], plain[i], 1e-4) << register_bytes;
  }
}

TEST(FloatProduct, ReadsRowsThatOverlapOrStandApart) {
  expect_product(20, 24, 64, 8);
  expect_product(20, 24, 70, 50);
}

// Layers as encoders have them: weights by output, a bias, inputs beyond what is multiplied at a time.
TEST(FloatProduct, AddsTheBiasOfALayerAndGivesSomeOfItsOutputs) {
  for (const std::size_t inputs : {1U, 128U, 129U, 384U})
    for (const std::size_t outputs : {64U, 200U})
      for (const std::size_t rows : {1U, 6U, 40U}) {
        const std::vector<float> x = random_floats(rows * inputs, 1), weights = random_floats(inputs * outputs, 2), bias = random_floats(outputs, 3);
        const FloatWeights layer = FloatWeights::of_layer(weights.data(), bias.data(), outputs, inputs);
        std::vector<float> all(rows * outputs), some(rows * outputs, 7.0F);
        float_product(x.data(), rows, inputs, layer, all.data(), outputs);
        for (std::size_t row = 0; row < rows; ++row)
          for (std::size_t i = 0; i < outputs; ++i) {
            double sum = static_cast<double>(bias[i]);
            for (std::size_t k = 0; k < inputs; ++k)
              sum += static_cast<double>(x[row * inputs + k]) * static_cast<double>(weights[i * inputs + k]);
            ASSERT_NEAR(all[row * outputs + i], sum, 1e-4) << rows << ' ' << inputs << ' ' << outputs;
          }
        if (outputs == 64) continue;
        float_product(x.data(), rows, inputs, layer, 64, 136, some.data(), outputs);
        for (std::size_t row = 0; row < rows; ++row) {
          for (std::size_t i = 0; i < 136; ++i) ASSERT_EQ(some[row * outputs + i], all[row * outputs + 64 + i]);
          ASSERT_EQ(some[row * outputs + 136], 7.0F);
        }
      }
}

}  // namespace
}  // namespace rag
