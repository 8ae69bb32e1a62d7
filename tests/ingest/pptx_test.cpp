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

std::string p(const std::string& text, const std::string& properties = "") {
  return "<a:p>" + properties + "<a:r><a:t>" + text + "</a:t></a:r></a:p>";
}
std::string shape(const std::string& paragraphs, const std::string& placeholder = "") {
  const std::string ph = placeholder.empty() ? "" : "<p:ph type='" + placeholder + "'/>";
  return "<p:sp><p:nvSpPr><p:nvPr>" + ph + "</p:nvPr></p:nvSpPr><p:txBody>" + paragraphs + "</p:txBody></p:sp>";
}
std::string relationships(const Members& type_and_target) {
  std::string xml = "<Relationships>";
  int id = 0;
  for (const auto& [type, target] : type_and_target)
    xml += "<Relationship Id='r" + std::to_string(++id) + "' Type='http://x/" + type + "' Target='" + target + "'/>";
  return xml + "</Relationships>";
}
std::string slide_xml(const std::string& shapes, const std::string& attributes = "") {
  return "<p:sld" + attributes + "><p:cSld><p:spTree>" + shapes + "</p:spTree></p:cSld></p:sld>";
}

// Slides r1, r2 ... lie in slide1.xml, slide2.xml ...; `order` is the presentation's list.
Members deck(const std::vector<std::string>& slides, const std::vector<int>& order) {
  std::string list;
  for (const int slide : order) list += "<p:sldId id='256' r:id='r" + std::to_string(slide) + "'/>";
  Members members{{"[Content_Types].xml", "<Types/>"},
                  {"ppt/presentation.xml", "<p:presentation><p:sldIdLst>" + list + "</p:sldIdLst></p:presentation>"}};
  Members targets;
  for (std::size_t i = 0; i < slides.size(); ++i) {
    const std::string name = "slides/slide" + std::to_string(i + 1) + ".xml";
    targets.emplace_back("slide", name);
    members.emplace_back("ppt/" + name, slides[i]);
  }
  members.emplace_back("ppt/_rels/presentation.xml.rels", relationships(targets));
  return members;
}

ParseOutcome parse(const Members& members) { return parse_bytes(make_zip(members), "a.pptx"); }

TEST(Pptx, ReadsSlidesAsPagesInThePresentationsOrder) {
  const Document document = only_document(parse(
      deck({slide_xml(shape(p("둘째"), "title") + shape(p("강은 흐른다."))), slide_xml(shape(p("body")) + shape(p("First"), "ctrTitle"))},
           {2, 1})));
  EXPECT_EQ(document.text, "First\n\nbody\n\n둘째\n\n강은 흐른다.");
  ASSERT_EQ(document.pages.size(), 2U);
  EXPECT_EQ(page_at(document, document.text.find("강은")), 2);
  EXPECT_THAT(heading_path_at(document, document.text.find("강은")), ElementsAre("둘째"));
  EXPECT_EQ(document.title, "First");
}

TEST(Pptx, ReadsGroupsListsAndTables) {
  const std::string bullets = shape(p("one") + p("deep", "<a:pPr lvl='1'/>") + p("plain", "<a:pPr><a:buNone/></a:pPr>"), "body");
  const std::string numbers = shape(p("a", "<a:pPr><a:buAutoNum startAt='3'/></a:pPr>") + p("b", "<a:pPr><a:buAutoNum/></a:pPr>"));
  const auto cell = [](const std::string& text) { return "<a:tc><a:txBody>" + p(text) + "</a:txBody></a:tc>"; };
  const std::string table = "<p:graphicFrame><a:graphic><a:graphicData><a:tbl><a:tblPr firstRow='1'/><a:tr>" + cell("Plan") + cell("Cost") +
                            "</a:tr><a:tr>" + cell("Plus") + cell("100") + "</a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>";
  const Document document = only_document(parse(
      deck({slide_xml(shape(p("T"), "title") + "<p:grpSp><p:grpSp>" + bullets + "</p:grpSp>" + numbers + "</p:grpSp>" + table)}, {1})));
  EXPECT_EQ(document.text, "T\n\n- one\n  - deep\n\nplain\n\n3. a\n4. b\n\nPlan | Cost\nPlus | 100");
  ASSERT_EQ(document.tables.size(), 1U);
  EXPECT_EQ(document.text.substr(document.tables[0].header.begin, document.tables[0].header.size()), "Plan | Cost");
}

TEST(Pptx, MarksNotesAndHiddenSlidesAndLeavesOutFurniture) {
  Members members = deck({slide_xml(shape(p("T"), "title") + shape(p("7"), "sldNum") + shape(p("Confidential"), "ftr"), " show='0'")}, {1});
  members.emplace_back("ppt/slides/_rels/slide1.xml.rels",
                       relationships({{"notesSlide", "../notesSlides/n.xml"}, {"slideLayout", "../slideLayouts/l.xml"}}));
  members.emplace_back("ppt/notesSlides/n.xml", slide_xml(shape(p("Say it slowly"), "body") + shape(p("1"), "sldNum")));
  members.emplace_back("ppt/slideLayouts/l.xml", slide_xml(shape(p("Click to edit"), "title")));
  EXPECT_EQ(only_document(parse(members)).text, "T\n\n[hidden slide]\n\n[notes] Say it slowly");
}

TEST(Pptx, HeadsASlideWithoutATitle) {
  const Document document =
      only_document(parse(deck({slide_xml(shape(p("A short line"))), slide_xml(shape(p("x") + p("y"), "body"))}, {1, 2})));
  EXPECT_EQ(document.text, "A short line\n\nSlide 2\n\n- x\n- y");
  EXPECT_EQ(document.headings.size(), 2U);
}

