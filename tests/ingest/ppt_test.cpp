#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compound_file_builder.h"
#include "support.h"

namespace rag {
namespace {

using test::le16;
using test::le32;
using test::only_document;
using test::utf16le;
using testing::ElementsAre;
using testing::HasSubstr;

std::string record(std::uint16_t type, const std::string& data, unsigned instance = 0, unsigned version = 0) {
  return le16(static_cast<std::uint16_t>(instance << 4 | version)) + le16(type) + le32(static_cast<std::uint32_t>(data.size())) + data;
}
std::string container(std::uint16_t type, const std::string& children, unsigned instance = 0) {
  return record(type, children, instance, 15);
}

enum Kind : std::uint32_t { kTitle = 0, kBody = 1, kNotes = 2, kOther = 4 };
std::string text(Kind kind, const std::string& utf8) { return record(3999, le32(kind)) + record(4000, utf16le(utf8)); }
std::string text_box(const std::string& texts) { return record(0xF00D, texts, 0, 15); }
std::string shape(const std::string& children) { return container(0xF004, children); }
std::string placeholder(char kind) { return container(0xF011, record(3011, le32(0) + std::string{kind, 0, 0, 0})); }
std::string at(std::uint32_t x, std::uint32_t y) { return record(0xF00F, le32(x) + le32(y) + le32(x + 9) + le32(y + 9)); }
std::string cell(std::uint32_t x, std::uint32_t y, const std::string& utf8) { return shape(at(x, y) + text_box(text(kOther, utf8))); }
std::string drawing(const std::string& shapes) { return container(1036, container(0xF002, container(0xF003, shape("") + shapes))); }

struct Presentation {
  std::vector<std::string> slides;    // what is in each slide's container
  std::vector<std::string> outlines;  // and in the list, behind its place
  std::vector<std::string> notes;     // of the slide of the same number; "" for none
};

// Containers 1.. are the document, the slides and the notes; a directory says where each stands.
std::string make_stream(const Presentation& presentation, std::uint32_t* edit_at = nullptr, const std::string& more_edit = "") {
  std::vector<std::string> containers{""};
  std::string slide_list, notes_list;
  const auto place = [&](std::uint32_t id) {
    return record(1011, le32(static_cast<std::uint32_t>(containers.size() + 1)) + le32(0) + le32(0) + le32(id) + le32(0));
  };
  for (std::size_t i = 0; i < presentation.slides.size(); ++i) {
    slide_list += place(static_cast<std::uint32_t>(256 + i)) + (i < presentation.outlines.size() ? presentation.outlines[i] : "");
    containers.push_back(container(1006, presentation.slides[i]));
  }
  for (std::size_t i = 0; i < presentation.notes.size(); ++i) {
    if (presentation.notes[i].empty()) continue;
    notes_list += place(static_cast<std::uint32_t>(900 + i));
    containers.push_back(container(1008, record(1009, le32(static_cast<std::uint32_t>(256 + i)) + le32(0)) + presentation.notes[i]));
  }
  containers[0] = container(1000, container(4080, slide_list, 0) + container(4080, "", 1) + container(4080, notes_list, 2));
  std::string stream, places;
  for (const std::string& each : containers) {
    places += le32(static_cast<std::uint32_t>(stream.size()));
    stream += each;
  }
  const auto directory = static_cast<std::uint32_t>(stream.size());
  stream += record(6002, le32(1 | static_cast<std::uint32_t>(containers.size()) << 20) + places);
  if (edit_at) *edit_at = static_cast<std::uint32_t>(stream.size());
  return stream + record(4085, le32(0) + le32(0) + le32(0) + le32(directory) + le32(1) + le32(0) + le32(0) + more_edit);
}

std::string make_ppt(const Presentation& presentation) {
  std::uint32_t edit_at = 0;
  const std::string stream = make_stream(presentation, &edit_at);
  return test::make_compound_file(
      {{"Current User", record(4086, le32(20) + le32(0xE391C05F) + le32(edit_at))}, {"PowerPoint Document", stream}});
}
ParseOutcome parse(const Presentation& presentation) { return parse_bytes(make_ppt(presentation), "a.ppt"); }

TEST(Ppt, ReadsASlideAPageWithTitlesListsAndNotes) {
  const std::string first = drawing(shape(text_box(text(kTitle, "출장 규정"))) + shape(text_box(text(kBody, "항공료\r숙박비"))) +
                                    shape(text_box(text(kOther, "한 줄\v다음 줄"))));
  const std::string second = record(1017, std::string(10, '\0') + le16(4) + le32(0)) + drawing(shape(text_box(text(kTitle, "비용"))));
  const Document document = only_document(parse({{first, second}, {}, {drawing(shape(text_box(text(kNotes, "천천히 말할 것"))))}}));
  EXPECT_EQ(document.text, "출장 규정\n\n- 항공료\n- 숙박비\n\n한 줄\n다음 줄\n\n[notes] 천천히 말할 것\n\n비용\n\n[hidden slide]");
  EXPECT_EQ(document.title, "출장 규정");
  ASSERT_EQ(document.pages.size(), 2U);
  EXPECT_EQ(page_at(document, document.text.find("비용")), 2);
}

TEST(Ppt, ReadsTextThatIsKeptInTheListOfSlides) {
  const std::string styled = record(4001, le32(4) + le16(0) + le32(0) + le32(4) + le16(1) + le32(0x800) + le16(1));
  const std::string outline = text(kTitle, "제목") + record(3999, le32(kBody)) + record(4008, "one\rtwo") + styled;
  const std::string referring =
      drawing(shape(text_box(record(3998, le32(1)))) + shape(text_box(record(3998, le32(0)))) + shape(text_box(record(3998, le32(77)))));
  EXPECT_EQ(only_document(parse({{referring}, {outline}})).text, "제목\n\n- one\n  - two");
  EXPECT_EQ(only_document(parse({{""}, {outline}})).text, "제목\n\n- one\n  - two");
}

TEST(Ppt, MakesATableOfTheGroupThatIsOne) {
  const std::string properties = record(0xF122, le16(0x39F) + le32(1), 1, 3);
  const std::string table =
      container(0xF003, shape(properties) + cell(100, 20, "89") + cell(0, 0, "이름") + cell(100, 0, "국어") + cell(0, 20, "개똥이"));
  const Document document = only_document(parse({{drawing(shape(text_box(text(kTitle, "성적"))) + table)}}));
  EXPECT_EQ(document.text, "성적\n\n이름 | 국어\n개똥이 | 89");
  EXPECT_EQ(document.tables.size(), 1U);
}

TEST(Ppt, LeavesOutNumbersDatesHeadersAndFooters) {
  std::string shapes = shape(text_box(text(kOther, "본문입니다")));
  for (const char kind : {7, 8, 9, 10}) shapes += shape(placeholder(kind) + text_box(text(kOther, "furniture")));
  shapes += shape(container(0xF011, record(1056, "\x9")) + text_box(text(kOther, "furniture")));
  EXPECT_EQ(only_document(parse({{drawing(shapes)}})).text, "본문입니다");
}

TEST(Ppt, TakesTheNewestVersionOfEachSlide) {
  std::uint32_t first_edit = 0;
  std::string stream =
      make_stream({{drawing(shape(text_box(text(kOther, "old")))), drawing(shape(text_box(text(kOther, "kept"))))}}, &first_edit);
  const auto changed = static_cast<std::uint32_t>(stream.size());
  stream += container(1006, drawing(shape(text_box(text(kOther, "new")))));
  const auto directory = static_cast<std::uint32_t>(stream.size());
  stream += record(6002, le32(2 | 1U << 20) + le32(changed));
  stream += record(4085, le32(0) + le32(0) + le32(first_edit) + le32(directory) + le32(1) + le32(0) + le32(0));
  // Without "Current User" the last saving in the stream is the newest.
  EXPECT_EQ(only_document(parse_bytes(test::make_compound_file({{"PowerPoint Document", stream}}), "a.ppt")).text, "new\n\nkept");
}

TEST(Ppt, ReadsADirectoryNoMoreThanItWeighs) {
  std::uint32_t edit = 0;
  std::string stream = make_stream({{drawing(shape(text_box(text(kOther, "kept"))))}}, &edit);
  const auto directory = static_cast<std::uint32_t>(stream.size());
  std::string places = le32(5 | 4000U << 20);
  for (int i = 0; i < 4000; ++i) places += le32(0);
  stream += record(6002, places);
  for (int i = 0; i < 20000; ++i) {
    const auto before = edit;
    edit = static_cast<std::uint32_t>(stream.size());
    stream += record(4085, le32(0) + le32(0) + le32(before) + le32(directory) + le32(1) + le32(0) + le32(0));
  }
  EXPECT_THAT(parse_bytes(test::make_compound_file({{"PowerPoint Document", stream}}), "a.ppt").skipped,
              HasSubstr("no document where its directory says"));
}

TEST(Ppt, GivesAReasonForWhatItCannotRead) {
  const auto reason = [](const std::string& stream, const std::string& user = "") {
    return parse_bytes(test::make_compound_file({{"PowerPoint Document", stream}, {"Current User", user}}), "a.ppt").skipped;
  };
  EXPECT_THAT(reason("x"), HasSubstr("no directory of its slides"));
  EXPECT_THAT(reason(make_stream({}, nullptr, le32(7))), HasSubstr("it needs a password"));
  EXPECT_THAT(reason(make_stream({}), record(4086, le32(20) + le32(0xF3D1C4DF) + le32(1))), HasSubstr("it needs a password"));
  EXPECT_THAT(reason(record(4085, std::string(28, '\0'))), HasSubstr("no document where its directory says"));
  EXPECT_THAT(parse_bytes("\x7F\1 no compound file", "a.ppt").skipped, HasSubstr("not a compound file"));
  EXPECT_EQ(parse({{drawing("")}}).skipped, "a presentation without text");
}

TEST(Ppt, SurvivesGroupsWithoutEndAndSaysWhatIsLost) {
  std::string deep = shape(text_box(text(kOther, "deep")));
  for (int i = 0; i < 1000; ++i) deep = container(0xF003, deep);
  const ParseOutcome outcome = parse({{drawing(shape(text_box(text(kTitle, "top"))) + deep)}});
  EXPECT_EQ(only_document(outcome).text, "top");
  EXPECT_THAT(outcome.warnings, ElementsAre(HasSubstr("1 groups too deep")));
}

TEST(Ppt, NeverCrashesOnATruncatedOrFlippedFile) {
  const std::string table = container(0xF003, shape(record(0xF122, le16(0x39F) + le32(1), 1, 3)) + cell(0, 0, "a") + cell(9, 0, "b"));
  const std::string whole = make_ppt({{drawing(shape(text_box(text(kTitle, "제목"))) + table)},
                                      {text(kBody, "a\rb") + record(4001, std::string(20, '\1'))},
                                      {drawing(shape(text_box(text(kNotes, "n"))))}});
  test::expect_read_or_refused_when_damaged(whole, "a.ppt", 3, 0xFF, 0x41);
}

}  // namespace
}  // namespace rag
