#include "core/time_mark.h"

#include <gtest/gtest.h>

#include <limits>

namespace rag {
namespace {

TEST(TimeMark, IsWrittenInHoursMinutesAndSeconds) {
  EXPECT_EQ(clock_time(83.9), "00:01:23");
  EXPECT_EQ(clock_time(360000), "100:00:00");
  EXPECT_EQ(clock_time(-1), "00:00:00");
  EXPECT_EQ(clock_time(std::numeric_limits<double>::quiet_NaN()), "00:00:00");
  EXPECT_EQ(clock_time(std::numeric_limits<double>::infinity()).substr(0, 8), "10000000");
  EXPECT_EQ(time_mark(3600), "[01:00:00] ");
}

TEST(TimeMark, IsFoundAtOrBeforeAPlace) {
  const std::string text = "강\n\n[00:00:05] 휴가는 15일입니다.\n\n[00:01:23] Next.";
  EXPECT_EQ(time_at(text, 0), "");
  EXPECT_EQ(time_at(text, text.find("[00:00:05]") - 1), "");
  EXPECT_EQ(time_at(text, text.find("[00:00:05]")), "00:00:05");
  EXPECT_EQ(time_at(text, text.find("15")), "00:00:05");
  EXPECT_EQ(time_at(text, text.find("[00:01:23]")), "00:01:23");
  EXPECT_EQ(time_at(text, text.size()), "00:01:23");
  EXPECT_EQ(time_at(text, text.size() + 100), "00:01:23");
}

TEST(TimeMark, IsNothingThatOnlyLooksLikeOne) {
  for (const char* text : {"", "[", "[00", "[00:01", "[00:01:23", "[00:01:23]", "[00:01:23]x", "[0:01:23] x", "[00:1:23] x", "[00:01:2] x", "[aa:01:23] x",
                           "see [00:01:23] there", "[0123456789:00:00] x"})
    EXPECT_EQ(time_at(text, 100), "") << text;
}

TEST(TimeMark, IsMeasuredWithItsBlank) {
  EXPECT_EQ(time_mark_size("[00:01:23] 강"), 11U);
  EXPECT_EQ(time_mark_size("[100:01:23] x"), 12U);
  EXPECT_EQ(time_mark_size("x [00:01:23] "), 0U);
  EXPECT_EQ(time_mark_size(""), 0U);
}

TEST(TimeMark, EveryWrittenOneIsFound) {
  for (const double seconds : {0.0, 59.99, 60.0, 3599.0, 3600.0, 86400.0, 360000.0}) EXPECT_EQ(time_at(time_mark(seconds) + "x", 3), clock_time(seconds));
}

}  // namespace
}  // namespace rag
