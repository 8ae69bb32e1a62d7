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
using testing::Not;

Document parse(const std::string& bytes, const std::string& uri) { return only_document(parse_bytes(bytes, uri)); }
std::string reason(const std::string& bytes, const std::string& uri) { return parse_bytes(bytes, uri).skipped; }
std::string text_of(const Document& document, Span span) { return document.text.substr(span.begin, span.size()); }

TEST(PlainText, StandsAsItIs) {
  const Document document = parse("강은 흐른다.\r\n\r\nThe river runs.\n", "notes/river_log.txt");
  EXPECT_EQ(document.text, "강은 흐른다.\n\nThe river runs.\n");
  EXPECT_EQ(document.title, "river log");
  EXPECT_EQ(document.media_type, "text/plain");
  EXPECT_EQ(document.uri, "notes/river_log.txt");
  EXPECT_THAT(document.metadata.at("ext"), ElementsAre("txt"));
}

TEST(PlainText, WarnsOfInvalidUtf8WithTheByte) {
  const ParseOutcome outcome = parse_bytes("강은 흐른다 \xFF 바다로", "a.txt");
  EXPECT_THAT(outcome.warnings, ElementsAre("invalid UTF-8 at byte 17 (1 place), replaced by U+FFFD"));
}

TEST(ParseBytes, SaysWhyThereIsNothing) {
  EXPECT_EQ(reason("", "a.docx"), "empty file (0 bytes)");
  EXPECT_EQ(reason(" \n\n ", "a.txt"), "no letter or digit in it");
  EXPECT_EQ(reason(std::string("\0\1\2\3", 4), "a.txt"), "binary data, not text");
  EXPECT_EQ(reason(std::string("\0\1\2\3", 4), "a"), "binary data, not text");
  EXPECT_EQ(reason("%!PS-Adobe-3.0\n", "a.ps"), "no reader for application/postscript yet; save it as PDF");
  EXPECT_THAT(reason(std::string("\x78\x9F\x3E\x22\0\0", 6), "winmail.dat"), HasSubstr("no reader for application/ms-tnef yet; Outlook's own wrapping"));
  EXPECT_EQ(reason("words", "a.xlsb"), "no reader for application/vnd.ms-excel.sheet.binary.macroenabled.12 yet; save it as XLSX in Excel or LibreOffice");
  EXPECT_THAT(reason("not a zip at all", "a.docx"), HasSubstr("not a readable DOCX file"));
  EXPECT_THAT(reason("only words", "a.pdf"), HasSubstr("not a PDF file"));
}

TEST(ParseBytes, RefusesWhatIsTooLarge) {
  ParseLimits limits;
  limits.max_file_bytes = 1 << 20;
  EXPECT_THAT(parse_bytes(std::string(2 << 20, 'a'), "a.txt", limits).skipped, HasSubstr("larger than 1 MB"));
}

TEST(Markdown, KeepsTheWordsAndDropsTheMarkup) {
  const Document document = parse(
      "# Leave\n\nYou get **15 days** of [leave](https://x.y/z), see `code`.\n\n- one\n- two\n  1. deep\n\n```\nif (a)\n\n  b();\n```\n",
      "a.md");
  EXPECT_EQ(document.text, "Leave\n\nYou get 15 days of leave, see code.\n\n- one\n- two\n  1. deep\n\nif (a)\n\n  b();");
  EXPECT_EQ(document.title, "Leave");
}

TEST(Markdown, SaysWhatIsDoneAndWhichNoteIsMeant) {
  EXPECT_EQ(parse("- [ ] 할 일\n- [x] **한** 일\n- 그냥\n", "a.md").text, "- [ ] 할 일\n- [x] 한 일\n- 그냥");
  EXPECT_EQ(parse("연차[^b]와 병가[^a]\n\n[^a]: 60일\n[^b]: 15일\n", "a.md").text, "연차[1]와 병가[2]\n\n[1] 15일\n\n[2] 60일");
}

TEST(Markdown, FindsHeadingsWhereTheyStand) {
  const Document document = parse("intro\n\n# One {#one}\n\ntext\n\n## Two {/*two*/}\n\nmore\n", "a.md");
  ASSERT_EQ(document.headings.size(), 2U);
  EXPECT_EQ(document.headings[1].text, "Two");
  EXPECT_EQ(document.headings[1].level, 2);
  EXPECT_EQ(document.text.substr(document.headings[1].begin, 3), "Two");
  EXPECT_THAT(heading_path_at(document, document.text.find("more")), ElementsAre("One", "Two"));
}

