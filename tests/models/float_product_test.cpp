#include "models/kernels/float_product.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <random>

namespace rag {
namespace {

constexpr FloatInstructions kAll[] = {FloatInstructions::Plain, FloatInstructions::Avx2, FloatInstructions::Avx512, FloatInstructions::Amx};

std::vector<FloatInstructions> instructions_here() {
  std::vector<FloatInstructions> here;
  for (const FloatInstructions with : kAll)
    if (has_float_instructions(with)) here.push_back(with);
  return here;
}

std::vector<float> random_floats(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(random() % 2001) / 1000.0F - 1.0F;
  return values;
}

void expect_product(std::size_t rows, std::size_t inputs, std::size_t outputs, std::size_t stride, FloatInstructions with) {
  const std::vector<float> x = random_floats(rows * stride + inputs, 1), weights = random_floats(inputs * outputs, 2);
  const std::size_t out_stride = outputs + 3;
  std::vector<float> out(rows * out_stride + 1, 7.0F);
  float_product(x.data(), rows, stride, FloatWeights(weights.data(), inputs, outputs), out.data(), out_stride, with);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t i = 0; i < outputs; ++i) {
      double sum = 0;
      for (std::size_t k = 0; k < inputs; ++k) sum += static_cast<double>(x[row * stride + k]) * static_cast<double>(weights[k * outputs + i]);
      ASSERT_NEAR(out[row * out_stride + i], sum, 1e-4) << rows << ' ' << inputs << ' ' << outputs << ' ' << name_of(with);
    }
    for (std::size_t i = outputs; i < out_stride; ++i) ASSERT_EQ(out[row * out_stride + i], 7.0F) << "written behind a row";
  }
  ASSERT_EQ(out.back(), 7.0F);
}

TEST(FloatProduct, MultipliesRowsOfAnyNumberAndWidth) {
  for (const FloatInstructions with : instructions_here()) {
    // Beside and at multiples of the rows, inputs and outputs that are computed together.
    for (const std::size_t rows : {1U, 5U, 6U, 7U, 13U, 79U, 80U, 81U, 96U, 97U, 112U, 113U})
      for (const std::size_t outputs : {1U, 16U, 31U, 63U, 64U, 65U, 130U}) expect_product(rows, 37, outputs, 37, with);
    for (const std::size_t inputs : {1U, 15U, 16U, 17U, 32U, 64U, 129U, 700U}) expect_product(85, inputs, 70, inputs, with);
    expect_product(0, 3, 64, 3, with);
  }
}

TEST(FloatProduct, ReadsRowsThatOverlapOrStandApart) {
  for (const FloatInstructions with : instructions_here())
    for (const std::size_t rows : {20U, 90U}) {
      expect_product(rows, 24, 64, 8, with);
      expect_product(rows, 24, 70, 50, with);
    }
}

// Layers as encoders have them: weights by output, a bias, inputs beyond what is multiplied at a time; and what is added to sums in `out`.
TEST(FloatProduct, AddsTheBiasOfALayerOrToWhatIsThere) {
  for (const FloatInstructions with : instructions_here())
    for (const std::size_t inputs : {2U, 128U, 129U, 600U})
      for (const std::size_t rows : {1U, 6U, 100U}) {
        const std::size_t outputs = 200, half = inputs / 2;
        const std::vector<float> x = random_floats(rows * inputs, 1), weights = random_floats(inputs * outputs, 2), bias = random_floats(outputs, 3);
        const FloatWeights layer = FloatWeights::of_layer(weights.data(), bias.data(), outputs, inputs);
        std::vector<float> all(rows * outputs), halves(rows * outputs + 1, 7.0F);
        float_product(x.data(), rows, inputs, layer, all.data(), outputs, with);
        for (std::size_t row = 0; row < rows; ++row)
          for (std::size_t i = 0; i < outputs; ++i) {
            double sum = static_cast<double>(bias[i]);
            for (std::size_t k = 0; k < inputs; ++k) sum += static_cast<double>(x[row * inputs + k]) * static_cast<double>(weights[i * inputs + k]);
            ASSERT_NEAR(all[row * outputs + i], sum, 1e-4) << rows << ' ' << inputs << ' ' << name_of(with);
          }
        ProductRows part;
        part.set(x.data(), rows, inputs, half, with);
        float_product(part, layer, {.panels = 4}, halves.data(), outputs);
        part.set(x.data() + half, rows, inputs, inputs - half, with);
        float_product(part, layer, {.panels = 4, .first_input = half, .add = true}, halves.data(), outputs);
        for (std::size_t i = 0; i < all.size(); ++i) ASSERT_NEAR(halves[i], all[i], 1e-4) << name_of(with);
        ASSERT_EQ(halves.back(), 7.0F);
      }
}

TEST(FloatProduct, GivesSomePanelsSideBySide) {
  for (const FloatInstructions with : instructions_here())
    for (const std::size_t rows : {3U, 100U}) {
      const std::vector<float> x = random_floats(rows * 96, 1), weights = random_floats(96 * 330, 2);
      const FloatWeights packed(weights.data(), 96, 330);
      std::vector<float> all(rows * 330), some(rows * 140, 7.0F);
      float_product(x.data(), rows, 96, packed, all.data(), 330, with);
      ProductRows prepared;
      prepared.set(x.data(), rows, 96, 96, with);
      float_product(prepared, packed, {.first = 64, .panels = 2, .apart = 192}, some.data(), 140);
      for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t i = 0; i < 64; ++i) {
          ASSERT_EQ(some[row * 140 + i], all[row * 330 + 64 + i]);
          ASSERT_EQ(some[row * 140 + 64 + i], all[row * 330 + 256 + i]);
        }
        ASSERT_EQ(some[row * 140 + 128], 7.0F) << "written behind a row";
      }
    }
}

