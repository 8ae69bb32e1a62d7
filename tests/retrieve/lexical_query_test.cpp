#include "retrieve/lexical_query.h"

#include <gtest/gtest.h>

#include "core/text.h"

namespace rag {
namespace {

TEST(LexicalQuery, LeavesAnOrdinaryQuestionAsItIs) {
  const std::string question = "휴가는 며칠인가요? (E-4417, \"annual  leave\")";
  EXPECT_EQ(bound_lexical_query(question), question);
  EXPECT_EQ(bound_lexical_query("a a a b b c!", 3), "a a a b b c!");
}

TEST(LexicalQuery, KeepsTheMostFrequentWordsInTheirOrder) {
  EXPECT_EQ(bound_lexical_query("rare Leave is leave, policy is LEAVE: policy once", 3), "Leave is policy");
}

TEST(LexicalQuery, BreaksTiesByFirstAppearance) { EXPECT_EQ(bound_lexical_query("e d c b a", 2), "e d"); }

TEST(LexicalQuery, BoundsTextWithoutBlanksToo) {
  std::string korean;
  for (char32_t c = 0xAC00; c < 0xAC00 + 11000; ++c) append_utf8(korean, c);
  const std::string bounded = bound_lexical_query(korean);
  EXPECT_EQ(bounded.size(), 256U * (8 * 3 + 1) - 1);
  EXPECT_EQ(find_invalid_utf8(bounded), std::nullopt);
  std::string digits;
  for (int i = 0; digits.size() < 100000; ++i) digits += std::to_string(i);
  EXPECT_EQ(bound_lexical_query(digits).size(), 256U * 65 - 1);
}

}  // namespace
}  // namespace rag
