#include "ingest/number_format.h"

#include <gtest/gtest.h>

namespace rag {
namespace {

std::string show(const char* code, double value) { return NumberFormat(code).show(value); }
std::string built_in(int id, double value) { return NumberFormat(NumberFormat::built_in(id)).show(value); }

TEST(NumberFormat, ShowsPlainNumbersInFull) {
  EXPECT_EQ(show("", 42), "42");
  EXPECT_EQ(show("General", 0.1 + 0.2), "0.3");
  EXPECT_EQ(show("GENERAL", -1234567890123), "-1234567890123");
  EXPECT_EQ(show("General\"원\"", 5), "5원");
  EXPECT_EQ(show("", 1e300), "1E+300");
}

TEST(NumberFormat, GroupsRoundsAndScales) {
  EXPECT_EQ(show("#,##0", 1234567.5), "1,234,568");
  EXPECT_EQ(show("0.00", 1.005), "1.01");
  EXPECT_EQ(show("0", 2.5), "3");
  EXPECT_EQ(show("#.##", 0.5), ".5");
  EXPECT_EQ(show("0.0#", 3.1), "3.1");
  EXPECT_EQ(show(".00", 12.5), "12.50");
  EXPECT_EQ(show("0.00%", 0.12345), "12.35%");
  EXPECT_EQ(show("#,##0,,\"M\"", 12345678), "12M");
  EXPECT_EQ(show("0.0,", 12345), "12.3");
  EXPECT_EQ(show("000-0000-0000", 1012345678), "010-1234-5678");
  EXPECT_EQ(show("00000", 42), "00042");
}

TEST(NumberFormat, TakesTheSectionForTheSign) {
  EXPECT_EQ(show("#,##0;(#,##0);\"-\"", 1200), "1,200");
  EXPECT_EQ(show("#,##0;(#,##0);\"-\"", -1200), "(1,200)");
  EXPECT_EQ(show("#,##0;(#,##0);\"-\"", 0), "-");
  EXPECT_EQ(show("0.0", -1.25), "-1.3");
  EXPECT_EQ(show(";;;", 7), "");
  EXPECT_EQ(show("[>=100]\"many\";[<0]\"less\";0", 500), "many");
  EXPECT_EQ(show("[>=100]\"many\";[<0]\"less\";0", 5), "5");
}

TEST(NumberFormat, ReadsCurrenciesColoursAndGaps) {
  EXPECT_EQ(show("[$₩-412]#,##0", 15000), "₩15,000");
  EXPECT_EQ(show("[Red]_-* #,##0_-", 15), "15");
  EXPECT_EQ(show("#,##0\\ \"€\"", 7), "7 €");
  EXPECT_EQ(show("_($* #,##0.00_)", 1.5), "$1.50");
}

TEST(NumberFormat, ShowsFractionsAndPowers) {
  EXPECT_EQ(show("# ?/?", 2.5), "2 1/2");
  EXPECT_EQ(show("# ?\?/?\?", 3.14159), "3 14/99");
  EXPECT_EQ(show("?/8", 0.25), "2/8");
  EXPECT_EQ(show("0.00E+00", 198000000), "1.98E+08");
  EXPECT_EQ(show("##0.0E+0", 12345), "12.3E+3");
  EXPECT_EQ(show("0.00E+00", 9.999), "1.00E+01");
}

TEST(NumberFormat, ShowsDatesAndTimes) {
  EXPECT_EQ(show("yyyy-mm-dd", 45292), "2024-01-01");
  EXPECT_EQ(show("yyyy\"년\" m\"월\" d\"일\"", 45359), "2024년 3월 8일");
  EXPECT_EQ(show("[$-412]yyyy-mm-dd dddd AM/PM h:mm", 45359.75), "2024-03-08 금요일 오후 6:00");
  EXPECT_EQ(show("d-mmm-yy", 45359), "8-Mar-24");
  EXPECT_EQ(show("dddd, mmmm dd, yyyy", 45359), "Friday, March 08, 2024");
  EXPECT_EQ(show("h:mm:ss AM/PM", 0.5), "12:00:00 PM");
  EXPECT_EQ(show("[h]:mm", 1.5), "36:00");
  EXPECT_EQ(show("mm:ss.0", 0.000694), "01:00.0");
  EXPECT_EQ(show("hh:mm:ss", 0.999999), "00:00:00");
  EXPECT_EQ(show("yyyy-mm-dd", 60), "1900-02-29");
  EXPECT_EQ(show("yyyy-mm-dd", 61), "1900-03-01");
  EXPECT_EQ(NumberFormat("yyyy-mm-dd").show(43830, true), "2024-01-01");
}

TEST(NumberFormat, ShowsDatesOfTheReadersCountryAsIsoDates) {
  EXPECT_EQ(built_in(14, 45292), "2024-01-01");
  EXPECT_EQ(built_in(31, 45292), "2024-01-01");
  EXPECT_EQ(built_in(22, 45292.25), "2024-01-01 06:00");
  EXPECT_EQ(built_in(9, 0.25), "25%");
  EXPECT_EQ(built_in(49, 7), "7");
}

TEST(NumberFormat, NeverFails) {
  EXPECT_EQ(show("yyyy-mm-dd", -5), "-5");
  EXPECT_EQ(show("yyyy-mm-dd", 1e20), "1E+20");
  for (const char* code : {"\"",
                           "[",
                           "\\",
                           "_",
                           "*",
                           "[$",
                           "[>",
                           "[h",
                           ";",
                           "0.",
                           "E+",
                           "/",
                           "?/?/?",
                           "0.0.0.0",
                           "[mmmmmmm]",
                           "\xFF\xFE",
                           "[<]0",
                           "ssss.0000000",
                           "#,,,,,,,,,,,,,,,,",
                           "%%%%%%%%%%%%%%%%0",
                           "@",
                           "0E+0E+0",
                           "aaaaaaaa",
                           "[s].0"})
    for (const double value : {0.0, -1.0, 1.5, 45000.5, 1e308, 5e-324, -1e-308}) show(code, value);
  EXPECT_EQ(NumberFormat(std::string(100000, '0')).show(7), "7");
}

}  // namespace
}  // namespace rag
