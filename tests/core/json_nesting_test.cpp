#include "core/json_nesting.h"

#include <gtest/gtest.h>

#include <string>

namespace rag {
namespace {

TEST(JsonNesting, IsTooDeepFromTheFirstLevelPast256) {
  const auto nested = [](std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); };
  EXPECT_FALSE(nests_too_deep(nested(256)));
  EXPECT_TRUE(nests_too_deep(nested(257)));
  EXPECT_TRUE(nests_too_deep(std::string(257, '{'))) << "cut";
}

TEST(JsonNesting, CountsNoBracketsSideBySideOrInTexts) {
  std::string list = "[";
  for (int i = 0; i < 1000; ++i) list += "[],{},";
  EXPECT_FALSE(nests_too_deep(list + "[]]"));
  EXPECT_FALSE(nests_too_deep("\"\\\"" + std::string(1000, '[') + "\""));
  EXPECT_TRUE(nests_too_deep("[\"\\\\\"" + std::string(1000, '['))) << "the backslash is escaped, the text ends";
  EXPECT_FALSE(nests_too_deep(""));
}

}  // namespace
}  // namespace rag
