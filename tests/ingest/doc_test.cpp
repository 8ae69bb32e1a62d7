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
using testing::HasSubstr;

// A paragraph with the character that ends it, and what is said of it.
struct Paragraph {
  std::string text;
  std::uint16_t style = 0;
  std::string properties;  // sprms
};

const std::string kInTable = le16(0x2416) + "\1";
const std::string kEndsRow = kInTable + le16(0x2417) + "\1";
const std::string kListed = le16(0x460B) + le16(1);

std::string with(std::string bytes, std::size_t at, const std::string& part) { return bytes.replace(at, part.size(), part); }
std::uint32_t size_of(const std::string& bytes) { return static_cast<std::uint32_t>(bytes.size()); }

std::string style(std::uint16_t built_in, std::uint16_t base = 0xFFF) {
  const std::string std_base = le16(built_in) + le16(static_cast<std::uint16_t>(1 | base << 4)) + std::string(6, '\0');
  const std::string all = std_base + le16(1) + utf16le("n") + le16(0) + le16(2) + le16(0);
  return le16(static_cast<std::uint16_t>(all.size())) + all;
}

struct Doc {
  std::string main = std::string(1024, '\0');
  std::string table;

  void name_part(std::size_t fib_offset, const std::string& part) {
    main = with(main, fib_offset, le32(size_of(table)) + le32(size_of(part)));
    table += part;
  }
  std::string file() const { return test::make_compound_file({{"WordDocument", main}, {"1Table", table}}); }
};

// `wide`: two bytes a character.  `notes`: the footnotes' text after the body, each ended by a paragraph mark.
Doc make_doc(const std::vector<Paragraph>& paragraphs, bool wide = true, const std::vector<std::string>& notes = {}) {
  Doc doc;
  const auto encoded = [&](const std::string& text) { return wide ? utf16le(text) : test::encode(text, "CP1252"); };
  const std::size_t width = wide ? 2 : 1;
  std::string runs, text, marks, starts = le32(0);
  std::vector<std::uint32_t> borders{1024};
  for (const Paragraph& paragraph : paragraphs) {
    text += encoded(paragraph.text);
    borders.push_back(static_cast<std::uint32_t>(1024 + text.size()));
  }
  const auto body = static_cast<std::uint32_t>(text.size() / width);
  for (std::size_t i = 0; i < text.size(); i += width)
    if (text[i] == 2) marks += le32(static_cast<std::uint32_t>(i / width));
  for (const std::string& note : notes) {
    text += encoded(note);
    starts += le32(static_cast<std::uint32_t>(text.size() / width - body));
  }
  const auto all = static_cast<std::uint32_t>(text.size() / width);
  doc.main += text;
  doc.main.resize((doc.main.size() + 511) / 512 * 512);

  std::string page(512, '\0');
  std::size_t room = 500;
  page[511] = static_cast<char>(paragraphs.size());
  for (std::size_t i = 0; i < borders.size(); ++i) page = with(page, 4 * i, le32(borders[i]));
  for (std::size_t i = 0; i < paragraphs.size(); ++i) {
    std::string said = le16(paragraphs[i].style) + paragraphs[i].properties;
    if (said.size() % 2 != 0) said += '\0';
    said = std::string{'\0', static_cast<char>(said.size() / 2)} + said;
    room -= said.size();
    page = with(page, room, said);
    page[4 * borders.size() + 13 * i] = static_cast<char>(room / 2);
  }
  const std::uint32_t page_number = size_of(doc.main) / 512;
  doc.main += page;
  doc.main = with(doc.main, 0, le16(0xA5EC) + le16(0xC1));
  doc.main = with(doc.main, 0x0A, le16(0x0200));
  doc.main = with(doc.main, 0x4C, le32(body) + le32(all - body));
  doc.name_part(0x1A2, "\2" + le32(16) + le32(0) + le32(all) + le16(0) + le32(wide ? 1024 : 1024 * 2 | 0x40000000) + le16(0));
  doc.name_part(0x102, le32(1024) + le32(borders.back()) + le32(page_number));
  doc.name_part(0xA2, le16(4) + le16(4) + le16(10) + style(0) + style(1) + style(0xFFE, 1) + style(62));
  doc.name_part(0xAA, marks + le32(body) + std::string(marks.size() / 2, '\0'));
  doc.name_part(0xB2, starts + le32(all - body));
  return doc;
}