TEST(Pptx, ReadsWhatPicturesAreSaidToShow) {
  const auto picture = [](const std::string& description) { return "<p:pic><p:nvPicPr><p:cNvPr name='Picture 3' descr='" + description + "'/></p:nvPicPr></p:pic>"; };
  EXPECT_EQ(only_document(parse(deck({slide_xml(picture("본사 건물 안내도&#10;&#10;AI-generated content may be incorrect.") + picture("image1.png") + picture("C:\\my pictures\\a b.jpg") + picture(""))},
                                     {1})))
                .text,
            "[picture] 본사 건물 안내도");
}

TEST(Pptx, ReadsDiagramsAndCharts) {
  Members members =
      deck({slide_xml(shape(p("T"), "title") +
                      "<p:graphicFrame><a:graphic><a:graphicData><dgm:relIds r:dm='r1'/></a:graphicData></a:graphic></p:graphicFrame>"
                      "<p:graphicFrame><a:graphic><a:graphicData><c:chart r:id='r2'/></a:graphicData></a:graphic></p:graphicFrame>")},
           {1});
  members.emplace_back("ppt/slides/_rels/slide1.xml.rels",
                       relationships({{"diagramData", "../diagrams/data1.xml"}, {"chart", "/ppt/charts/chart1.xml"}}));
  members.emplace_back("ppt/diagrams/data1.xml", "<dgm:dataModel><dgm:ptLst><dgm:pt type='doc'/><dgm:pt><dgm:t>" + p("Plan") +
                                                     "</dgm:t></dgm:pt><dgm:pt type='pres'><dgm:t>" + p("no") +
                                                     "</dgm:t></dgm:pt></dgm:ptLst></dgm:dataModel>");
  members.emplace_back(
      "ppt/charts/chart1.xml",
      "<c:chartSpace><c:chart><c:title><a:p><a:r><a:t>Yearly</a:t></a:r></a:p></c:title><c:plotArea><c:valAx><c:title><a:p><a:r><a:t>Mio. €</a:t></a:r></a:p></c:title></c:valAx><c:barChart><c:ser><c:tx><c:strRef><c:strCache><c:pt idx='0'><c:v>Sales</c:v></c:pt></c:strCache>"
      "</c:strRef></c:tx><c:cat><c:strRef><c:strCache><c:pt idx='0'><c:v>2023</c:v></c:pt></c:strCache></c:strRef></c:cat>"
      "<c:val><c:numRef><c:numCache><c:pt idx='0'><c:v>4.5</c:v></c:pt><c:pt "
      "idx='4000000000'><c:v>9</c:v></c:pt></c:numCache></c:numRef></c:val>"
      "</c:ser></c:barChart></c:plotArea></c:chart></c:chartSpace>");
  EXPECT_EQ(only_document(parse(members)).text, "T\n\n- Plan\n\nYearly\n\nMio. €\n\n| Sales\n2023 | 4.5");
}

TEST(Pptx, ReadsTheRestWhereASlideIsDamagedOrMissing) {
  const ParseOutcome outcome = parse(deck({slide_xml(shape(p("Good"), "title")), "<p:sld><p:cSld>"}, {2, 9, 1}));
  EXPECT_EQ(only_document(outcome).text, "Good");
  EXPECT_EQ(only_document(outcome).pages[0].number, 3);
  EXPECT_THAT(outcome.warnings, ElementsAre(HasSubstr("slide 1 is left out: damaged PPTX: ppt/slides/slide2.xml is not XML at byte"),
                                            "slide 2 is left out: the file has no part for it"));
}

TEST(Pptx, GivesAReasonForEveryDamage) {
  const auto reason = [](const std::string& bytes) { return parse_bytes(bytes, "a.pptx").skipped; };
  EXPECT_THAT(reason("PK\x03\x04 and then nothing"), HasSubstr("zip"));
  EXPECT_EQ(reason("words"), "not a readable PPTX file: it is no zip");
  EXPECT_THAT(reason(make_zip({{"[Content_Types].xml", "x"}, {"ppt/presentation2.xml", "x"}})), HasSubstr("no ppt/presentation.xml in it"));
  EXPECT_EQ(reason(make_zip(deck({}, {}))), "a presentation without slides");
  EXPECT_EQ(reason(make_zip(deck({slide_xml("")}, {1}))), "a presentation without text");
}

TEST(Pptx, LosesOnlyTheSlideWhoseGroupsHaveNoEnd) {
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "<p:grpSp>";
  deep += shape(p("deep"));
  for (int i = 0; i < 1000; ++i) deep += "</p:grpSp>";
  const ParseOutcome outcome = parse(deck({slide_xml(deep), slide_xml(shape(p("Top"), "title"))}, {1, 2}));
  EXPECT_EQ(only_document(outcome).text, "Top");
  EXPECT_THAT(outcome.warnings, ElementsAre(HasSubstr("slide 1 is left out: XML nested deeper than 256")));
}

TEST(Pptx, ReadsASlideThatIsNamedOverAndOverOnce) {
  const Document document = only_document(parse(deck({slide_xml(shape(p("Top"), "title"))}, std::vector<int>(2000, 1))));
  EXPECT_EQ(document.text, "Top");
  EXPECT_EQ(document.pages.size(), 1U);
}

TEST(Pptx, NeverCrashesOnACutOrFlippedFile) {
  const std::string whole = make_zip(deck({slide_xml(shape(p(std::string(3000, 'x')), "title"))}, {1}));
  test::expect_read_or_refused_when_damaged(whole, "a.pptx", 7, 0x55);
}

}  // namespace
}  // namespace rag
