#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <ctime>

#include "support.h"
#include "tests/patience.h"

namespace rag {
namespace {

using test::only_document;
using testing::ElementsAre;
using testing::HasSubstr;

std::string cell(const std::string& type, const std::string& value, const std::string& attributes = "") {
  return "<Cell " + attributes + "><Data ss:Type='" + type + "'>" + value + "</Data></Cell>";
}
std::string sheet(const std::string& name, const std::string& rows, const std::string& after = "") {
  return "<Worksheet ss:Name='" + name + "'><Table>" + rows + "</Table>" + after + "</Worksheet>";
}
std::string workbook(const std::string& sheets, const std::string& encoding = "UTF-8") {
  return "<?xml version='1.0' encoding='" + encoding +
         "'?><?mso-application progid=\"Excel.Sheet\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" "
         "xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\"><DocumentProperties><Title>급여 대장</Title><Author>인사팀</Author></DocumentProperties>"
         "<Styles><Style ss:ID='day'><NumberFormat ss:Format='yyyy\"년\" m\"월\" d\"일\"'/></Style><Style ss:ID='won'><NumberFormat ss:Format='#,##0'/></Style>"
         "<Style ss:ID='bold' ss:Parent='won'><Font ss:Bold='1'/></Style><Style ss:ID='share'><NumberFormat ss:Format='Percent'/></Style></Styles>" +
         sheets + "</Workbook>";
}
Document read(const std::string& bytes) { return only_document(parse_bytes(bytes, "급여.xls")); }

TEST(SpreadsheetMl, ReadsASheetAsASectionAndACellAsItIsShown) {
  const Document document = read(workbook(
      sheet("급여", "<Row>" + cell("String", "이름") + cell("String", "입사일") + cell("String", "급여") + cell("String", "비율") + "</Row><Row>" + cell("String", "김<B>철수</B>") +
                        cell("DateTime", "2026-11-29T00:00:00.000", "ss:StyleID='day'") + cell("Number", "1234567", "ss:StyleID='bold'") +
                        cell("Number", "0.5", "ss:StyleID='share'") + "</Row><Row ss:Index='4'>" + cell("String", "이") + cell("DateTime", "2024-02-29T00:00:00.000") +
                        cell("Number", "1E3", "ss:Index='3' ss:StyleID='won'") + cell("Boolean", "1") + "</Row>") +
      sheet("비밀", "<Row>" + cell("String", "x") + "</Row>", "<WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions>") + sheet("빈 것", "")));
  EXPECT_EQ(document.text,
            "급여\n\n이름 | 입사일 | 급여 | 비율\n김철수 | 2026년 11월 29일 | 1,234,567 | 50.00%\n이 | 2024-02-29 | 1,000 | TRUE\n\n비밀\n\n[hidden sheet]\n\nx");
  EXPECT_EQ(document.title, "급여 대장");
  EXPECT_EQ(document.media_type, "application/vnd.ms-spreadsheetml");
  EXPECT_THAT(document.metadata.at("author"), ElementsAre("인사팀"));
  ASSERT_EQ(document.tables.size(), 1U);
}

TEST(SpreadsheetMl, ShowsMergedCellsOnceAndReadsADeclaredCharset) {
  const std::string rows = "<Row>" + cell("String", "부서", "ss:MergeDown='1'") + cell("String", "상반기", "ss:MergeAcross='1'") + "</Row><Row>" +
                           cell("String", "계획", "ss:Index='2'") + cell("String", "실적") + "</Row><Row>" + cell("String", "인사") + cell("Number", "1") +
                           cell("Number", "2") + "</Row>";
  EXPECT_EQ(read(test::encode(workbook(sheet("S", rows), "euc-kr"), "EUC-KR")).text, "S\n\n부서 | 상반기\n| 계획 | 실적\n인사 | 1 | 2");
}

TEST(SpreadsheetMl, GivesAReasonForDamage) {
  EXPECT_EQ(parse_bytes(workbook(""), "a.xls").skipped, "a workbook without text");
  const std::string whole = workbook(sheet("S", "<Row>" + cell("String", "연차") + cell("Number", "15", "ss:StyleID='won'") + "</Row>"));
  const ParseOutcome cut = parse_bytes(whole.substr(0, whole.find("</Row>")), "a.xls");
  EXPECT_THAT(cut.warnings, ElementsAre(HasSubstr("damaged: read up to byte")));
  EXPECT_EQ(only_document(cut).text, "S\n\n연차 | 15");
  test::expect_read_or_refused_when_damaged(whole, "a.xls", 7, 0x15);
}

TEST(SpreadsheetMl, TakesPlacesBeyondAnySheetInItsStride) {
  const std::string rows = "<Row ss:Index='999999999999'>" + cell("String", "a", "ss:Index='-5'") + cell("String", "b", "ss:MergeAcross='99999999' ss:MergeDown='1048576'") +
                           cell("String", "c", "ss:Index='16384'") + cell("String", "d") + "</Row>";
  EXPECT_EQ(read(workbook(sheet("S", rows))).text, "S\n\na | b | c");
}

TEST(SpreadsheetMl, KeepsOneFormatForAHundredThousandStylesOfOneParent) {
  std::string styles = "<Style ss:ID='long'><NumberFormat ss:Format='";
  for (int i = 0; i < 480; ++i) styles += "y-";
  styles += "'/></Style>";
  for (int i = 0; i < 100000; ++i) styles += "<Style ss:ID='" + std::to_string(i) + "' ss:Parent='long'/>";
  std::string book = workbook(sheet("S", "<Row>" + cell("String", "a") + "</Row>"));
  book.insert(book.find("</Styles>"), styles);
  const std::clock_t start = std::clock();
  EXPECT_EQ(read(book).text, "S\n\na");
  EXPECT_LT(std::chrono::seconds((std::clock() - start) / CLOCKS_PER_SEC), test::patience(std::chrono::seconds(2)));
}

}  // namespace
}  // namespace rag
