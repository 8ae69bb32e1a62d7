#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.h"

namespace rag {
namespace {

using test::make_zip;
using test::only_document;
using testing::ElementsAre;
using testing::HasSubstr;

// An OpenDocument file of this kind ("text", "spreadsheet", "presentation") with this body and automatic styles.
std::string odf(const std::string& kind, const std::string& body, const std::string& styles = "",
                std::vector<std::pair<std::string, std::string>> more = {}) {
  more.insert(more.begin(), {"mimetype", "application/vnd.oasis.opendocument." + kind});
  more.emplace_back("content.xml", "<office:document-content><office:automatic-styles>" + styles +
                                       "</office:automatic-styles><office:body><office:" + kind + ">" + body + "</office:" + kind +
                                       "></office:body></office:document-content>");
  return make_zip(more);
}
std::string p(const std::string& text, const std::string& attributes = "") { return "<text:p " + attributes + ">" + text + "</text:p>"; }
std::string text_of(const std::string& body, const std::string& styles = "") {
  return only_document(parse_bytes(odf("text", body, styles), "a.odt")).text;
}
std::string cell(const std::string& text, const std::string& attributes = "") {
  return "<table:table-cell " + attributes + ">" + (text.empty() ? "" : p(text)) + "</table:table-cell>";
}
std::string row(const std::string& cells, const std::string& attributes = "") {
  return "<table:table-row " + attributes + ">" + cells + "</table:table-row>";
}

TEST(Odt, ReadsHeadingsParagraphsAndProperties) {
  const std::string styles = "<style:style style:name='P1' style:parent-style-name='Title'/>";
  const std::string meta =
      "<office:document-meta><office:meta><meta:initial-creator>Kim</meta:initial-creator><dc:creator>Lee</dc:creator>"
      "<meta:keyword>a</meta:keyword><meta:keyword>b</meta:keyword></office:meta></office:document-meta>";
  const Document document =
      only_document(parse_bytes(odf("text",
                                    p("출장 규정", "text:style-name='P1'") + "<text:h text:outline-level='2'>비용</text:h>" +
                                        p("강은\n   <text:span>흐른다.</text:span><text:s text:c='2'/>끝"),
                                    styles, {{"meta.xml", meta}}),
                                "a.odt"));
  EXPECT_EQ(document.text, "출장 규정\n\n비용\n\n강은 흐른다.  끝");
  EXPECT_EQ(document.title, "출장 규정");
  EXPECT_THAT(document.metadata.at("author"), ElementsAre("Kim"));
  EXPECT_THAT(document.metadata.at("keywords"), ElementsAre("a", "b"));
  EXPECT_THAT(heading_path_at(document, document.text.find("강은")), ElementsAre("출장 규정", "비용"));
}

TEST(Odt, NumbersListsAndMarksBullets) {
  const std::string styles =
      "<text:list-style style:name='L'><text:list-level-style-number text:level='1' style:num-format='i'/><text:list-level-style-bullet "
      "text:level='2'/></text:list-style>";
  const auto item = [](const std::string& content) { return "<text:list-item>" + content + "</text:list-item>"; };
  EXPECT_EQ(text_of("<text:list text:style-name='L'>" + item(p("one") + "<text:list>" + item(p("deep")) + "</text:list>") + item(p("two")) +
                        "</text:list>",
                    styles),
            "i. one\n  - deep\nii. two");
}

TEST(Odt, ReadsTablesNotesAndBoxes) {
  const std::string note = "<text:note text:note-class='footnote'><text:note-citation>1</text:note-citation><text:note-body>" +
                           p("the note") + "</text:note-body></text:note>";
  const std::string box = "<draw:frame><draw:text-box>" + p("boxed") + "</draw:text-box></draw:frame>";
  const std::string table = "<table:table><table:table-header-rows>" + row(cell("Plan") + cell("2024")) + "</table:table-header-rows>" +
                            row(cell("Plus") + cell("100")) + "</table:table>";
  const Document document = only_document(parse_bytes(odf("text", p("Body" + note + box) + table), "a.odt"));
  EXPECT_EQ(document.text, "Body[1]\n\nboxed\n\nPlan | 2024\nPlus | 100\n\n[1] the note");
  ASSERT_EQ(document.tables.size(), 1U);
  EXPECT_GT(document.tables[0].header.size(), 0U);
}

TEST(Odt, LeavesOutDeletionsAnnotationsAndTablesOfContents) {
  EXPECT_EQ(
      text_of("<text:tracked-changes><text:changed-region><text:deletion>" + p("gone") +
              "</text:deletion></text:changed-region></text:tracked-changes>"
              "<text:table-of-content><text:index-body>" +
              p("Heading 5") + "</text:index-body></text:table-of-content>" +
              p("kept<office:annotation>" + p("a remark") +
                "</office:annotation><text:ruby><text:ruby-base>漢</text:ruby-base><text:ruby-text>かん</text:ruby-text></text:ruby>")),
      "kept漢");
}

TEST(Odt, KeepsCodeTogether) {
  EXPECT_EQ(text_of(p("if x:", "text:style-name='C'") + p("<text:s text:c='2'/>y", "text:style-name='C'") + p("words"),
                    "<style:style style:name='C' style:parent-style-name='Preformatted_20_Text'/>"),
            "if x:\n  y\n\nwords");
}

TEST(Ods, ReadsSheetsAsSectionsWithCellsAsShown) {
  const std::string styles = "<style:style style:name='ta2'><style:table-properties table:display='false'/></style:style>";
  const std::string sheets = "<table:table table:name='급여'>" + row(cell("이름") + cell("금액")) +
                             row(cell("김") + cell("₩1,500,000", "office:value='1500000'")) +
                             "</table:table><table:table table:name='Old' table:style-name='ta2'>" +
                             row(cell("x") + cell("", "office:value='7'")) + "</table:table>";
  const Document document = only_document(parse_bytes(odf("spreadsheet", sheets, styles), "a.ods"));
  EXPECT_EQ(document.text, "급여\n\n이름 | 금액\n김 | ₩1,500,000\n\nOld\n\n[hidden sheet]\n\nx | 7");
  EXPECT_GT(document.tables[0].header.size(), 0U);
}

TEST(Ods, PaysForFilledCellsOnly) {
  const std::string empty = row(cell("", "table:number-columns-repeated='16384'"), "table:number-rows-repeated='1048573'");
  const std::string merged =
      row(cell("one", "table:number-columns-spanned='2'") + "<table:covered-table-cell>" + p("hidden") + "</table:covered-table-cell>");
  const Document sparse = only_document(parse_bytes(odf("spreadsheet", "<table:table>" + row(cell("a") + cell("b")) + empty +
                                                                           row(cell("c") + cell("d")) + empty + merged + "</table:table>"),
                                                    "a.ods"));
  EXPECT_EQ(sparse.text, "a | b\n\nc | d\n\none");
  const ParseOutcome lying = parse_bytes(
      odf("spreadsheet", "<table:table>" + row(cell("x", "table:number-columns-repeated='16384'"), "table:number-rows-repeated='1048576'") +
                             "</table:table>"),
      "a.ods");
  EXPECT_LT(only_document(lying).text.size(), 20000000U);
  EXPECT_THAT(lying.warnings, ElementsAre(HasSubstr("copies of repeated cells and rows are left out")));
}

TEST(Odp, ReadsSlidesWithNotes) {
  const std::string styles =
      "<style:style style:name='dp2'><style:drawing-page-properties presentation:visibility='hidden'/></style:style>";
  const auto frame = [](const std::string& kind, const std::string& content) {
    return "<draw:frame presentation:class='" + kind + "'><draw:text-box>" + content + "</draw:text-box></draw:frame>";
  };
  const std::string pages = "<draw:page draw:style-name='dp1'>" + frame("title", p("첫 장")) + "<draw:g>" + frame("", p("grouped")) +
                            "</draw:g><draw:custom-shape>" + p("shape") + "</draw:custom-shape>" + frame("page-number", p("1")) +
                            "<presentation:notes>" + frame("notes", p("say it")) + "</presentation:notes></draw:page>" +
                            "<draw:page draw:style-name='dp2'>" +
                            frame("outline", "<text:list><text:list-item>" + p("point") + "</text:list-item></text:list>") + "</draw:page>";
  const Document document = only_document(parse_bytes(odf("presentation", pages, styles), "a.odp"));
  EXPECT_EQ(document.text, "첫 장\n\ngrouped\n\nshape\n\n[notes] say it\n\nSlide 2\n\n[hidden slide]\n\n- point");
  EXPECT_EQ(page_at(document, document.text.find("point")), 2);
  EXPECT_EQ(document.title, "첫 장");
}

// A chart with these rows of its own, the first one the header; without, its numbers stand in somebody else's cells.
std::string chart(const std::string& rows) {
  const auto title = [](const std::string& name, const std::string& text) { return "<chart:" + name + ">" + p(text) + "</chart:" + name + ">"; };
  return "<office:document-content><office:body><office:chart><chart:chart>" + title("title", "매출") + title("subtitle", "in million") + "<chart:plot-area><chart:axis>" +
         title("title", "분기") + "</chart:axis></chart:plot-area>" + (rows.empty() ? "" : "<table:table table:name='local-table'>" + rows + "</table:table>") +
         "</chart:chart></office:chart></office:body></office:document-content>";
}
const std::string kChartRows = "<table:table-header-rows>" + row(cell("") + cell("2024")) + "</table:table-header-rows><table:table-rows>" + row(cell("1분기") + cell("9.1", "office:value='9.1'")) +
                               row(cell("2분기") + cell("NaN", "office:value='NaN'")) + row(cell("3분기") + cell("", "office:value='7'")) + "</table:table-rows>";
const std::string kObject = "<draw:frame><draw:object xlink:href='./Object%201'/><draw:image xlink:href='./ObjectReplacements/Object 1'/></draw:frame>";
const char* const kChartText = "매출\n\nin million\n\n분기\n\n| 2024\n1분기 | 9.1\n2분기\n3분기 | 7";

TEST(OdfCharts, GiveTheirTitlesCategoriesAndValues) {
  const Document text = only_document(parse_bytes(odf("text", p("Before" + kObject) + p("After"), "", {{"Object 1/content.xml", chart(kChartRows)}}), "a.odt"));
  EXPECT_EQ(text.text, std::string("Before\n\n") + kChartText + "\n\nAfter");
  ASSERT_EQ(text.tables.size(), 1U);
  EXPECT_EQ(text.text.substr(text.tables[0].header.begin, text.tables[0].header.size()), "| 2024");
  const Document slide = only_document(parse_bytes(odf("presentation", "<draw:page>" + kObject + "</draw:page>", "", {{"Object 1/content.xml", chart(kChartRows)}}), "a.odp"));
  EXPECT_THAT(slide.text, HasSubstr("1분기 | 9.1"));
  const std::string in_a_cell = "<table:table>" + row(cell("a") + "<table:table-cell>" + p(kObject) + "</table:table-cell>") + "</table:table>";
  EXPECT_THAT(only_document(parse_bytes(odf("text", in_a_cell, "", {{"Object 1/content.xml", chart(kChartRows)}}), "a.odt")).text, HasSubstr("a | 매출 in million 분기"));
}

TEST(OdfCharts, OfASheetGiveTheirTitlesSinceItsCellsHaveTheNumbers) {
  const std::string sheet = "<table:table table:name='급여'><table:shapes>" + kObject + "</table:shapes>" + row(cell("a") + cell("1")) + "</table:table>";
  EXPECT_EQ(only_document(parse_bytes(odf("spreadsheet", sheet, "", {{"Object 1/content.xml", chart(kChartRows)}}), "a.ods")).text, "급여\n\na | 1\n\n매출\n\nin million\n\n분기");
}

TEST(OdfCharts, AreReadInTheFlatForm) {
  const std::string inside = chart(kChartRows), body = p("<draw:frame><draw:object>" + inside + "</draw:object></draw:frame>");
  const std::string flat = "<office:document office:mimetype=\"application/vnd.oasis.opendocument.text\"><office:body><office:text>" + body + "</office:text></office:body></office:document>";
  EXPECT_EQ(only_document(parse_bytes(flat, "a.fodt")).text, kChartText);
}

TEST(OdfCharts, ThatCannotBeReadCostOnlyThemselves) {
  const auto read = [](const std::string& body, std::vector<std::pair<std::string, std::string>> more) { return parse_bytes(odf("text", p("words") + p(body), "", std::move(more)), "a.odt"); };
  EXPECT_EQ(only_document(read(kObject, {})).text, "words") << "an object that is not in the file";
  EXPECT_EQ(only_document(read(kObject, {{"Object 1/content.xml", "<math:math/>"}})).text, "words") << "of another kind";
  EXPECT_EQ(only_document(read("<draw:object xlink:href='https://example.com/x'/><draw:object xlink:href='../../etc'/><draw:object/>", {})).text, "words");
  const ParseOutcome cut = read(kObject, {{"Object 1/content.xml", "<office:document-content><office:bo"}});
  EXPECT_EQ(only_document(cut).text, "words");
  EXPECT_THAT(cut.warnings, ElementsAre("the object Object 1 is damaged and left out"));
  std::string deep;
  for (int i = 0; i < 300; ++i) deep += "<a>";
  for (int i = 0; i < 300; ++i) deep += "</a>";
  EXPECT_THAT(read(kObject, {{"Object 1/content.xml", deep}}).warnings, ElementsAre(HasSubstr("the object Object 1 is left out: XML nested deeper than 256")));
  const ParseOutcome bomb = read(kObject, {{"Object 1/content.xml", std::string(50 << 20, ' ')}});
  EXPECT_EQ(only_document(bomb).text, "words");
  EXPECT_THAT(bomb.warnings, ElementsAre(HasSubstr("charts are left out: ")));
  std::string many;
  for (int i = 0; i < 500; ++i) many += kObject;
  EXPECT_EQ(only_document(read(many, {{"Object 1/content.xml", chart(kChartRows)}})).text, std::string("words\n\n") + kChartText) << "each once";
}

TEST(Odf, ReadsTheFlatForm) {
  const std::string flat =
      "<?xml version='1.0'?><office:document "
      "office:mimetype=\"application/vnd.oasis.opendocument.text\"><office:meta><dc:title>규정</dc:title>"
      "</office:meta><office:body><office:text><text:p>words</text:p></office:text></office:body></office:document>";
  const Document document = only_document(parse_bytes(flat, "a"));
  EXPECT_EQ(document.text, "words");
  EXPECT_EQ(document.title, "규정");
  EXPECT_THAT(parse_bytes(flat.substr(0, flat.size() - 9), "a.fodt").skipped, HasSubstr("damaged ODT: the file is not XML at byte"));
}

TEST(Odf, GivesAReasonForEveryDamage) {
  const auto reason = [](const std::string& bytes) { return parse_bytes(bytes, "a.odt").skipped; };
  const std::string type = "application/vnd.oasis.opendocument.text";
  EXPECT_EQ(reason("words"), "not a readable ODT file: it is no zip");
  EXPECT_EQ(reason(make_zip({{"mimetype", type}})), "damaged ODT: no content.xml in it");
  EXPECT_THAT(reason(make_zip({{"mimetype", type}, {"content.xml", "<a>"}})), HasSubstr("damaged ODT: content.xml is not XML at byte"));
  EXPECT_EQ(reason(make_zip({{"mimetype", type}, {"content.xml", "<a/>"}})), "damaged ODT: no <office:text> in it");
  EXPECT_EQ(reason(odf("text", "", "", {{"META-INF/manifest.xml", "<m><manifest:encryption-data/></m>"}})),
            "encrypted; save it without a password");
  EXPECT_EQ(reason(odf("text", "<text:p/>")), "an ODT without text");
}

TEST(Odf, RefusesNestingWithoutEnd) {
  for (const auto& [open, close] :
       {std::pair<std::string, std::string>{"<text:section>", "</text:section>"},
        {"<text:list><text:list-item>", "</text:list-item></text:list>"},
        {"<table:table><table:table-row><table:table-cell>", "</table:table-cell></table:table-row></table:table>"},
        {"<text:p><text:span>", "</text:span></text:p>"}}) {
    std::string body;
    for (int i = 0; i < 300; ++i) body += open;
    body += p("deep");
    for (int i = 0; i < 300; ++i) body += close;
    EXPECT_EQ(parse_bytes(odf("text", body), "a.odt").skipped, "XML nested deeper than 256 elements") << open;
  }
}

TEST(Odf, SurvivesStylesInACircle) {
  const std::string styles =
      "<style:style style:name='A' style:parent-style-name='B'/><style:style style:name='B' style:parent-style-name='A'/>";
  EXPECT_EQ(text_of(p("top", "text:style-name='A'"), styles), "top");
}

TEST(Odf, NeverCrashesOnACutOrFlippedFile) {
  const std::string whole = odf("text", p(std::string(3000, 'x')) + "<table:table>" + row(cell("a") + cell("b")) + "</table:table>");
  test::expect_read_or_refused_when_damaged(whole, "a.odt", 7, 0x55);
}

}  // namespace
}  // namespace rag
