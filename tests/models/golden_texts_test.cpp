#include "models/golden_texts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace rag {
namespace {

TEST(GoldenTexts, AreAFewDozenAndNoTwoAlike) {
  const auto texts = golden_texts();
  EXPECT_GE(texts.size(), 36U);
  EXPECT_EQ(std::set<std::string>(texts.begin(), texts.end()).size(), texts.size());
}

TEST(GoldenTexts, AreShortAndLong) {
  const auto [shortest, longest] = std::ranges::minmax(golden_texts(), {}, &std::string::size);
  EXPECT_LT(shortest.size(), 4U);
  EXPECT_GT(longest.size(), 2500U) << "more than 512 tokens, in any encoder's counting";
}

TEST(GoldenTexts, AreEnglishKoreanAndCode) {
  const auto texts = golden_texts();
  const auto some_holds = [&](const char* words) {
    return std::ranges::any_of(texts, [&](const std::string& text) { return text.find(words) != std::string::npos; });
  };
  EXPECT_TRUE(some_holds("What is"));
  EXPECT_TRUE(some_holds("휴가"));
  EXPECT_TRUE(some_holds("std::size_t"));
}

}  // namespace
}  // namespace rag
