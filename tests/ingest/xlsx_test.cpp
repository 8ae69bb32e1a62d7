#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.h"

namespace rag {
namespace {

using test::make_zip;
using test::only_document;
using testing::ElementsAre;
using testing::HasSubstr;
using Members = std::vector<std::pair<std::string, std::string>>;

struct Sheet {
  std::string name, data, attributes = "", after = "";
};

std::string cell(const std::string& reference, const std::string& value, const std::string& attributes = "") {
  return "<c r='" + reference + "' " + attributes + "><v>" + value + "</v></c>";
}
std::string words(const std::string& reference, const std::string& text) {
  return "<c r='" + reference + "' t='inlineStr'><is><t>" + text + "</t></is></c>";
}
std::string row(const std::string& cells) { return "<row>" + cells + "</row>"; }

// A workbook whose cells have style 1 for numFmtId `format`.
Members workbook(const std::vector<Sheet>& sheets, int format = 0, const std::string& custom_code = "",
                 const std::string& properties = "") {
  std::string list, relationships;
  Members members{{"[Content_Types].xml", "<Types/>"}};
  for (std::size_t i = 0; i < sheets.size(); ++i) {
    const std::string number = std::to_string(i + 1);
    list += "<sheet name='" + sheets[i].name + "' sheetId='9' r:id='r" + number + "' " + sheets[i].attributes + "/>";
    relationships += "<Relationship Id='r" + number + "' Type='http://x/worksheet' Target='worksheets/sheet" + number + ".xml'/>";
    members.emplace_back("xl/worksheets/sheet" + number + ".xml", "<worksheet><dimension ref='A1:XFD1048576'/><sheetData>" +
                                                                      sheets[i].data + "</sheetData>" + sheets[i].after + "</worksheet>");
  }
  relationships +=
      "<Relationship Id='s' Type='http://x/styles' Target='styles.xml'/><Relationship Id='t' Type='http://x/sharedStrings' "
      "Target='/xl/sharedStrings.xml'/>";
  members.emplace_back("xl/workbook.xml", "<workbook xmlns:r='r'><workbookPr " + properties + "/><sheets>" + list + "</sheets></workbook>");
  members.emplace_back("xl/_rels/workbook.xml.rels", "<Relationships>" + relationships + "</Relationships>");
  const std::string id = std::to_string(format);
  members.emplace_back("xl/styles.xml", "<styleSheet><numFmts><numFmt numFmtId='" + (custom_code.empty() ? "999" : id) + "' formatCode='" +
                                            custom_code + "'/></numFmts><cellXfs><xf numFmtId='0'/><xf numFmtId='" + id +
                                            "'/></cellXfs></styleSheet>");
  return members;
}

ParseOutcome parse(const Members& members) { return parse_bytes(make_zip(members), "a.xlsx"); }
std::string text_of(const std::string& data) { return only_document(parse(workbook({{"S", data}}))).text; }

TEST(Xlsx, ReadsASheetAsASectionAndARowWholeWithItsHeader) {
  const Document document = only_document(
      parse(workbook({{"급여", row(words("A1", "이름") + words("B1", "금액")) + row(words("A2", "김") + cell("B2", "1500000", "s='1'"))},
                      {"Empty", ""},
                      {"Old", row(words("A1", "x")), "state='veryHidden'"}},
                     3)));
  EXPECT_EQ(document.text, "급여\n\n이름 | 금액\n김 | 1,500,000\n\nOld\n\n[hidden sheet]\n\nx");
  ASSERT_EQ(document.tables.size(), 1U);
  EXPECT_EQ(document.text.substr(document.tables[0].header.begin, document.tables[0].header.size()), "이름 | 금액");
  EXPECT_THAT(heading_path_at(document, document.text.find("김")), ElementsAre("급여"));
  EXPECT_EQ(document.title, "a");
}

TEST(Xlsx, ReadsEveryKindOfCell) {
  Members members = workbook(
      {{"S", row(cell("A1", "1", "t='s'") + cell("B1", "0", "t='s'")) + row(cell("A2", "1", "t='b'") + cell("B2", "#DIV/0!", "t='e'")) +
                 row("<c r='A3' t='str'><f>A1</f><v>a_x000A_b</v></c>" + cell("B3", "0.5", "s='1'"))}},
      9);
  members.emplace_back(
      "xl/sharedStrings.xml",
      "<sst><si><r><t>rich </t></r><r><t>run</t></r></si><si><t>東京</t><rPh sb='0' eb='2'><t>トウキョウ</t></rPh></si></sst>");
  EXPECT_EQ(only_document(parse(members)).text, "S\n\n東京 | rich run\nTRUE | #DIV/0!\na b | 50%");
}

TEST(Xlsx, ShowsDatesByCustomFormatsAndTheCalendarOf1904) {
  const std::string data = row(cell("A1", "43830", "s='1'") + words("B1", "x"));
  EXPECT_EQ(only_document(parse(workbook({{"S", data}}, 164, "yyyy\"년\"", "date1904='1'"))).text, "S\n\n2024년 | x");
  EXPECT_EQ(only_document(parse(workbook({{"S", data}}, 14))).text, "S\n\n2019-12-31 | x");
}

TEST(Xlsx, LeavesOutEmptyRowsAndColumnsAndShowsMergedCellsOnce) {
  const std::string data = "<row r='3'>" + words("C3", "Plan report") + "</row><row r='5'>" + words("C5", "Plan") + words("F5", "Cost") +
                           "</row><row r='6'>" + words("C6", "Plus") + cell("F6", "100") + "</row><row r='8'>" + words("C8", "Pro") +
                           cell("F8", "200") + "</row>";
  EXPECT_EQ(text_of(data), "S\n\nPlan report\n\nPlan | Cost\nPlus | 100\nPro | 200");
  const std::string covered = row(words("A1", "one") + words("B1", "hidden under it")) + row(words("A2", "a") + words("B2", "b"));
  EXPECT_EQ(only_document(parse(workbook({{"S", covered, "", "<mergeCells><mergeCell ref='A1:B1'/></mergeCells>"}}))).text,
            "S\n\none\n\na | b");
}

TEST(Xlsx, BeginsANewTableWhereANewHeaderStands) {
  const Document document = only_document(
      parse(workbook({{"S", "<row r='1'>" + words("A1", "In millions") + words("D1", "2023") + "</row><row r='2'>" + words("A2", "Zone") +
                                words("B2", "Sales") + words("C2", "Profit") + words("D2", "Tax") + words("E2", "Other") +
                                "</row><row r='3'>" + words("A3", "Asia") + cell("B3", "1") + "</row><row r='5'>" + words("A5", "Name") +
                                words("B5", "Age") + "</row><row r='6'>" + words("A6", "Kim") + cell("B6", "7") + "</row>"}})));
  EXPECT_EQ(document.text, "S\n\nIn millions |  |  | 2023\nZone | Sales | Profit | Tax | Other\nAsia | 1\n\nName | Age\nKim | 7");
  ASSERT_EQ(document.tables.size(), 2U);
  EXPECT_FALSE(document.tables[0].header.size() == 0 || document.tables[1].header.size() == 0);
}

TEST(Xlsx, WarnsOfFormulasWithoutAValueAndOfLostSheetsAndStrings) {
  Members members = workbook({{"S", row("<c r='A1'><f>1+1</f></c>" + words("B1", "x")) + row(cell("A2", "77", "t='s'"))}, {"Bad", "<row"}});
  const ParseOutcome outcome = parse(members);
  EXPECT_EQ(only_document(outcome).text, "S\n\nx");
  EXPECT_THAT(outcome.warnings,
              ElementsAre(HasSubstr("sheet \"Bad\" is left out: damaged XLSX: xl/worksheets/sheet2.xml is not XML at byte"),
                          "1 cells name a string that is not in the file", HasSubstr("1 formulas have no saved value")));
}

TEST(Xlsx, ReadsTextBoxes) {
  Members members = workbook({{"S", row(words("A1", "cell"))}});
  members.emplace_back("xl/worksheets/_rels/sheet1.xml.rels",
                       "<Relationships><Relationship Id='d' Type='http://x/drawing' Target='../drawings/drawing1.xml'/></Relationships>");
  members.emplace_back(
      "xl/drawings/drawing1.xml",
      "<xdr:wsDr><xdr:grpSp><xdr:sp><xdr:txBody><a:p><a:r><a:t>작성 요령</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:grpSp></xdr:wsDr>");
  EXPECT_EQ(only_document(parse(members)).text, "S\n\ncell\n\n작성 요령");
}

TEST(Xlsx, GivesAReasonForEveryDamage) {
  const auto reason = [](const Members& members) { return parse(members).skipped; };
  EXPECT_EQ(parse_bytes("\x7F\1 words", "a.xlsx").skipped, "not a readable XLSX file: it is no zip");
  EXPECT_EQ(reason(workbook({{"S", ""}})), "a workbook without text");
  EXPECT_THAT(reason(workbook({{"S", "<row>"}})), HasSubstr("is not XML at byte"));
  EXPECT_EQ(reason({{"[Content_Types].xml", "x"}, {"xl/workbook.xml.bak", "x"}}), "damaged XLSX: no xl/workbook.xml in it");
}

TEST(Xlsx, PaysForFilledCellsOnly) {
  // A diagonal over all columns, references beyond every sheet, a merged area over everything a thousand times.
  std::string data, merges = "<mergeCells>";
  for (int i = 0; i < 16384; ++i)
    data += "<row r='" + std::to_string(i * 64 + 1) + "'>" + std::string("<c r='") +
            [&] {
              std::string name;
              for (int n = i + 1; n > 0; n = (n - 1) / 26) name.insert(name.begin(), static_cast<char>('A' + (n - 1) % 26));
              return name;
            }() +
            std::to_string(i * 64 + 1) + "'><v>" + std::to_string(i) + "</v></c></row>";
  data += "<row r='99999999999'><c r='ZZZZ99999999'><v>5</v></c></row>";
  for (int i = 0; i < 1000; ++i) merges += "<mergeCell ref='B2:XFD1048576'/>";
  const ParseOutcome outcome = parse(workbook({{"S", data, "", merges + "</mergeCells>"}, {"T", data}}));
  EXPECT_LT(only_document(outcome).text.size(), 400000U);
}

TEST(Xlsx, RefusesTextOutOfNothing) {
  std::string data;
  for (int i = 0; i < 3000; ++i) data += row("<c t='s'><v>0</v></c>");
  Members members = workbook({{"S", data}});
  members.emplace_back("xl/sharedStrings.xml", "<sst><si><t>" + std::string(100000, 'a') + "</t></si></sst>");
  EXPECT_THAT(parse(members).skipped, HasSubstr("more than 64 MB of text in one sheet"));
  Members laughs = workbook({{"S", ""}});
  for (auto& [name, content] : laughs)
    if (name.ends_with("sheet1.xml")) content = "<!DOCTYPE x [<!ENTITY a 'ha'>]><worksheet><sheetData/></worksheet>";
  EXPECT_THAT(parse(laughs).skipped, HasSubstr("has a document type declaration"));
  EXPECT_THAT(parse(workbook({{"S", std::string(0, ' ') +
                                        [] {
                                          std::string deep;
                                          for (int i = 0; i < 100000; ++i) deep += "<a>";
                                          return deep;
                                        }()}}))
                  .skipped,
              HasSubstr("nests deeper than 256 elements"));
}

TEST(Xlsx, ReadsTheTitlesOfChartsAndNotTheirNumbersAgain) {
  Members members = workbook({{"S", row(words("A1", "값"))}});
  members.emplace_back("xl/worksheets/_rels/sheet1.xml.rels", "<Relationships><Relationship Id='d' Type='http://x/drawing' Target='../drawings/drawing1.xml'/></Relationships>");
  members.emplace_back("xl/drawings/drawing1.xml", "<xdr:wsDr/>");
  members.emplace_back("xl/drawings/_rels/drawing1.xml.rels", "<Relationships><Relationship Id='c' Type='http://x/chart' Target='../charts/chart1.xml'/></Relationships>");
  members.emplace_back("xl/charts/chart1.xml", "<c:chartSpace><c:chart><c:title><a:p><a:r><a:t>연도별 추이</a:t></a:r></a:p></c:title><c:plotArea><c:ser><c:val><c:numLit><c:pt idx='0'><c:v>5</c:v></c:pt>"
                                               "</c:numLit></c:val></c:ser></c:plotArea></c:chart></c:chartSpace>");
  EXPECT_EQ(only_document(parse(members)).text, "S\n\n값\n\n연도별 추이");
}

TEST(Xlsx, PutsTextIntoTheFormatOfItsCell) {
  const std::string text = "<c r='A1' s='1' t='inlineStr'><is><t>김철수</t></is></c>";
  EXPECT_EQ(only_document(parse(workbook({{"S", row(text)}}, 200, "@&quot; 귀하&quot;"))).text, "S\n\n김철수 귀하");
}

TEST(Xlsx, NeverCrashesOnACutOrFlippedFile) {
  const std::string whole = make_zip(workbook({{"S", row(words("A1", std::string(2000, 'x')) + cell("B1", "5", "s='1'"))}}, 4));
  test::expect_read_or_refused_when_damaged(whole, "a.xlsx", 7, 0x55);
}

TEST(Xlsx, TakesNoZeroForTheValueOfAFormulaThatWasNeverComputed) {
  const std::string data = row(words("A1", "합계") + "<c r='B1'><f>SUM(B2:B3)</f><v></v></c>" + words("C1", "원")) + row(words("A2", "평균") + "<c r='B2'><f>A9</f><v>0</v></c>" + words("C2", "y")) +
                           row(words("A3", "빈 글") + "<c r='B3' t='str'><f>\"\"</f><v></v></c>" + words("C3", "x"));
  EXPECT_THAT(parse(workbook({{"S", data}})).warnings, ElementsAre(HasSubstr("1 formulas have no saved value")));
  EXPECT_EQ(text_of(data), "S\n\n합계 |  | 원\n평균 | 0 | y\n빈 글 |  | x");
  Members members = workbook({{"S", data}});
  for (auto& [name, content] : members)
    if (name == "xl/workbook.xml") content.insert(content.find("</workbook>"), "<calcPr fullCalcOnLoad='1'/>");
  const ParseOutcome outcome = parse(members);
  EXPECT_EQ(only_document(outcome).text, "S\n\n합계 | 원\n평균 | y\n빈 글 | x");
  EXPECT_THAT(outcome.warnings, ElementsAre(HasSubstr("2 formulas have no saved value")));
}

TEST(Xlsx, ShowsTheTextOfALinkThatWasNeverComputed) {
  const ParseOutcome outcome = parse(workbook({{"S", row(words("A1", "양식") + "<c r='B1'><f>HYPERLINK(\"https://a.kr\",\"신청서\")</f><v/></c>")}}));
  EXPECT_EQ(only_document(outcome).text, "S\n\n양식 | 신청서");
  EXPECT_TRUE(outcome.warnings.empty());
}

}  // namespace
}  // namespace rag
