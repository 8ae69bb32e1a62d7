#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/pdf_layout.h"
#include "ingest/pdf_text.h"
#include "support.h"

namespace rag {
namespace {

using test::make_pdf;
using test::only_document;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::vector<std::vector<test::PdfTextLine>> kHandbook{
    {{20, "Leave policy"},
     {11, "Every employee has fifteen days of leave."},
     {11, "Unused days may be carried over to March."},
     {11, "Ask your manager first."}},
    {{11, "Travel is paid within ten days after the trip."}, {11, "Keep all receipts."}, {11, "The limit is 100 euros a night."}}};

TEST(Pdf, ReadsPageByPageInOrder) {
  const Document document = only_document(parse_bytes(make_pdf(kHandbook, "Handbook"), "a.pdf"));
  ASSERT_EQ(document.pages.size(), 2U);
  EXPECT_EQ(document.pages[0].begin, 0U);
  EXPECT_EQ(document.text.substr(document.pages[1].begin, 9), "Travel is");
  EXPECT_EQ(page_at(document, document.text.find("receipts")), 2);
  EXPECT_EQ(document.title, "Handbook");
  EXPECT_THAT(document.metadata.at("pages"), ElementsAre("2"));
}

TEST(Pdf, TakesLargerLinesForHeadings) {
  const Document document = only_document(parse_bytes(make_pdf(kHandbook), "leave.pdf"));
  ASSERT_EQ(document.headings.size(), 1U);
  EXPECT_EQ(document.headings[0].text, "Leave policy");
  EXPECT_THAT(document.text, HasSubstr("Leave policy\n\nEvery employee"));
  EXPECT_EQ(document.title, "leave") << "the file's name, not the largest line";
}

TEST(Pdf, WritesATableARowALine) {
  const Document document = only_document(parse_bytes(make_pdf({{{11, "The plans cost as follows, each month, for one employee."},
                                                                 {11, "Plan|Cost|Limit"},
                                                                 {11, "Plus|100|none"},
                                                                 {11, "Standard|50|2000"},
                                                                 {11, "Basic|20|500"}}}),
                                                      "a.pdf"));
  EXPECT_THAT(document.text, HasSubstr("Plan | Cost | Limit\nPlus | 100 | none\nStandard | 50 | 2000\nBasic | 20 | 500"));
  ASSERT_EQ(document.tables.size(), 1U);
  EXPECT_EQ(document.text.substr(document.tables[0].header.begin, document.tables[0].header.size()), "Plan | Cost | Limit");
}

TEST(Pdf, CountsPagesWithoutText) {
  ParseLimits limits;
  limits.ocr.enabled = false;
  const ParseOutcome outcome = parse_bytes(make_pdf({kHandbook[0], {}, {}}), "a.pdf", limits);
  EXPECT_THAT(outcome.warnings, ElementsAre("2 of 3 pages have no text (scanned, perhaps; text recognition is off): 2-3"));
  EXPECT_EQ(only_document(outcome).pages.size(), 3U);
  EXPECT_EQ(parse_bytes(make_pdf({{}, {}}), "a.pdf", limits).skipped, "none of its 2 pages has text (scanned, perhaps; text recognition is off)");
}

TEST(Pdf, ReadsWhatItSaysOfItself) {
  const std::string pdf = test::pdf_of_objects({"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                                                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>",
                                                "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>", test::pdf_stream("BT /F1 12 Tf 60 700 Td (Words) Tj ET"),
                                                "<< /Title <FEFFD734AC000020ADDCC815> /Author (Andr\\351 Kim) /CreationDate (D:20240301093000+09'00') /ModDate (soon) >>"}, "/Info 6 0 R");
  const Document document = only_document(parse_bytes(pdf, "a.pdf"));
  EXPECT_EQ(document.title, "휴가 규정");
  EXPECT_THAT(document.metadata.at("author"), ElementsAre("André Kim"));
  EXPECT_THAT(document.metadata.at("created"), ElementsAre("2024-03-01T00:30:00Z"));
  EXPECT_FALSE(document.metadata.contains("modified"));
}

TEST(Pdf, GivesAReasonForEveryDamage) {
  EXPECT_THAT(parse_bytes("%PDF-1.4 and then nothing", "a.pdf").skipped, HasSubstr("damaged PDF"));
  EXPECT_THAT(parse_bytes(make_pdf(kHandbook), "claims-to-be.txt").skipped, "") << "content counts, not the name";
  const std::string whole = make_pdf(kHandbook);
  for (std::size_t size = 0; size < whole.size(); size += 31) {
    const ParseOutcome outcome = parse_bytes(whole.substr(0, size), "a.pdf");
    EXPECT_TRUE(!outcome.skipped.empty() || outcome.documents.size() == 1) << size;
  }
}

TEST(PdfText, JoinsBrokenWordsButKeepsHyphensTheDocumentUses) {
  std::vector<std::string> pages{"the employ-\nees have a long-\nterm plan\nwith a long-term view"};
  mend_pdf_pages(pages);
  EXPECT_THAT(pages[0], HasSubstr("the employees\nhave"));
  EXPECT_THAT(pages[0], HasSubstr("long-term\nplan"));
}

TEST(PdfText, RestoresHyphensThatTheReaderAte) {
  std::vector<std::string> pages{"in-network in-network in-network and innetwork care, but coinsurance coinsurance co-insurance"};
  mend_pdf_pages(pages);
  EXPECT_EQ(pages[0], "in-network in-network in-network and in-network care, but coinsurance coinsurance co-insurance");
}

TEST(PdfText, PartsWordsWhereTheDirectionOfWritingTurns) {
  // As poppler gives "R و Python من", and a comma, which belongs to its word.
  std::vector<std::string> pages{"\u202B\u202A R\u202Cو\u202A Python\u202Cمن \u202AR\u202C، لغة\u202C"};
  mend_pdf_pages(pages);
  EXPECT_EQ(pages[0], "\u202B\u202A R \u202Cو\u202A Python \u202Cمن \u202AR\u202C، لغة\u202C");
}

TEST(PdfText, MendsLigaturesAndBullets) {
  std::vector<std::string> pages{
      "e\xEF\xAC\x83"
      "cient \xEF\x82\xB7 point\n•\n•\n\nfirst\nsecond\n\nafter"};
  mend_pdf_pages(pages);
  EXPECT_EQ(pages[0], "efficient • point\n• first\n• second\n\nafter");
}

PdfWord word(double left, double top, const std::string& text, double size = 10) {
  return {left, top, left + size * 0.5 * static_cast<double>(text.size()), top + size, size, false, text};
}

TEST(PdfLayout, PutsWordsOfOneHeightOnOneLine) {
  const std::vector<PdfLine> lines =
      lines_by_height({word(60, 20, "below"), word(60, 0, "left"), word(85, 1, "near"), word(300, 0, "far")});
  ASSERT_EQ(lines.size(), 2U);
  ASSERT_EQ(lines[0].cells.size(), 2U);
  EXPECT_EQ(lines[0].cells[0].text, "left near");
  EXPECT_EQ(lines[0].cells[1].text, "far");
}

TEST(PdfLayout, KeepsAListMarkerWithItsItem) {
  const std::vector<PdfLine> lines = lines_by_height({word(60, 0, "1."), word(100, 0, "item")});
  ASSERT_EQ(lines[0].cells.size(), 1U);
  EXPECT_EQ(lines[0].cells[0].text, "1. item");
  EXPECT_EQ(lines_by_height({word(60, 0, "다."), word(300, 0, "다음 단")})[0].cells.size(), 2U) << "the end of a paragraph beside the next column";
}

TEST(PdfLayout, AlignsCellsThatAreMissing) {
  const std::vector<PdfBlock> blocks =
      find_tables(lines_by_height({word(60, 0, "a"), word(160, 0, "b"), word(260, 0, "c"), word(60, 20, "d"), word(260, 20, "e"),
                                   word(60, 40, "f"), word(160, 40, "g"), word(260, 40, "h")}));
  ASSERT_EQ(blocks.size(), 1U);
  ASSERT_TRUE(blocks[0].is_table);
  EXPECT_THAT(blocks[0].rows[1], ElementsAre("d", "", "e"));
}

TEST(PdfLayout, LeavesColumnsOfProseAlone) {
  std::vector<PdfWord> words;
  const std::string prose = "this-is-a-long-line-of-prose-that-fills-its-column-to-the-border";
  for (int line = 0; line < 10; ++line) {
    words.push_back(word(60, line * 12.0, prose, 8));
    words.push_back(word(350, line * 12.0, prose, 8));
  }
  EXPECT_TRUE(find_tables(lines_by_height(words)).empty());
}

// Words of a cell, as wide as its syllables are.
PdfWord cell(double left, double top, const std::string& text, double ems) { return {left, top, left + 10 * ems, top + 10, 10, false, text}; }

TEST(PdfLayout, LeavesColumnsOfKoreanProseAloneThoughTheirLinesAreShort) {
  std::vector<PdfWord> words;
  for (int line = 0; line < 12; ++line) {
    const double last = line == 5 ? 7 : 16 + line % 2;  // a paragraph ends
    words.push_back(cell(72, line * 14.0, "는 새로운 휴가 규정을 마련", last));
    words.push_back(cell(310, line * 14.0, "사는 부서장의 승인을 받아", last));
  }
  EXPECT_TRUE(find_tables(lines_by_height(words)).empty());
}

TEST(PdfLayout, ReadsColumnsOfKoreanOneAfterTheOther) {
  std::vector<PdfWord> words{cell(72, 0, "회사 소식지 제3호 온 너비에 걸친 제목", 40)};
  for (int line = 1; line < 9; ++line) {
    words.push_back(cell(310, line * 14.0 + 1, "오른 단의 줄 " + std::to_string(line), line == 8 ? 9 : 17));
    words.push_back(cell(72, line * 14.0, "왼 단의 줄 " + std::to_string(line), 17));
  }
  words.push_back(cell(72, 140, "아래쪽의 온 너비에 걸친 알림 글", 40));
  std::string all;
  for (const PdfLine& line : lines_by_column(words, lines_by_height(words))) all += line.text() + "\n";
  EXPECT_EQ(all,
            "회사 소식지 제3호 온 너비에 걸친 제목\n왼 단의 줄 1\n왼 단의 줄 2\n왼 단의 줄 3\n왼 단의 줄 4\n왼 단의 줄 5\n왼 단의 줄 6\n왼 단의 줄 7\n왼 단의 줄 8\n"
            "오른 단의 줄 1\n오른 단의 줄 2\n오른 단의 줄 3\n오른 단의 줄 4\n오른 단의 줄 5\n오른 단의 줄 6\n오른 단의 줄 7\n오른 단의 줄 8\n아래쪽의 온 너비에 걸친 알림 글\n");
  for (PdfWord& word : words) word.text = "words of another tongue";
  EXPECT_TRUE(lines_by_column(words, lines_by_height(words)).empty()) << "poppler's own order serves";
}

TEST(PdfLayout, TakesCellsOfEqualWidthForATable) {
  std::vector<PdfWord> codes, names;
  for (int line = 0; line < 12; ++line) {
    codes.push_back(cell(72, line * 14.0, "2026-11-29T09:00:0" + std::to_string(line), 10));
    codes.push_back(cell(310, line * 14.0, "9f8e7d6c5b4a39281706", 10));
    names.push_back(cell(72, line * 14.0, "부장 김 철수", 5 + line % 4 * 2));
    names.push_back(cell(310, line * 14.0, "인사팀 급여 담당 과장", 9));
  }
  EXPECT_EQ(find_tables(lines_by_height(codes)).size(), 1U);
  EXPECT_EQ(find_tables(lines_by_height(names)).size(), 1U);
}

}  // namespace
}  // namespace rag
