#include "ingest/warning_limit.h"

#include <gtest/gtest.h>

namespace rag {
namespace {

TEST(WarningLimit, LeavesAsManyAsAreRead) {
  std::vector<std::string> warnings(21, "a line");
  limit_warnings(warnings);
  EXPECT_EQ(warnings, std::vector<std::string>(21, "a line"));
}

TEST(WarningLimit, CountsWhatItLeavesOut) {
  std::vector<std::string> warnings(50000, "a line");
  warnings[0] = "the first";
  limit_warnings(warnings);
  ASSERT_EQ(warnings.size(), 21U);
  EXPECT_EQ(warnings.front(), "the first");
  EXPECT_EQ(warnings.back(), "49980 more like these");
}

}  // namespace
}  // namespace rag
