#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

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

std::string record(std::uint16_t type, const std::string& data) {
  return le16(type) + le16(static_cast<std::uint16_t>(data.size())) + data;
}
std::string begin(std::uint16_t kind, std::uint16_t version = 0x0600) {
  return record(0x809, le16(version) + le16(kind) + std::string(12, '\0'));
}
const std::string kEnd = record(0x0A, "");

// Length, "two bytes a character", characters.
std::string text(const std::string& utf8) {
  const std::string wide = utf16le(utf8);
  return le16(static_cast<std::uint16_t>(wide.size() / 2)) + "\1" + wide;
}
std::string at(std::uint16_t row, std::uint16_t column, std::uint16_t format = 0) { return le16(row) + le16(column) + le16(format); }
std::string eight_bytes(double value) {
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &value, 8);
  return bytes;
}
std::string shared(std::uint16_t row, std::uint16_t column, std::uint32_t index) { return record(0xFD, at(row, column) + le32(index)); }
std::string number(std::uint16_t row, std::uint16_t column, double value, std::uint16_t format = 0) {
  return record(0x203, at(row, column, format) + eight_bytes(value));
}

struct Sheet {
  std::string name, cells;
  char hidden = 0;
};

// The workbook's own records are followed by those of its sheets, whose places it names.
std::string make_workbook(const std::vector<Sheet>& sheets, const std::string& globals) {
  const auto with_places = [&](const std::vector<std::uint32_t>& places) {
    std::string all = begin(5) + globals;
    for (std::size_t i = 0; i < sheets.size(); ++i) {
      const std::string wide = utf16le(sheets[i].name);
      all += record(0x85, le32(places[i]) + std::string{sheets[i].hidden, '\0', static_cast<char>(wide.size() / 2), '\1'} + wide);
    }
    return all + kEnd;
  };
  std::vector<std::uint32_t> places(sheets.size());
  auto place = static_cast<std::uint32_t>(with_places(places).size());
  std::string bodies;
  for (std::size_t i = 0; i < sheets.size(); ++i) {
    places[i] = place + static_cast<std::uint32_t>(bodies.size());
    bodies += begin(0x10) + sheets[i].cells + kEnd;
  }
  return with_places(places) + bodies;
}

std::string strings(const std::vector<std::string>& all) {
  std::string data = le32(static_cast<std::uint32_t>(all.size())) + le32(static_cast<std::uint32_t>(all.size()));
  for (const std::string& each : all) data += text(each);
  return record(0xFC, data);
}
// Cell formats: 0 General, 1 a date, 2 a percentage, 3 a currency.
const std::string kFormats = record(0x41E, le16(164) + text("[$₩-412]#,##0")) + record(0xE0, le16(0) + le16(0)) +
                             record(0xE0, le16(0) + le16(14)) + record(0xE0, le16(0) + le16(9)) + record(0xE0, le16(0) + le16(164));

std::string make_xls(const std::vector<Sheet>& sheets, const std::string& globals) {
  return test::make_compound_file({{"Workbook", make_workbook(sheets, globals)}});
}
ParseOutcome parse(const std::vector<Sheet>& sheets, const std::string& globals) { return parse_bytes(make_xls(sheets, globals), "a.xls"); }

TEST(Xls, ReadsSheetsWithTheirHeadersAndMarksHiddenOnes) {
  const std::string first = shared(0, 0, 0) + shared(0, 1, 1) + shared(1, 0, 2) + number(1, 1, 89) + shared(2, 0, 3) + number(2, 1, 77.5);
  const Document document =
      only_document(parse({{"성적", first}, {"숨김", shared(0, 0, 3), 1}}, strings({"이름", "국어", "개똥이", "칠득이"})));
  EXPECT_EQ(document.text, "성적\n\n이름 | 국어\n개똥이 | 89\n칠득이 | 77.5\n\n숨김\n\n[hidden sheet]\n\n칠득이");
  ASSERT_EQ(document.tables.size(), 1U);
  EXPECT_EQ(document.text.substr(document.tables[0].header.begin, document.tables[0].header.size()), "이름 | 국어");
  EXPECT_EQ(document.headings.size(), 2U);
  EXPECT_EQ(document.title, "a");
}

TEST(Xls, ShowsNumbersAsTheCellsDo) {
  const std::string small_numbers =
      record(0xBD, le16(1) + le16(0) + le16(3) + le32(123456U << 2 | 2) + le16(0) + le32(314U << 2 | 3) + le16(1));
  const std::string cells = number(0, 0, 45292, 1) + number(0, 1, 0.125, 2) + small_numbers + record(0x27E, at(2, 0) + le32(0x3FF80000)) +
                            record(0x205, at(2, 1) + std::string{1, 0}) + record(0x205, at(3, 0) + std::string{7, 1}) + shared(3, 1, 0);
  EXPECT_EQ(only_document(parse({{"s", cells}}, kFormats + strings({"끝"}))).text,
            "s\n\n2024-01-01 | 13%\n₩123,456 | 3.14\n1.5 | TRUE\n#DIV/0! | 끝");
  EXPECT_THAT(only_document(parse({{"s", cells}}, record(0x22, le16(1)) + kFormats + strings({"끝"}))).text, HasSubstr("2028-01-02"));
}

