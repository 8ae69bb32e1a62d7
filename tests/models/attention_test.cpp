#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "models/kernels/attention_kernel.h"
#include "models/kernels/byte_attention.h"

namespace rag {
namespace {

// One head of one text: rows of query, key and value.
struct Head {
  Head(std::size_t tokens, std::size_t width, float spread) : tokens(tokens), width(width), numbers(tokens * 3 * width) {
    std::mt19937 random(static_cast<unsigned>(tokens * 1000 + width));
    std::normal_distribution<float> normal(0, spread);
    for (float& number : numbers) number = normal(random);
  }
  const float* query(std::size_t token) const { return numbers.data() + token * 3 * width; }
  const float* key(std::size_t token) const { return query(token) + width; }
  const float* value(std::size_t token) const { return query(token) + 2 * width; }

  // By the definition, one query after another.
  std::vector<double> expected() const {
    std::vector<double> context(tokens * width), weights(tokens);
    for (std::size_t i = 0; i < tokens; ++i) {
      double total = 0;
      for (std::size_t j = 0; j < tokens; ++j) {
        double score = 0;
        for (std::size_t d = 0; d < width; ++d) score += static_cast<double>(query(i)[d]) * key(j)[d];
        total += weights[j] = std::exp(score / std::sqrt(static_cast<double>(width)));
      }
      for (std::size_t j = 0; j < tokens; ++j)
        for (std::size_t d = 0; d < width; ++d) context[i * width + d] += weights[j] / total * value(j)[d];
    }
    return context;
  }

  // In bytes, the numbers given as an int8 product would leave them: each token's scale and the biases still to come.
  std::vector<float> in_bytes(ByteInstructions with = fastest_byte_instructions()) const {
    std::vector<float> sums(numbers.size()), scales(tokens), offsets(tokens), bias(3 * width), weight_sums(3 * width), context(tokens * width + 1, -7.0f);
    for (std::size_t i = 0; i < bias.size(); ++i) {
      bias[i] = 0.1f * static_cast<float>(i % 5);
      weight_sums[i] = 0.2f * static_cast<float>(i % 7) - 0.5f;
    }
    for (std::size_t token = 0; token < tokens; ++token) {
      scales[token] = 0.5f + static_cast<float>(token % 3);
      offsets[token] = 0.3f * static_cast<float>(token % 4) - 0.4f;
      for (std::size_t i = 0; i < 3 * width; ++i)
        sums[token * 3 * width + i] = (numbers[token * 3 * width + i] - bias[i] - offsets[token] * weight_sums[i]) / scales[token];
    }
    const auto part = [&](std::size_t which) -> HeadProducts::Part {
      return {sums.data() + which * width, {bias.data() + which * width, weight_sums.data() + which * width}};
    };
    attend_bytes({part(0), part(1), part(2), 3 * width, scales.data(), offsets.data()}, tokens, width, context.data(), width, with);
    return context;
  }

  std::size_t tokens;
  std::size_t width;
  std::vector<float> numbers;
};

TEST(AttendHead, DoesHeadsOfAnyWidthWithWhateverTheProcessorHas) {
  for (const FloatInstructions with : {FloatInstructions::Plain, FloatInstructions::Avx2, FloatInstructions::Avx512, FloatInstructions::Amx}) {
    if (!has_float_instructions(with)) continue;
    for (const std::size_t width : {1U, 12U, 32U, 64U, 80U})
      for (const std::size_t tokens : {1U, 5U, 6U, 9U, 64U, 65U, 131U}) {
        const Head head(tokens, width, 0.5f);
        std::vector<float> context(tokens * width + 1, -7.0f);
        attend_head(head.query(0), head.key(0), head.value(0), 3 * width, tokens, width, context.data(), width, with);
        const auto expected = head.expected();
        for (std::size_t i = 0; i < expected.size(); ++i)
          ASSERT_NEAR(context[i], expected[i], 1e-6) << width << " x " << tokens << " in " << name_of(with);
        ASSERT_EQ(context.back(), -7.0f) << "written beyond the last token";
      }
  }
}

// What has byte attention and is here.
std::vector<ByteInstructions> byte_attentions() {
  std::vector<ByteInstructions> here;
  for (const auto with : {ByteInstructions::Avx2, ByteInstructions::AvxVnni, ByteInstructions::Vnni, ByteInstructions::Amx})
    if (has_byte_instructions(with)) here.push_back(with);
  return here;
}

TEST(AttendBytes, IsNearTheDefinitionForEveryLength) {
  if (byte_attentions().empty()) GTEST_SKIP() << "this processor has no AVX2";
  for (const std::size_t width : {32U, 64U})
    // Beside and at multiples of the queries, keys and vectors that are computed together.
    for (const std::size_t tokens : {1U, 2U, 5U, 6U, 7U, 15U, 16U, 17U, 48U, 63U, 64U, 65U, 237U, 512U, 1100U}) {
      const Head head(tokens, width, 1);
      const auto expected = head.expected();
      const auto context = head.in_bytes(byte_attentions().front());
      double squares = 0;
      for (std::size_t i = 0; i < expected.size(); ++i) squares += std::pow(context[i] - expected[i], 2);
      ASSERT_LT(std::sqrt(squares / static_cast<double>(expected.size())), 0.015) << width << " x " << tokens;
      ASSERT_EQ(context.back(), -7.0f) << "written beyond the last token";
    }
}

TEST(AttendBytes, IsTheSameWhateverComputesIt) {
  if (byte_attentions().size() < 2) GTEST_SKIP() << "this processor has one way to compute it";
  for (const std::size_t width : {32U, 64U})
    for (const std::size_t tokens : {1U, 15U, 16U, 17U, 31U, 33U, 64U, 65U, 300U})
      for (const float spread : {0.3f, 1.0f, 8.0f}) {
        const Head head(tokens, width, spread);
        const auto expected = head.in_bytes(byte_attentions().front());
        for (const ByteInstructions with : byte_attentions())
          ASSERT_EQ(head.in_bytes(with), expected) << width << " x " << tokens << ", spread " << spread << ", " << name_of(with);
      }
}

TEST(AttendBytes, KeepsManySmallWeightsBesideALargeOne) {
  if (!has_byte_attention(32)) GTEST_SKIP() << "this processor has no AVX2";
  // One key that each query likes e^6.2 times as much as the 400 others, whose weights are less than half of the smallest byte each, and
  // together as large as nine tenths of it.
  Head head(401, 32, 0);
  for (std::size_t token = 0; token < head.tokens; ++token) {
    float* numbers = head.numbers.data() + token * 3 * head.width;
    numbers[0] = 6.2f * std::sqrt(32.0f);
    numbers[head.width] = token == 200 ? 1.0f : 0.0f;
    numbers[2 * head.width + 1] = token == 200 ? 0.0f : 1.0f;
  }
  const auto expected = head.expected();
  ASSERT_GT(expected[1], 0.44);
  EXPECT_NEAR(head.in_bytes()[1], expected[1], 0.01);
}

TEST(AttendBytes, TakesZerosAndNumbersOfVeryDifferentSize) {
  if (!has_byte_attention(32)) GTEST_SKIP() << "this processor has no AVX2";
  for (const float spread : {0.0f, 1e-18f, 30.0f}) {
    const Head head(70, 32, spread);
    const auto context = head.in_bytes();
    for (std::size_t i = 0; i + 1 < context.size(); ++i)
      ASSERT_TRUE(std::isfinite(context[i]) && std::fabs(context[i]) <= 5 * spread + 1e-6) << spread;
  }
}

}  // namespace
}  // namespace rag