TEST(Markdown, WritesARowALine) {
  const Document document = parse("| Plan | Cost |\n|---|---|\n| Plus | 100 \\| up |\n| Standard | 50 |\n", "a.md");
  EXPECT_EQ(document.text, "Plan | Cost\nPlus | 100 | up\nStandard | 50");
  ASSERT_EQ(document.tables.size(), 1U);
  EXPECT_EQ(text_of(document, document.tables[0].header), "Plan | Cost");
  EXPECT_EQ(text_of(document, document.tables[0].span), document.text);
}

TEST(Markdown, TakesTitleAndMetadataFromFrontMatter) {
  const Document document =
      parse("---\ntitle: \"Leave policy\"\ndept: hr\ntags: [a, 'b c']\nredirect_from:\n  - /leave/\n---\nText.\n", "a.md");
  EXPECT_EQ(document.title, "Leave policy");
  EXPECT_EQ(document.text, "Text.");
  EXPECT_THAT(document.metadata.at("dept"), ElementsAre("hr"));
  EXPECT_THAT(document.metadata.at("tags"), ElementsAre("a", "b c"));
  EXPECT_THAT(document.metadata.at("redirect_from"), ElementsAre("/leave/"));
  EXPECT_EQ(reason("---\ntitle: moved\n---\n", "a.md"), "no text besides its front matter");
}

TEST(Markdown, DropsTagsAndScriptsOfInnerHtml) {
  const Document document = parse(
      "<div class=\"x\">kept</div>\n\n<script>alert(1)</script>\n\na <b>bold</b> word, {% page 'x' %}but `{% this %}` stays\n", "a.md");
  EXPECT_EQ(document.text, "kept\n\na bold word, but {% this %} stays");
}

TEST(Markdown, TakesLinearTimeForALineOfTemplateTags) {
  std::string line = "words ";
  for (int i = 0; i < 200000; ++i) line += "{% x %}";
  const std::clock_t start = std::clock();
  EXPECT_EQ(parse(line + "`{% y %}`", "a.md").text, "words {% y %}");
  EXPECT_LT(std::chrono::seconds((std::clock() - start) / CLOCKS_PER_SEC), test::patience(std::chrono::seconds(4)));
}

TEST(Html, KeepsWhatAReaderReads) {
  const Document document = parse(
      "<html><head><title>Plan &amp; cost</title><meta name=author content='Kim'><style>p{}</style></head><body><nav>menu</nav>"
      "<h1>Plans</h1><p>First\n  paragraph<br>second line</p><script>x()</script><ul><li>a<li>b<ul><li>c</ul></ul>"
      "<p hidden>gone</p><p style='display: none'>gone</p><pre>  x = 1\n  y = 2</pre></body></html>",
      "a.html");
  EXPECT_EQ(document.title, "Plan & cost");
  EXPECT_EQ(document.text, "Plans\n\nFirst paragraph\nsecond line\n\n- a\n- b\n  - c\n\n  x = 1\n  y = 2");
  EXPECT_THAT(document.metadata.at("author"), ElementsAre("Kim"));
  ASSERT_EQ(document.headings.size(), 1U);
}

TEST(Html, TellsTablesFromBoxes) {
  const Document data = parse("<table><tr><th>Plan<th>Cost<tr><td>Plus<td>100</table>", "a.html");
  EXPECT_EQ(data.text, "Plan | Cost\nPlus | 100");
  ASSERT_EQ(data.tables.size(), 1U);
  EXPECT_EQ(text_of(data, data.tables[0].header), "Plan | Cost");
  const Document box = parse("<table><tr><td><h1>Big</h1><p>text</p></td></tr></table>", "a.html");
  EXPECT_TRUE(box.tables.empty());
  EXPECT_EQ(box.headings.size(), 1U);
}

TEST(Html, ReadsADeclaredKoreanCharset) {
  const std::string page =
      "<html><head><meta charset=\"euc-kr\"><title>휴가</title></head><body><p>연차 휴가는 열닷새입니다.</p></body></html>";
  const Document document = parse(test::encode(page, "EUC-KR"), "a.html");
  EXPECT_EQ(document.title, "휴가");
  EXPECT_EQ(document.text, "연차 휴가는 열닷새입니다.");
  EXPECT_THAT(document.metadata.at("charset"), ElementsAre("EUC-KR"));
}

TEST(Html, SurvivesAnyDepthOfNesting) {
  std::string page;
  for (int i = 0; i < 20000; ++i) page += "<div>";
  EXPECT_EQ(parse(page + "deep", "a.html").text, "deep");
}