ParseOutcome parse(const Doc& doc) { return parse_bytes(doc.file(), "a.doc"); }
std::string text_of(const std::vector<Paragraph>& paragraphs) { return only_document(parse(make_doc(paragraphs))).text; }

TEST(Doc, ReadsParagraphsHeadingsAndLists) {
  const Document document = only_document(parse(make_doc({{"여비 규정\r", 3},
                                                          {"총칙\r", 1},
                                                          {"강은 흐른다.\r"},
                                                          {"비용\r", 2},
                                                          {"항공료\r", 0, kListed},
                                                          {"숙박비\r", 0, kListed},
                                                          {"따로\r", 0, le16(0x2640) + "\2"}})));
  EXPECT_EQ(document.text, "여비 규정\n\n총칙\n\n강은 흐른다.\n\n비용\n\n- 항공료\n- 숙박비\n\n따로");
  EXPECT_EQ(document.title, "여비 규정");
  EXPECT_EQ(document.language, "ko");
  ASSERT_EQ(document.headings.size(), 4U);
  EXPECT_EQ(document.headings[3].level, 3);
}

TEST(Doc, ReadsTextOfOneByteACharacter) { EXPECT_EQ(only_document(parse(make_doc({{"“Café” – 5 €\r"}}, false))).text, "“Café” – 5 €"); }

TEST(Doc, WritesARowALineWithTheHeader) {
  const Document document = only_document(parse(make_doc({{"앞\r"},
                                                          {"이름\7", 0, kInTable},
                                                          {"국어\7", 0, kInTable},
                                                          {"\7", 0, kEndsRow},
                                                          {"개똥이\r", 0, kInTable},
                                                          {"둘째 줄\7", 0, kInTable},
                                                          {"\7", 0, kInTable},
                                                          {"\7", 0, kEndsRow},
                                                          {"뒤\r"}})));
  EXPECT_EQ(document.text, "앞\n\n이름 | 국어\n개똥이 둘째 줄 |\n\n뒤");
  ASSERT_EQ(document.tables.size(), 1U);
  EXPECT_EQ(document.text.substr(document.tables[0].header.begin, document.tables[0].header.size()), "이름 | 국어");
}

TEST(Doc, ShowsTheResultOfAFieldAndNotItsCode) {
  EXPECT_EQ(text_of({{"see \x13 HYPERLINK \"http://x\" \x14here\x15, \x13 IF \x13 PAGE \x14"
                      "1\x15 > 0 \x14yes\x15.\r"}}),
            "see here, yes.");
  EXPECT_EQ(text_of({{"cut \x13 CODE\r"}, {"kept\r"}}), "cut\n\nkept");
}

TEST(Doc, PutsNotesAtTheEndAndMarksInTheText) {
  EXPECT_EQ(only_document(parse(make_doc({{"본문\2 끝\2\r"}}, true, {"\2 각주\r", "\2 둘\r"}))).text,
            "본문[1] 끝[2]\n\n[1] 각주\n\n[2] 둘");
}