TEST(Xls, ReadsTheValuesFormulasLastHad) {
  const auto formula = [](std::uint16_t row, std::uint16_t column, const std::string& value) {
    return record(0x06, at(row, column) + value + std::string(8, '\0'));
  };
  const auto no_number = [](char kind, char value) { return std::string{kind, 0, value, 0, 0, 0, '\xFF', '\xFF'}; };
  const std::string cells = formula(0, 0, eight_bytes(42)) + formula(0, 1, no_number(0, 0)) + record(0x4BC, "x") +
                            record(0x207, text("합계")) + formula(1, 0, no_number(1, 1)) + formula(1, 1, no_number(2, 0x2A)) +
                            record(0x204, at(2, 0) + text("표지")) + shared(2, 1, 0);
  EXPECT_EQ(only_document(parse({{"s", cells}}, strings({"x"}))).text, "s\n\n42 | 합계\nTRUE | #N/A\n표지 | x");
}

TEST(Xls, JoinsStringsThatGoOnInTheNextRecord) {
  // "가나다라", then "abcd" whose second half has one byte a character; rich text and phonetics behind the first.
  const std::string wide = utf16le("가나다라");
  const std::string sst = record(0xFC, le32(2) + le32(2) + le16(4) + "\x0D" + le16(1) + le32(2) + wide.substr(0, 4)) +
                          record(0x3C, "\1" + wide.substr(4) + std::string(4, 'r') + "pp" + le16(4) + "\1" + utf16le("ab")) +
                          record(0x3C, std::string("\0cd", 3));
  EXPECT_EQ(only_document(parse({{"s", shared(0, 0, 0) + shared(0, 1, 1)}}, sst)).text, "s\n\n가나다라 | abcd");
}

TEST(Xls, LeavesOutChartsWithinASheet) {
  const std::string chart = begin(0x20) + shared(5, 0, 1) + kEnd;
  EXPECT_EQ(only_document(parse({{"s", shared(0, 0, 0) + chart + shared(1, 0, 0)}}, strings({"kept", "chart"}))).text, "s\n\nkept\n\nkept");
}

TEST(Xls, GivesAReasonForWhatItCannotRead) {
  EXPECT_THAT(parse({{"s", ""}}, record(0x2F, "secret")).skipped, HasSubstr("it needs a password"));
  EXPECT_THAT(parse_bytes(test::make_compound_file({{"Book", begin(5, 0x0500)}}), "a.xls").skipped, HasSubstr("Excel 95"));
  EXPECT_THAT(parse_bytes(test::make_compound_file({{"Workbook", "x"}}), "a.xls").skipped, HasSubstr("does not begin like one"));
  EXPECT_THAT(parse_bytes("\x7F\1 no compound file", "a.xls").skipped, HasSubstr("not a compound file"));
  EXPECT_EQ(parse({{"s", ""}}, "").skipped, "a workbook without text");
  std::string lost = make_xls({{"a", shared(0, 0, 0)}, {"b", shared(0, 0, 0)}}, strings({"kept"}));
  lost.replace(lost.find(le16(0x85) + le16(10)) + 4, 4, le32(0x00FFFFFF));
  const ParseOutcome outcome = parse_bytes(lost, "a.xls");
  EXPECT_EQ(only_document(outcome).text, "b\n\nkept");
  EXPECT_THAT(outcome.warnings, ElementsAre(HasSubstr("sheet \"a\" is left out")));
}

TEST(Xls, DoesNotBelieveCounts) {
  const std::string claims = record(0xFC, le32(0xFFFFFFFF) + le32(0xFFFFFFFF) + text("only"));
  const ParseOutcome outcome = parse({{"s", shared(0, 0, 0) + shared(0, 1, 0xFFFFFFF0)}}, claims);
  EXPECT_EQ(only_document(outcome).text, "s\n\nonly");
  EXPECT_THAT(outcome.warnings, ElementsAre(HasSubstr("texts of cells are not in the file")));
}

TEST(Xls, ReadsNoSheetBeyondTheBeginningOfAnother) {
  std::string bytes = make_xls({{"a", shared(0, 0, 0)}, {"b", shared(0, 0, 1)}}, strings({"one", "two"}));
  const std::size_t end = bytes.find(shared(0, 0, 0)) + shared(0, 0, 0).size();
  bytes.replace(end, 2, le16(0x99));  // its end is none any more
  const ParseOutcome outcome = parse_bytes(bytes, "a.xls");
  EXPECT_EQ(only_document(outcome).text, "a\n\none\n\nb\n\ntwo");
  EXPECT_THAT(outcome.warnings, ElementsAre("sheet \"a\" is cut short"));
}

TEST(Xls, NeverCrashesOnATruncatedOrFlippedFile) {
  const std::string whole =
      make_xls({{"s", shared(0, 0, 0) + number(1, 1, 2, 1) + record(0xE5, le16(1) + le16(0) + le16(1) + le16(0) + le16(1))}},
               kFormats + strings({"가"}));
  test::expect_read_or_refused_when_damaged(whole, "a.xls", 3, 0xFF, 0x41);
}

}  // namespace
}  // namespace rag