TEST(Csv, FindsDelimiterQuotesAndHeader) {
  const Document document = parse("name;note\n\"Kim; Lee\";\"says \"\"hi\"\"\nand goes\"\nPark;\n", "a.csv");
  EXPECT_EQ(document.text, "name | note\nKim; Lee | says \"hi\" and goes\nPark |");
  ASSERT_EQ(document.tables.size(), 1U);
  EXPECT_EQ(text_of(document, document.tables[0].header), "name | note");
}

TEST(Csv, HasNoHeaderWhereTheFirstRowIsData) {
  EXPECT_TRUE(parse("1,2\n3,4\n", "a.csv").tables.at(0).header.empty());
  EXPECT_TRUE(parse("a,a\nb,c\n", "a.csv").tables.at(0).header.empty());
}

TEST(Csv, TakesALoneTitleRowForACaption) {
  const Document document = parse("Stanley Cups,,\nTeam,City,Cups\nBlues,STL,1\nFlyers,PHI,2\n", "a.csv");
  EXPECT_EQ(document.text, "Stanley Cups\n\nTeam | City | Cups\nBlues | STL | 1\nFlyers | PHI | 2");
  EXPECT_EQ(text_of(document, document.tables.at(0).header), "Team | City | Cups");
}

TEST(SourceCode, StandsAsItIs) {
  const Document document = parse("def f():\n    return '강'\n", "src/f.py");
  EXPECT_EQ(document.media_type, "text/x-python");
  EXPECT_THAT(document.text, HasSubstr("\n    return"));
}

TEST(SourceCode, WritesTheCharactersThatEscapesOfYamlAndPropertiesName) {
  EXPECT_EQ(parse("\"\\uC5F0\\uCC28\": 15\n", "a.yaml").text, "\"연차\": 15\n");
  EXPECT_EQ(parse("leave=\\uC5F0\\uCC28 15\\uC77C\n", "messages_ko.properties").text, "leave=연차 15일\n");
  EXPECT_EQ(parse("s = \"\\uC5F0\"\n", "a.py").text, "s = \"\\uC5F0\"\n") << "code is quoted as it stands";
}

TEST(Csv, LeavesOutTheLineThatTellsExcelTheDelimiter) {
  EXPECT_EQ(parse("sep=;\r\n이름;급여\r\n김;1,5\r\n", "a.csv").text, "이름 | 급여\n김 | 1,5");
}

TEST(Csv, IsFoundBehindTheNamesOfOfficeFiles) {
  const Document document = parse(test::encode("이름\t급여\n김\t100\n", "UTF-16"), "급여대장.xls");
  EXPECT_EQ(document.text, "이름 | 급여\n김 | 100");
  EXPECT_EQ(document.media_type, "text/csv");
  EXPECT_EQ(parse(test::encode("이름,급여\n김,100\n", "CP949"), "report.xlsx").text, "이름 | 급여\n김 | 100");
  EXPECT_EQ(parse(test::encode("연차는 15일이다.\n", "CP949"), "규정.doc").text, "연차는 15일이다.\n");
}

TEST(Html, WritesMathAsOneTypesIt) {
  EXPECT_EQ(parse("<p>식 <math><semantics><mrow><mi>x</mi><mo>=</mo><mfrac><mrow><mi>a</mi><mo>+</mo><mn>1</mn></mrow><mn>2</mn></mfrac></mrow>"
                  "<annotation encoding='application/x-tex'>\\frac{a+1}{2}</annotation></semantics></math> 끝"
                  "<p><math><msup><mi>y</mi><mn>10</mn></msup><mo>+</mo><msqrt><mi>z</mi><mo>-</mo><mn>1</mn></msqrt></math>"
                  "<table><tr><th>이름<th>값</tr><tr><td>저항<td><math><mfrac><mi>V</mi><mi>I</mi></mfrac></math></tr></table>",
                  "a.html")
                .text,
            "식 x=(a+1)/2 끝\n\ny^10+√(z-1)\n\n이름 | 값\n저항 | V/I");
  EXPECT_EQ(parse("<p>a<math>b</math>", "a.html").text, "ab");
}

TEST(Html, KeepsTheWordsAroundAnElementWithinWordsOfMath) {
  EXPECT_EQ(parse("<p><math><mi>S</mi><mo>=</mo><mtext>all <a href='x'>days</a> of leave</mtext></math>", "a.html").text, "S=all days of leave");
}

TEST(Html, FindsADeclarationBehindPagesOfScript) {
  const std::string script = "<script>" + std::string(9000, 'x') + "</script>";
  EXPECT_EQ(parse("<html>" + script + "<meta charset=windows-1251><p>" + test::encode("Отпуск составляет пятнадцать дней", "WINDOWS-1251"), "a.html").text,
            "Отпуск составляет пятнадцать дней");
}

}  // namespace
}  // namespace rag
