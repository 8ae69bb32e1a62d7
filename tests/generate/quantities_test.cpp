#include "generate/quantities.h"

#include <gtest/gtest.h>

#include <string>

namespace rag {
namespace {

std::string read(const std::string& text, NumberWords words = NumberWords::WithUnit) {
  std::string out;
  for (const Quantity& q : quantities_of(text, words)) {
    std::string value = std::to_string(q.value);
    value.erase(value.find_last_not_of('0') + 1);
    if (value.ends_with('.')) value.pop_back();
    out += (out.empty() ? "" : ", ") + value + (q.unit.empty() ? "" : " " + q.unit);
  }
  return out;
}

TEST(Quantities, KnowTheirUnits) {
  EXPECT_EQ(read("15 days, 3 weeks and 20%"), "15 day, 3 week, 20 percent");
  EXPECT_EQ(read("연차 15일, 3주, 6개월, 20퍼센트"), "15 day, 3 week, 6 month, 20 percent");
  EXPECT_EQ(read("5 working days; a 10-day limit"), "5 day, 10 day");
  EXPECT_EQ(read("at most five unused days"), "5 day");
  EXPECT_EQ(read("$1,500 or 2,000 won"), "1500 dollar, 2000 won");
  EXPECT_EQ(read("EUR 52, GBP 150, ¥6,500, 12 pounds"), "52 euro, 150 pound, 6500 yen, 12 pound");
}

TEST(Quantities, KnowMagnitudes) {
  EXPECT_EQ(read("30만 원, 1억 2,000만원, 5천 명"), "300000 won, 120000000 won, 5000 person");
  EXPECT_EQ(read("1.5 million dollars and 20k"), "1500000 dollar, 20000");
}

TEST(Quantities, ReadDates) {
  EXPECT_EQ(read("March 31, 2024"), "3 calendar, 31, 2024");
  EXPECT_EQ(read("2024년 3월 31일"), "2024 year, 3 calendar, 31 day");
  EXPECT_EQ(read("2024-03-31"), "2024, 3, 31");
  EXPECT_EQ(read("You may march on."), "") << "verbs";
  EXPECT_EQ(read("5 Dec, Sep 26"), "5, 12 calendar, 9 calendar, 26");
  EXPECT_EQ(read("The sep of mar."), "") << "no number beside them";
}

TEST(Quantities, ReadFullWidthDigits) { EXPECT_EQ(read("１５일"), "15 day"); }

TEST(Quantities, LeaveOutCodesAndListMarkers) {
  EXPECT_EQ(read("Room B12"), "");
  EXPECT_EQ(read("1. Apply within 3 days\n2) Wait"), "3 day");
}

TEST(Quantities, ReadNumberWordsWhereTheyCount) {
  EXPECT_EQ(read("one of the plans lasts two weeks"), "2 week");
  EXPECT_EQ(read("열흘 안에 두 번", NumberWords::All), "10 day, 2 time");
}

TEST(SameQuantity, ComparesValueAndUnit) {
  EXPECT_TRUE(same_quantity({15, "day"}, {15, ""}));
  EXPECT_FALSE(same_quantity({15, "day"}, {15, "week"}));
  EXPECT_TRUE(same_quantity({6, "clock"}, {18, ""})) << "6 pm";
  EXPECT_FALSE(same_quantity({6, "day"}, {18, ""}));
}

}  // namespace
}  // namespace rag
