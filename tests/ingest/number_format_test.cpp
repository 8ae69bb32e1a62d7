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
  EXPECT_EQ(show("[<0]\"less\" 0;0", -5), "less 5");
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

TEST(NumberFormat, NamesMonthsAndDaysInTheLanguageOfTheCode) {
  EXPECT_EQ(show("[$-407]d. mmmm yyyy", 45359), "8. März 2024");
  EXPECT_EQ(show("[$-40C]dddd d mmm yyyy", 45292), "lundi 1 janv 2024");
  EXPECT_EQ(show("[$-411]yyyy\"年\"m\"月\"d\"日\" dddd", 45359), "2024年3月8日 金曜日");
  EXPECT_EQ(show("[$-ko-KR]yyyy mmmm ddd", 45359), "2024 3월 금");
  EXPECT_EQ(show("[$-1000412]mmm\"월\" AM/PM h", 45359.25), "3월 오전 6");
  EXPECT_EQ(show("[$-F800]dddd, mmmm dd, yyyy", 45359), "Friday, March 08, 2024") << "the reader's own language";
  EXPECT_EQ(show("[$-ZZZZ]mmmm", 45359), "March");
  EXPECT_EQ(show("[$-419]mmmmm", 45292), "я") << "the first character, not the first byte";
}

TEST(NumberFormat, ShowsLengthsOfTime) {
  EXPECT_EQ(show("[hh]:mm", 0.25), "06:00");
  EXPECT_EQ(show("[mm]:ss", 0), "00:00");
  EXPECT_EQ(show("[h]\"시간\" mm\"분\"", 1.5), "36시간 00분");
  EXPECT_EQ(show("[h]:mm:ss", -0.25), "-6:00:00");
}

TEST(NumberFormat, PutsTextWhereTheCodeHasAPlaceForIt) {
  EXPECT_EQ(NumberFormat("@\" 귀하\"").show_text("김철수"), "김철수 귀하");
  EXPECT_EQ(NumberFormat("#,##0;-#,##0;\"-\";_-\"~\"@_-").show_text("없음"), "~없음");
  EXPECT_EQ(NumberFormat("0.00").show_text("n/a"), "n/a");
  EXPECT_EQ(NumberFormat(";;;").show_text("x"), "x") << "hidden on the screen, found all the same";
}

TEST(NumberFormat, LeavesNumbersOfATextFormatAsTheyAre) {
  EXPECT_EQ(show("@", 1200.5), "1200.5");
  EXPECT_EQ(show("yyyy\\-mm\\-dd;@", 45292), "2024-01-01");
  EXPECT_EQ(show("yyyy\\-mm\\-dd;@", -5), "-5") << "the second section is for text";
  EXPECT_EQ(show("G/표준", 12.5), "12.5");
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
                           "[s].0",
                           "[$-]mmm",
                           "[$-412,1]dddd",
                           "[$-\xFF\xFE]dddd",
                           "@@@;@;@;@",
                           "[ssssssssssss]"})
    for (const double value : {0.0, -1.0, 1.5, 45000.5, 1e308, 5e-324, -1e-308}) show(code, value);
  EXPECT_EQ(NumberFormat(std::string(100000, '0')).show(7), "7");
  EXPECT_EQ(NumberFormat("0." + std::string(33, '#') + "0").show(0.5), "0.5" + std::string(33, '0')) << "more places than digits are computed";
}

}  // namespace
}  // namespace rag