TEST(Doc, CountsListsAsTheyShow) {
  const auto level = [](std::uint8_t kind, const std::string& pattern) {
    std::string bytes = le32(1) + std::string(1, static_cast<char>(kind)) + std::string(23, '\0');
    return bytes + le16(static_cast<std::uint16_t>(pattern.size() / 2)) + pattern;
  };
  std::string levels =
      level(0, le16(0) + utf16le(".")) + level(24, utf16le("(") + le16(1) + utf16le(")")) + level(2, le16(0) + utf16le("-") + le16(2));
  for (int i = 3; i < 9; ++i) levels += level(23, utf16le("•"));
  const auto item = [](const std::string& text, char depth) { return Paragraph{text + "\r", 0, kListed + le16(0x260A) + depth}; };
  Doc doc = make_doc({item("하나", 0), item("가", 1), item("나", 1), item("둘", 0), item("다시", 1), item("깊이", 2), item("점", 3)});
  doc.name_part(0x2EA, le32(1) + le32(77) + std::string(12, '\0'));
  doc.name_part(0x2E2, le16(1) + le32(77) + std::string(24, '\0'));
  doc.table += levels;
  EXPECT_EQ(only_document(parse(doc)).text, "1. 하나\n  (가) 가\n  (나) 나\n2. 둘\n  (가) 다시\n    2-i 깊이\n      - 점");
}

TEST(Doc, PutsTextBoxesBehindTheParagraphTheyAreAnchoredIn) {
  Doc doc = make_doc({{"앞\b에\r"}, {"뒤\r"}, {"상자\r그룹\r\r"}});
  doc.main = with(doc.main, 0x4C, le32(6));
  doc.main = with(doc.main, 0x64, le32(7));
  doc.name_part(0x1DA, le32(1) + le32(6) + le32(555) + std::string(22, '\0'));
  const auto box = [](std::uint32_t shape) { return std::string(14, '\0') + le32(shape) + le32(0); };
  doc.name_part(0x25A, le32(0) + le32(3) + le32(6) + le32(7) + box(555) + box(556) + box(0));
  EXPECT_EQ(only_document(parse(doc)).text, "앞에\n\n상자\n\n뒤\n\n그룹");
}

TEST(Doc, GivesAReasonForWhatItCannotRead) {
  const auto changed = [](std::size_t at, const std::string& part) {
    Doc doc = make_doc({{"x\r"}});
    doc.main = with(doc.main, at, part);
    return parse(doc).skipped;
  };
  EXPECT_THAT(changed(0x0A, le16(0x0300)), HasSubstr("it needs a password"));
  EXPECT_THAT(changed(0, le16(0xA5DC)), HasSubstr("Word 95"));
  EXPECT_THAT(changed(0, "XX"), HasSubstr("begins like no Word document"));
  EXPECT_THAT(changed(0x1A2, le32(0xFFFFFF)), HasSubstr("no list of the pieces"));
  EXPECT_THAT(changed(0x0A, le16(0)), HasSubstr("no stream 0Table"));
  EXPECT_THAT(parse_bytes("\x7F\1 no compound file", "a.doc").skipped, HasSubstr("not a compound file"));
  EXPECT_EQ(parse(make_doc({{"\r"}})).skipped, "a DOC without text");
}

TEST(Doc, RefusesPiecesThatClaimTheSameTextAgainAndAgain) {
  Doc doc = make_doc({{std::string(2000, 'x') + "\r"}});
  std::string pieces, places;
  for (std::uint32_t i = 0; i <= 1000; ++i) pieces += le32(i * 2000);
  for (std::uint32_t i = 0; i < 1000; ++i) places += le16(0) + le32(1024) + le16(0);
  doc.name_part(0x1A2, "\2" + le32(size_of(pieces + places)) + pieces + places);
  EXPECT_THAT(parse(doc).skipped, HasSubstr("longer than the file"));
}

TEST(Doc, NeverCrashesOnATruncatedOrFlippedFile) {
  const std::string whole = make_doc({{"머리\r", 1},
                                      {"이름\7", 0, kInTable},
                                      {"\7", 0, kEndsRow},
                                      {"\x13 A \x14"
                                       "b\x15\2\r"}},
                                     true, {"\2 각주\r"})
                                .file();
  test::expect_read_or_refused_when_damaged(whole, "a.doc", 3, 0xFF, 0x41);
}

}  // namespace
}  // namespace rag