// How far off a product is, as a share of the sum of its products' magnitudes.
struct Error {
  double mean = 0;
  double largest = 0;
};

struct Numbers {
  static constexpr std::size_t kRows = ProductRows::kFewestRows, kInputs = 768, kOutputs = 64;

  Numbers(const std::function<float(std::mt19937&)>& of_x, const std::function<float(std::mt19937&)>& of_weights)
      : x(kRows * kInputs), weights(kInputs * kOutputs) {
    std::mt19937 random(11);
    for (float& value : x) value = of_x(random);
    for (float& value : weights) value = of_weights(random);
  }

  Error error(FloatInstructions with) const {
    std::vector<float> out(kRows * kOutputs);
    float_product(x.data(), kRows, kInputs, FloatWeights(weights.data(), kInputs, kOutputs), out.data(), kOutputs, with);
    Error error;
    for (std::size_t row = 0; row < kRows; ++row)
      for (std::size_t i = 0; i < kOutputs; ++i) {
        double sum = 0, magnitudes = 0;
        for (std::size_t k = 0; k < kInputs; ++k) {
          const double product = static_cast<double>(x[row * kInputs + k]) * static_cast<double>(weights[k * kOutputs + i]);
          sum += product;
          magnitudes += std::fabs(product);
        }
        const double off = magnitudes == 0 ? std::fabs(out[row * kOutputs + i]) : std::fabs(out[row * kOutputs + i] - sum) / magnitudes;
        error.mean += off / (kRows * kOutputs);
        error.largest = std::max(error.largest, off);
      }
    return error;
  }

  std::vector<float> x, weights;
};

float normal(std::mt19937& random) { return std::normal_distribution<float>()(random); }
// From 2^least to 2^most, of either sign.
float of_any_size(std::mt19937& random, float least, float most) {
  return std::exp2(std::uniform_real_distribution<float>(least, most)(random)) * (random() % 2 == 0 ? 1.0F : -1.0F);
}

TEST(FloatProduct, IsAsNearInTilesAsInRegisters) {
  if (!has_float_instructions(FloatInstructions::Amx)) GTEST_SKIP() << "this processor has no AMX for bfloat16";
  const struct {
    const char* what;
    Numbers numbers;
  } kinds[] = {
      {"normal", {normal, normal}},
      {"all of one sign", {[](auto& random) { return std::fabs(normal(random)); }, [](auto& random) { return std::fabs(normal(random)); }}},
      {"badly scaled", {[](auto& random) { return of_any_size(random, -20, 20); }, [](auto& random) { return of_any_size(random, -20, 20); }}},
      {"small times large", {[](auto& random) { return of_any_size(random, -125, -60); }, [](auto& random) { return of_any_size(random, 40, 110); }}},
      {"denormal", {[](auto& random) { return of_any_size(random, -140, -127); }, [](auto& random) { return of_any_size(random, 30, 120); }}},
      {"denormal weights", {[](auto& random) { return of_any_size(random, 30, 110); }, [](auto& random) { return of_any_size(random, -140, -127); }}},
      // Pairs of inputs whose products cancel but for their last bits.
      {"cancelling",
       {[sign = 1.0F](auto&) mutable { return (sign = -sign) * 1.0F; },
        [](auto& random) { return 1.0F + 1e-5F * normal(random); }}},
  };
  for (const auto& [what, numbers] : kinds) {
    const Error registers = numbers.error(FloatInstructions::Avx512), tiles = numbers.error(FloatInstructions::Amx);
    EXPECT_LE(tiles.mean, 1.1 * registers.mean) << what;
    EXPECT_LE(tiles.largest, 1.5 * registers.largest) << what;
    EXPECT_LT(tiles.largest, std::exp2(-20)) << what;
  }
}

TEST(FloatProduct, SaysWhatAvx512SaysWhereNumbersAreNone) {
  if (!has_float_instructions(FloatInstructions::Amx)) GTEST_SKIP() << "this processor has no AMX for bfloat16";
  constexpr float kInfinity = std::numeric_limits<float>::infinity(), kNan = std::numeric_limits<float>::quiet_NaN();
  constexpr std::size_t kRows = ProductRows::kFewestRows, kInputs = 64, kOutputs = 70;
  const auto same = [](float one, float other) { return std::isnan(one) ? std::isnan(other) : one == other || std::fabs(one - other) < 1e-4F; };
  for (const bool in_weights : {false, true})
    for (const float odd : {kInfinity, -kInfinity, kNan, std::numeric_limits<float>::max()}) {
      std::vector<float> x = random_floats(kRows * kInputs, 1), weights = random_floats(kInputs * kOutputs, 2);
      for (const std::size_t row : {0U, 17U, 39U}) (in_weights ? weights[row * kOutputs + row] : x[row * kInputs + row]) = odd;
      weights[5] = 0;
      std::vector<float> registers(kRows * kOutputs), tiles(kRows * kOutputs);
      const FloatWeights packed(weights.data(), kInputs, kOutputs);
      float_product(x.data(), kRows, kInputs, packed, registers.data(), kOutputs, FloatInstructions::Avx512);
      float_product(x.data(), kRows, kInputs, packed, tiles.data(), kOutputs, FloatInstructions::Amx);
      for (std::size_t i = 0; i < tiles.size(); ++i)
        ASSERT_TRUE(same(registers[i], tiles[i]) || std::fabs(registers[i] / tiles[i] - 1) < 1e-5F) << odd << ": " << registers[i] << ' ' << tiles[i];
    }
}

}  // namespace
}  // namespace rag
