#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compound_file_builder.h"
#include "support.h"

namespace rag {
namespace {

using test::make_docx;
using test::only_document;
using testing::ElementsAre;
using testing::HasSubstr;

std::string p(const std::string& text, const std::string& properties = "") {
  return "<w:p><w:pPr>" + properties + "</w:pPr><w:r><w:t>" + text + "</w:t></w:r></w:p>";
}

std::string reason(const std::string& bytes) { return parse_bytes(bytes, "a.docx").skipped; }

const std::pair<std::string, std::string> kStyles{
    "word/styles.xml",
    "<w:styles><w:style w:styleId='1'><w:name w:val='heading 1'/></w:style><w:style w:styleId='Mine'><w:name w:val='Mine'/><w:basedOn "
    "w:val='2'/></w:style>"
    "<w:style w:styleId='2'><w:name w:val='heading 2'/><w:basedOn w:val='Mine'/></w:style></w:styles>"};

TEST(Docx, ReadsParagraphsHeadingsAndProperties) {
  const std::string core = "<cp:coreProperties><dc:title>Travel policy</dc:title><dc:creator>Kim</dc:creator></cp:coreProperties>";
  const Document document = only_document(parse_bytes(
      make_docx(p("출장", "<w:pStyle w:val='1'/>") + p("강은 흐른다.") + p("Costs", "<w:pStyle w:val='Mine'/>") + p("Up to 100."),
                {kStyles, {"docProps/core.xml", core}}),
      "a.docx"));
  EXPECT_EQ(document.text, "출장\n\n강은 흐른다.\n\nCosts\n\nUp to 100.");
  EXPECT_EQ(document.title, "Travel policy");
  EXPECT_THAT(document.metadata.at("author"), ElementsAre("Kim"));
  EXPECT_THAT(heading_path_at(document, document.text.find("Up to")), ElementsAre("출장", "Costs"));
}

TEST(Docx, NumbersListsAndMarksBullets) {
  const std::string numbering =
      "<w:numbering><w:abstractNum w:abstractNumId='5'><w:lvl w:ilvl='0'><w:numFmt w:val='decimal'/></w:lvl><w:lvl w:ilvl='1'><w:numFmt "
      "w:val='bullet'/></w:lvl>"
      "</w:abstractNum><w:num w:numId='3'><w:abstractNumId w:val='5'/></w:num></w:numbering>";
  const auto item = [](const std::string& text, int level) {
    return p(text, "<w:numPr><w:ilvl w:val='" + std::to_string(level) + "'/><w:numId w:val='3'/></w:numPr>");
  };
  const Document document = only_document(
      parse_bytes(make_docx(item("one", 0) + item("deep", 1) + item("two", 0), {{"word/numbering.xml", numbering}}), "a.docx"));
  EXPECT_EQ(document.text, "1. one\n  - deep\n2. two");
}

TEST(Docx, KeepsTheCellsOfATableInACellApart) {
  const auto cell = [](const std::string& inside) { return "<w:tc>" + inside + "</w:tc>"; };
  const std::string inner = "<w:tbl><w:tr>" + cell(p("e")) + cell(p("f")) + "</w:tr><w:tr>" + cell(p("g")) + cell(p("h")) + "</w:tr></w:tbl>";
  const Document document = only_document(parse_bytes(make_docx("<w:tbl><w:tr>" + cell(p("d")) + cell(inner) + "</w:tr></w:tbl>"), "a.docx"));
  EXPECT_EQ(document.text, "d | e f g h");
}

TEST(Docx, NumbersNotesInTheOrderOfTheirMarksAsWordDoes) {
  const auto mark = [](const std::string& id) { return "<w:r><w:footnoteReference w:id='" + id + "'/></w:r>"; };
  const auto note = [](const std::string& id, const std::string& text) { return "<w:footnote w:id='" + id + "'>" + p(text) + "</w:footnote>"; };
  const std::string notes = "<w:footnotes>" + note("3", "첫째") + note("5", "nothing refers to it") + note("7", "둘째") + "</w:footnotes>";
  EXPECT_EQ(only_document(parse_bytes(make_docx("<w:p><w:r><w:t>가</w:t></w:r>" + mark("7") + "<w:r><w:t> 나</w:t></w:r>" + mark("3") + "</w:p>", {{"word/footnotes.xml", notes}}), "a.docx")).text,
            "가[1] 나[2]\n\n[1] 둘째\n\n[2] 첫째");
}

std::string math(const std::string& inside) { return "<w:p><m:oMathPara><m:oMath>" + inside + "</m:oMath></m:oMathPara></w:p>"; }
std::string mr(const std::string& text) { return "<m:r><w:rPr/><m:t>" + text + "</m:t></m:r>"; }
std::string m(const std::string& name, const std::string& inside) { return "<m:" + name + ">" + inside + "</m:" + name + ">"; }

TEST(Docx, WritesEquationsAsOneTypesThem) {
  const auto read = [](const std::string& inside) { return only_document(parse_bytes(make_docx(p("x") + math(inside)), "a.docx")).text.substr(3); };
  const auto fraction = [](const std::string& over, const std::string& under) { return m("f", "<m:fPr/>" + m("num", over) + m("den", under)); };
  EXPECT_EQ(read(fraction(mr("a"), mr("λ")) + mr("=") + fraction(mr("m"), mr("sin\u2061") + mr("θ"))), "a/λ=m/(sin θ)");
  EXPECT_EQ(read(mr("2.2×") + m("sSup", m("e", mr("10")) + m("sup", mr("-6"))) + mr(" mm")), "2.2×10^-6 mm");
  EXPECT_EQ(read(m("rad", m("deg", "") + m("e", m("sSup", m("e", mr("x")) + m("sup", mr("2"))) + mr("+1")))), "√(x^2+1)");
  EXPECT_EQ(read(m("nary", "<m:naryPr><m:chr m:val='∑'/></m:naryPr>" + m("sub", mr("i=1")) + m("sup", mr("n")) + m("e", m("sSub", m("e", mr("x")) + m("sub", mr("i")))))),
            "∑_(i=1)^n x_i");
  EXPECT_EQ(read(m("d", "<m:dPr><m:begChr m:val='['/><m:endChr m:val=']'/></m:dPr>" + m("e", mr("a+b")))), "[a+b]");
  EXPECT_EQ(read(m("m", m("mr", m("e", mr("1")) + m("e", mr("0"))) + m("mr", m("e", mr("0")) + m("e", mr("1"))))), "[1, 0; 0, 1]");
  EXPECT_EQ(read(mr("속도=") + fraction(mr("거리"), mr("시간"))), "속도=(거리)/(시간)");
}

TEST(Docx, ReadsChartsAndDiagrams) {
  const auto drawing = [](const std::string& inside) { return "<w:p><w:r><w:drawing><wp:inline><a:graphic><a:graphicData>" + inside + "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"; };
  const auto points = [](const std::string& first, const std::string& second) {
    return "<c:strRef><c:strCache><c:pt idx='0'><c:v>" + first + "</c:v></c:pt><c:pt idx='1'><c:v>" + second + "</c:v></c:pt></c:strCache></c:strRef>";
  };
  const std::string title = "<c:title><c:tx><c:rich><a:p><a:r><a:t>분기별 매출</a:t></a:r></a:p></c:rich></c:tx></c:title>";
  const std::string chart = "<c:chartSpace><c:chart>" + title + "<c:plotArea><c:ser><c:tx><c:v>매출</c:v></c:tx><c:cat>" + points("Q1", "Q2") + "</c:cat><c:val>" + points("10", "12") +
                            "</c:val></c:ser></c:plotArea></c:chart></c:chartSpace>";
  const Document document = only_document(parse_bytes(
      make_docx(p("before") + drawing("<c:chart r:id='r1'/>") + drawing("<c:chart r:id='r1'/>") + drawing("<dgm:relIds r:dm='r2'/>") + p("after"),
                {{"word/_rels/document.xml.rels", "<Relationships><Relationship Id='r1' Type='http://x/chart' Target='charts/chart1.xml'/>"
                                                  "<Relationship Id='r2' Type='http://x/diagramData' Target='diagrams/data1.xml'/></Relationships>"},
                 {"word/charts/chart1.xml", chart},
                 {"word/diagrams/data1.xml", "<dgm:dataModel><dgm:ptLst><dgm:pt><dgm:t><a:p><a:r><a:t>Plan</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:ptLst></dgm:dataModel>"}}),
      "a.docx"));
  EXPECT_THAT(document.text, testing::StartsWith("before\n\n분기별 매출\n\n"));
  EXPECT_THAT(document.text, HasSubstr("\nQ1 | 10\nQ2 | 12\n\n- Plan\n\nafter")) << "each part once";
}

TEST(Docx, WritesARowALineWithTheHeader) {
  const auto row = [](const std::string& a, const std::string& b) {
    return "<w:tr><w:tc>" + p(a) + "</w:tc><w:tc>" + p(b) + "</w:tc></w:tr>";
  };
  const Document document = only_document(
      parse_bytes(make_docx(p("before") + "<w:tbl>" + row("Plan", "Cost") + row("Plus", "100") + "</w:tbl>" + p("after")), "a.docx"));
  EXPECT_EQ(document.text, "before\n\nPlan | Cost\nPlus | 100\n\nafter");
  ASSERT_EQ(document.tables.size(), 1U);
  EXPECT_EQ(document.text.substr(document.tables[0].header.begin, document.tables[0].header.size()), "Plan | Cost");
}

TEST(Docx, LeavesOutDeletionsAndKeepsInsertions) {
  const std::string body =
      "<w:p><w:r><w:t>Ten</w:t></w:r><w:del><w:r><w:delText>five</w:delText></w:r></w:del><w:ins><w:r><w:t> days</w:t></w:r></w:ins></w:p>";
  EXPECT_EQ(only_document(parse_bytes(make_docx(body), "a.docx")).text, "Ten days");
}

TEST(Docx, ReadsATextBoxOnceAndNotesAtTheEnd) {
  const std::string box = "<w:txbxContent>" + p("boxed") + "</w:txbxContent>";
  const std::string body =
      "<w:p><w:r><w:t>Body</w:t></w:r><w:r><w:footnoteReference w:id='2'/></w:r><w:r><mc:AlternateContent><mc:Choice>" + box +
      "</mc:Choice><mc:Fallback>" + box + "</mc:Fallback></mc:AlternateContent></w:r></w:p>";
  const std::string notes = "<w:footnotes><w:footnote w:type='separator' w:id='0'>" + p("-") + "</w:footnote><w:footnote w:id='2'>" +
                            p("the note") + "</w:footnote></w:footnotes>";
  EXPECT_EQ(only_document(parse_bytes(make_docx(body, {{"word/footnotes.xml", notes}}), "a.docx")).text,
            "Body[1]\n\nboxed\n\n[1] the note");
}

TEST(Docx, GivesAReasonForEveryDamage) {
  EXPECT_EQ(reason(""), "empty file (0 bytes)");
  EXPECT_THAT(reason("PK\x03\x04 and then nothing"), HasSubstr("zip"));
  EXPECT_THAT(reason(test::make_zip({{"[Content_Types].xml", "x"}, {"word/other.xml", "x"}})), HasSubstr("no word/document.xml"));
  EXPECT_THAT(reason(test::make_zip({{"[Content_Types].xml", "x"}, {"word/document.xml", "<w:document><w:body>"}})),
              HasSubstr("word/document.xml is not XML at byte"));
  EXPECT_EQ(reason(make_docx("<w:p/>")), "a DOCX without text");
}

TEST(Docx, NeverCrashesOnATruncatedFile) {
  const std::string whole = make_docx(p(std::string(5000, 'x') + " end"), {kStyles});
  for (std::size_t size = 0; size < whole.size(); size += 7) {
    const ParseOutcome outcome = parse_bytes(whole.substr(0, size), "a.docx");
    EXPECT_TRUE(!outcome.skipped.empty() || outcome.documents.size() == 1) << size;
  }
}

TEST(Docx, RefusesTwoMembersOfOneName) {
  const std::string whole = make_docx(p("one"), {{"word/document.xml", "<w:document/>"}});
  EXPECT_THAT(reason(whole), HasSubstr("two members are called word/document.xml"));
}

TEST(Docx, RefusesMoreMembersThanAnyDocumentHas) {
  std::vector<std::pair<std::string, std::string>> more;
  for (int i = 0; i < 10001; ++i) more.emplace_back("word/p" + std::to_string(i) + ".xml", "<a/>");
  EXPECT_THAT(reason(make_docx(p("one"), more)), HasSubstr("more than 10000 members"));
}

TEST(Docx, RefusesXmlThatNestsBeyondReason) {
  std::string body;
  for (int i = 0; i < 300; ++i) body += "<w:sdt><w:sdtContent>";
  body += p("deepest");
  for (int i = 0; i < 300; ++i) body += "</w:sdtContent></w:sdt>";
  EXPECT_THAT(reason(make_docx(body)), HasSubstr("XML nested deeper than 256 elements"));
}

TEST(Docx, LosesNothingThatNestsWithinReason) {
  std::string body;
  for (int i = 0; i < 120; ++i) body += "<w:sdt><w:sdtContent>";
  body += p("deepest");
  for (int i = 0; i < 120; ++i) body += "</w:sdtContent></w:sdt>";
  EXPECT_EQ(only_document(parse_bytes(make_docx(body), "a.docx")).text, "deepest");
}

TEST(Docx, NumbersHeadingsAsTheirStyleDoes) {
  const std::string styles =
      "<w:styles><w:style w:styleId='H1'><w:name w:val='heading 1'/><w:pPr><w:numPr><w:numId w:val='3'/></w:numPr></w:pPr></w:style>"
      "<w:style w:styleId='H2'><w:name w:val='heading 2'/><w:pPr><w:numPr><w:ilvl w:val='1'/><w:numId w:val='3'/></w:numPr></w:pPr></w:style></w:styles>";
  const std::string numbering =
      "<w:numbering><w:abstractNum w:abstractNumId='5'><w:lvl w:ilvl='0'><w:numFmt w:val='decimal'/><w:lvlText w:val='제%1장'/></w:lvl><w:lvl w:ilvl='1'><w:numFmt "
      "w:val='decimal'/><w:lvlText w:val='%1.%2'/></w:lvl></w:abstractNum><w:num w:numId='3'><w:abstractNumId w:val='5'/></w:num></w:numbering>";
  const auto heading = [](const std::string& text, const std::string& style) { return p(text, "<w:pStyle w:val='" + style + "'/>"); };
  const Document document = only_document(parse_bytes(make_docx(heading("총칙", "H1") + heading("목적", "H2") + heading("정의", "H2") + heading("휴가", "H1"),
                                                                {{"word/styles.xml", styles}, {"word/numbering.xml", numbering}}),
                                                      "a.docx"));
  EXPECT_EQ(document.text, "제1장 총칙\n\n1.1 목적\n\n1.2 정의\n\n제2장 휴가");
}

TEST(Docx, TellsAnEncryptedFileFromOneOfAnOlderOffice) {
  EXPECT_EQ(reason(test::make_compound_file({{"EncryptionInfo", std::string(5000, '\4')}, {"EncryptedPackage", std::string(5000, 'x')}})),
            "encrypted DOCX: it needs a password; save it without one");
  EXPECT_EQ(parse_bytes(test::make_compound_file({{"EncryptedPackage", std::string(9, 'x')}}), "표.xlsx").skipped, "encrypted XLSX: it needs a password; save it without one");
  EXPECT_THAT(reason(test::make_compound_file({{"Contents", std::string(5000, 'x')}})), HasSubstr("of an Office before 2007"));
}

TEST(Docx, RefusesAZipBomb) { EXPECT_THAT(reason(make_docx(p(std::string(40 << 20, 'a')))), HasSubstr("zip bomb")); }

TEST(Docx, RefusesTablesInTablesWithoutEnd) {
  std::string body;
  for (int i = 0; i < 3000; ++i) body += "<w:tbl><w:tr><w:tc>";
  body += p("deep");
  for (int i = 0; i < 3000; ++i) body += "</w:tc></w:tr></w:tbl>";
  EXPECT_THAT(reason(make_docx(p("top") + body)), HasSubstr("XML nested deeper than 256"));
}

TEST(Docx, ReadsSignsOfSymbolFonts) {
  EXPECT_EQ(only_document(parse_bytes(make_docx("<w:p><w:r><w:sym w:font='Wingdings' w:char='F0FE'/><w:t> 동의 </w:t><w:sym w:font='Wingdings' w:char='F0A8'/><w:t> 아니요, x </w:t>"
                              "<w:sym w:font='Symbol' w:char='F0A3'/><w:t> 5 </w:t><w:sym w:font='Symbol' w:char='F06D'/><w:sym w:font='Arial' w:char='00B2'/>"
                              "<w:sym w:font='Webdings' w:char='F061'/></w:r></w:p>"), "a.docx")).text,
            "☑ 동의 ☐ 아니요, x ≤ 5 μ²");
}

TEST(Docx, ReadsPagesThatStandForAPieceOfIt) {
  const std::string body = p("앞") + "<w:altChunk r:id='c1'/><w:altChunk r:id='c2'/>" + p("뒤"), relationships =
      "<Relationships><Relationship Id='c1' Type='http://x/aFChunk' Target='/word/chunk.htm'/><Relationship Id='c2' Type='http://x/aFChunk' Target='chunk.mht'/>"
      "<Relationship Id='c3' Type='http://x/aFChunk' Target='chunk.rtf'/></Relationships>";
  const std::string mht = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>웹 글</p>\r\n--b--\r\n";
  const auto parse = [&](const std::string& xml) {
    return parse_bytes(make_docx(xml, {{"word/_rels/document.xml.rels", relationships}, {"word/chunk.htm", "<html><body><h1>제목</h1><p>연차 15일</p></body></html>"}, {"word/chunk.mht", mht}}), "a.docx");
  };
  EXPECT_EQ(only_document(parse(body)).text, "앞\n\n제목\n\n연차 15일\n\n웹 글\n\n뒤");
  const ParseOutcome outcome = parse(p("앞") + "<w:altChunk r:id='c3'/>");
  EXPECT_EQ(only_document(outcome).text, "앞");
  EXPECT_THAT(outcome.warnings, ElementsAre(HasSubstr("1 parts in another format are left out")));
}

}  // namespace
}  // namespace rag
