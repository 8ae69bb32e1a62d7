#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compound_file_builder.h"
#include "ingest/parser.h"
#include "support.h"

namespace rag {
namespace {

using test::le16;
using test::le32;
using test::only_document;
using test::utf16le;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

enum Tag : unsigned {
  kParaShape = 0x19,
  kStyle = 0x1A,
  kPara = 0x42,
  kText = 0x43,
  kControl = 0x47,
  kList = 0x48,
  kTable = 0x4D,
  kEquation = 0x58
};

std::string record(unsigned tag, unsigned level, const std::string& data) {
  const bool large = data.size() >= 0xFFF;
  const std::uint32_t head = tag | level << 10 | static_cast<std::uint32_t>(large ? 0xFFF : data.size()) << 20;
  return le32(head) + (large ? le32(static_cast<std::uint32_t>(data.size())) : "") + data;
}

std::string reversed(const std::string& id) { return {id.rbegin(), id.rend()}; }

// An extended control character within the text.
std::string mark(std::uint16_t code, const std::string& id) { return le16(code) + reversed(id) + std::string(8, '\0') + le16(code); }
std::string tab() { return le16(9) + std::string(12, '\0') + le16(9); }

std::string paragraph_of(const std::string& characters, unsigned level, const std::string& controls = "", std::uint16_t shape = 0,
                         std::uint8_t style = 0) {
  return record(kPara, level, le32(0) + le32(0) + le16(shape) + std::string(1, static_cast<char>(style)) + std::string(11, '\0')) +
         record(kText, level + 1, characters + le16(13)) + controls;
}
std::string paragraph(const std::string& text, unsigned level = 0, std::uint16_t shape = 0, std::uint8_t style = 0) {
  return paragraph_of(utf16le(text), level, "", shape, style);
}
std::string control(const std::string& id, unsigned level, const std::string& children, const std::string& data = "") {
  return record(kControl, level, reversed(id) + data) + children;
}
std::string list(unsigned level, const std::string& paragraphs, std::uint16_t column = 0, std::uint16_t row = 0) {
  return record(kList, level, le16(1) + std::string(6, '\0') + le16(column) + le16(row) + le16(1) + le16(1)) + paragraphs;
}
std::string table(unsigned level, const std::vector<std::vector<std::string>>& rows) {
  std::string cells = record(kTable, level + 1, le32(0));
  for (std::uint16_t r = 0; r < rows.size(); ++r)
    for (std::uint16_t c = 0; c < rows[r].size(); ++c) cells += list(level + 1, paragraph(rows[r][c], level + 1), c, r);
  return control("tbl ", level, cells);
}
std::string style(const std::string& name) {
  const std::string wide = utf16le(name);
  return record(kStyle, 0, le16(static_cast<std::uint16_t>(wide.size() / 2)) + wide + le16(0));
}
std::string shape(unsigned heading, unsigned level) { return record(kParaShape, 0, le32(heading << 23 | level << 25)); }

const std::string kDocInfo = shape(0, 0) + shape(1, 0) + shape(3, 1) + style("바탕글") + style("개요 2");

std::string file_header(std::uint32_t flags, std::uint8_t version = 5) {
  std::string header = "HWP Document File";
  header.resize(32);
  return header + std::string{'\0', '\0', '\0', static_cast<char>(version)} + le32(flags) + std::string(216, '\0');
}

using Streams = std::vector<std::pair<std::string, std::string>>;

std::string make_hwp(const std::string& section, const Streams& more = {}, bool packed = true) {
  const auto pack = [&](const std::string& bytes) { return packed ? test::deflate_raw(bytes) : bytes; };
  Streams streams{{"FileHeader", file_header(packed ? 1 : 0)}, {"DocInfo", pack(kDocInfo)}, {"BodyText/Section0", pack(section)}};
  streams.insert(streams.end(), more.begin(), more.end());
  return test::make_compound_file(streams);
}

ParseOutcome parse(const std::string& bytes) { return parse_bytes(bytes, "a.hwp"); }
std::string text_of(const std::string& section) { return only_document(parse(make_hwp(section))).text; }

TEST(Hwp, NumbersOutlinesAndListsAsTheyAreShown) {
  const auto head = [](unsigned format, const std::string& text) {
    const std::string wide = utf16le(text);
    return le32(12 | format << 5) + std::string(8, '\0') + le16(static_cast<std::uint16_t>(wide.size() / 2)) + wide;
  };
  const auto numbering = [&](const std::string& two_heads, std::uint32_t first) {
    std::string bytes = two_heads;
    for (int level = 2; level < 7; ++level) bytes += head(0, "");
    bytes += le16(0) + le32(first);
    for (int level = 1; level < 7; ++level) bytes += le32(1);
    return record(0x17, 0, bytes);
  };
  const auto shape_of = [](unsigned heading, unsigned level, std::uint16_t id) { return record(kParaShape, 0, le32(heading << 23 | level << 25) + std::string(26, '\0') + le16(id)); };
  const std::string info = numbering(head(0, "제^1장") + head(8, "^2."), 1) + numbering(head(1, "^1") + head(0, "(^1-^2)"), 5) + shape_of(0, 0, 0) + shape_of(1, 0, 0) + shape_of(1, 1, 0) +
                           shape_of(2, 0, 2) + shape_of(2, 1, 2) + shape_of(2, 0, 9);
  const std::string section = paragraph_of(mark(2, "secd") + utf16le("총칙"), 0, control("secd", 1, "", std::string(14, '\0') + le16(1)), 1) + paragraph("목적", 0, 2) + paragraph("정의", 0, 2) +
                              paragraph("보칙", 0, 1) + paragraph("다섯", 0, 3) + paragraph("하위", 0, 4) + paragraph("여섯", 0, 3) + paragraph("없는 번호", 0, 5);
  const auto text = [&](const std::string& doc_info) {
    return only_document(parse(test::make_compound_file({{"FileHeader", file_header(0)}, {"DocInfo", doc_info}, {"BodyText/Section0", section}}))).text;
  };
  EXPECT_EQ(text(info), "제1장 총칙\n\n가. 목적\n\n나. 정의\n\n제2장 보칙\n\n⑤ 다섯\n  (⑤-1) 하위\n⑥ 여섯\n\n없는 번호");
  for (std::size_t size = 0; size < info.size(); size += 3) EXPECT_THAT(text(info.substr(0, size)), HasSubstr("총칙")) << "DocInfo cut to " << size;
}

TEST(Hwp, ReadsParagraphsHeadingsAndBullets) {
  const std::string section = paragraph("총칙", 0, 1) + paragraph("강은 흐른다.") + paragraph("비용", 0, 0, 1) + paragraph("항공료", 0, 2);
  for (const bool packed : {true, false}) {
    const Document document = only_document(parse(make_hwp(section, {}, packed)));
    EXPECT_EQ(document.text, "총칙\n\n강은 흐른다.\n\n비용\n\n  - 항공료");
    EXPECT_EQ(document.media_type, "application/x-hwp");
    EXPECT_EQ(document.language, "ko");
    EXPECT_THAT(heading_path_at(document, document.text.find("항공료")), ElementsAre("총칙", "비용"));
  }
}

TEST(Hwp, ReadsSectionsByTheirNumbers) {
  Streams more;
  for (const int number : {10, 2, 1})
    more.emplace_back("BodyText/Section" + std::to_string(number), test::deflate_raw(paragraph("절 " + std::to_string(number))));
  EXPECT_EQ(only_document(parse(make_hwp(paragraph("절 0"), more))).text, "절 0\n\n절 1\n\n절 2\n\n절 10");
}

TEST(Hwp, ReadsControlCharactersWithinTheText) {
  EXPECT_EQ(text_of(paragraph_of(
                utf16le("가") + tab() + utf16le("나") + le16(10) + utf16le("다") + le16(24) + utf16le("라") + le16(30) + utf16le("😀"), 0)),
            "가\t나\n다-라 😀");
  const std::string equation = control("eqed", 1, record(kEquation, 2, le32(0) + le16(5) + utf16le("a = b")));
  EXPECT_EQ(text_of(paragraph_of(utf16le("식") + mark(11, "eqed") + utf16le("이다"), 0, equation)), "식 a = b 이다");
}

TEST(Hwp, WritesARowALineWithTheHeader) {
  const std::string section =
      paragraph("앞") + paragraph_of(mark(11, "tbl "), 0, table(1, {{"이름", "국어"}, {"개똥이", "89"}})) + paragraph("뒤");
  const Document document = only_document(parse(make_hwp(section)));
  EXPECT_EQ(document.text, "앞\n\n이름 | 국어\n개똥이 | 89\n\n뒤");
  ASSERT_EQ(document.tables.size(), 1U);
  EXPECT_EQ(document.text.substr(document.tables[0].header.begin, document.tables[0].header.size()), "이름 | 국어");
}

TEST(Hwp, ReadsTextBoxesCaptionsAndBoxesOfOneCell) {
  const std::string box = control("gso ", 1, record(0x4C, 2, "") + list(3, paragraph("상자", 3)));
  EXPECT_EQ(text_of(paragraph_of(utf16le("본문") + mark(11, "gso "), 0, box)), "본문\n\n상자");
  EXPECT_EQ(text_of(paragraph_of(mark(11, "tbl "), 0, table(1, {{"제1장"}}))), "제1장");
  const std::string number = control("atno", 3, "", le32(4) + le16(7));
  const std::string caption =
      record(kList, 2, std::string(8, '\0') + le32(3)) + paragraph_of(utf16le("표 ") + mark(18, "atno") + utf16le(" 성적"), 2, number);
  const std::string captioned =
      control("tbl ", 1, caption + record(kTable, 2, le32(0)) + list(2, paragraph("a", 2), 0, 0) + list(2, paragraph("b", 2), 1, 0));
  EXPECT_EQ(text_of(paragraph_of(mark(11, "tbl "), 0, captioned)), "a | b\n\n표 7 성적");
}

TEST(Hwp, PutsNotesAtTheEndAndLeavesOutHeadersAndComments) {
  const std::string controls = control("head", 1, list(2, paragraph("머리말", 2))) + control("fn  ", 1, list(2, paragraph("각주", 2))) +
                               control("tcmt", 1, list(2, paragraph("숨은 설명", 2))) + control("en  ", 1, list(2, paragraph("미주", 2)));
  EXPECT_EQ(text_of(paragraph_of(
                mark(16, "head") + utf16le("본문") + mark(17, "fn  ") + mark(15, "tcmt") + utf16le(" 끝") + mark(17, "en  "), 0, controls)),
            "본문[1] 끝[e1]\n\n[1] 각주\n\n[e1] 미주");
}

TEST(Hwp, TakesTitleAndAuthorFromItsProperties) {
  const auto property = [](const std::string& text) { return le32(31) + le32(static_cast<std::uint32_t>(text.size() / 2)) + text; };
  const std::string title = property(utf16le("여비 규정") + le16(0)), author = property(utf16le("김철수") + le16(0));
  const std::string created = le32(64) + le32(0x00000000) + le32(0x01DA3D00);
  const auto offset = [&](std::size_t size) { return le32(static_cast<std::uint32_t>(8 + 3 * 8 + size)); };
  std::string summary = le16(0xFFFE) + std::string(22, '\0') + le32(1) + std::string(16, '\0') + le32(48) + le32(0) + le32(3) + le32(2) +
                        offset(0) + le32(4) + offset(title.size()) + le32(12) + offset(title.size() + author.size()) + title + author +
                        created;
  const Document document = only_document(parse(make_hwp(paragraph("본문"), {{"\005HwpSummaryInformation", summary}})));
  EXPECT_EQ(document.title, "여비 규정");
  EXPECT_THAT(document.metadata.at("author"), ElementsAre("김철수"));
  EXPECT_THAT(document.metadata.at("created"), ElementsAre(HasSubstr("2024-")));
}

TEST(Hwp, GivesAReasonForWhatItCannotRead) {
  const auto reason = [](const std::string& bytes) { return parse(bytes).skipped; };
  const auto flagged = [&](std::uint32_t flags, std::uint8_t version = 5) {
    return reason(test::make_compound_file({{"FileHeader", file_header(flags, version)}, {"BodyText/Section0", "x"}}));
  };
  EXPECT_THAT(flagged(2), HasSubstr("it needs a password"));
  EXPECT_THAT(flagged(4), HasSubstr("for distribution"));
  EXPECT_THAT(flagged(16), HasSubstr("DRM"));
  EXPECT_THAT(flagged(0, 6), HasSubstr("HWP version 6"));
  EXPECT_THAT(reason("HWP Document File V3.00 \x1A\1\2\3\4\5"), HasSubstr("Hangul 3.0"));
  EXPECT_THAT(reason("<?xml version=\"1.0\"?><HWPML Version=\"2.1\">"), HasSubstr("HWPML"));
  EXPECT_THAT(reason("no compound file"), HasSubstr("not a compound file"));
  EXPECT_THAT(reason(test::make_compound_file({{"HwpSummaryInformation", "x"}})), HasSubstr("no stream FileHeader"));
  EXPECT_EQ(reason(make_hwp(paragraph(""))), "an HWP without text");
}

TEST(Hwp, FallsBackToThePreviewAndSaysSo) {
  const ParseOutcome outcome = parse(test::make_compound_file({{"FileHeader", file_header(1)},
                                                               {"DocInfo", test::deflate_raw(kDocInfo)},
                                                               {"BodyText/Section0", "\xFFnot deflated"},
                                                               {"PrvText", utf16le("미리 보기")}}));
  EXPECT_EQ(only_document(outcome).text, "미리 보기");
  EXPECT_THAT(outcome.warnings, Contains(HasSubstr("preview of its first page only")));
}

TEST(Hwp, ReadsADamagedSectionUpToTheDamage) {
  const std::string whole = paragraph("처음") + paragraph(std::string(6000, 'x'));
  const ParseOutcome outcome = parse(make_hwp(whole.substr(0, 5000), {}, false));
  EXPECT_THAT(only_document(outcome).text, testing::StartsWith("처음\n\nxxx"));
  EXPECT_THAT(outcome.warnings, ElementsAre(HasSubstr("BodyText/Section0 is damaged")));
}

TEST(Hwp, RefusesABomb) { EXPECT_THAT(parse(make_hwp(std::string(40 << 20, '\0'))).skipped, HasSubstr("refused as a bomb")); }

TEST(Hwp, SurvivesNestingWithoutEnd) {
  std::string deep = paragraph("top");
  for (unsigned level = 0; level < 1000; level += 2)
    deep += record(kPara, level, std::string(22, '\0')) + record(kControl, level + 1, reversed("tbl ")) + record(kTable, level + 2, "") +
            record(kList, level + 2, "");
  const ParseOutcome outcome = parse(make_hwp(deep));
  EXPECT_EQ(only_document(outcome).text, "top");
  EXPECT_THAT(outcome.warnings, ElementsAre(HasSubstr("deep within one another")));
}

TEST(Hwp, NeverCrashesOnATruncatedOrFlippedFile) {
  const std::string section =
      paragraph("앞", 0, 1) + paragraph_of(mark(11, "tbl ") + tab() + mark(17, "fn  "), 0, table(1, {{"a", "b"}, {"c", "d"}}));
  const std::string plain = make_hwp(section, {}, false);
  for (std::size_t at = 0; at < plain.size(); at += 3) {
    std::string flipped = plain;
    flipped[at] = static_cast<char>(flipped[at] ^ (at % 2 ? 0xFF : 0x41));
    for (const std::string& bytes : {plain.substr(0, at), flipped}) {
      const ParseOutcome outcome = parse(bytes);
      EXPECT_TRUE(!outcome.skipped.empty() || outcome.documents.size() == 1) << at;
    }
  }
}

}  // namespace
}  // namespace rag
