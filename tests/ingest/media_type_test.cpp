#include <gtest/gtest.h>

#include "ingest/parser.h"
#include "support.h"

namespace rag {
namespace {

TEST(MediaType, BelievesContentBeforeTheName) {
  EXPECT_EQ(detect_media_type("%PDF-1.7\n...", "notes.txt"), "application/pdf");
  EXPECT_EQ(detect_media_type("<!DOCTYPE html><p>x", "page.txt"), "text/html");
  EXPECT_EQ(detect_media_type("\x89PNG\r\n\x1A\n", "scan.md"), "image/png");
}

TEST(MediaType, GoesByTheNameForText) {
  EXPECT_EQ(detect_media_type("x = 1\n", "a/run.PY"), "text/x-python");
  EXPECT_EQ(detect_media_type("# Title\n", "README.md"), "text/markdown");
  EXPECT_EQ(detect_media_type("all:\n", "src/Makefile"), "text/x-makefile");
  EXPECT_EQ(detect_media_type("words", "no-extension"), "text/plain");
}

TEST(MediaType, LooksIntoZips) {
  EXPECT_EQ(detect_media_type(test::make_docx(""), "letter"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
  EXPECT_EQ(detect_media_type(test::make_zip({{"a.txt", "x"}}), "a.zip"), "application/zip");
  EXPECT_EQ(detect_media_type(test::make_zip({{"[Content_Types].xml", "x"}, {"xl/workbook.xml", "x"}}), "a.docx"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
}

TEST(MediaType, KnowsMailByItsHeaders) {
  EXPECT_EQ(detect_media_type("From: a@b.c\nTo: d@e.f\nMessage-ID: <1@b.c>\nSubject: Hi\n\nHello\n", "saved"), "message/rfc822");
  EXPECT_EQ(detect_media_type("From a@b.c Tue Mar  5 2024\nMessage-ID: <1@b.c>\nSubject: Hi\n\nHello\n", "box"), "application/mbox");
  EXPECT_EQ(detect_media_type("From: here to there\nTo: be or not to be\n", "poem"), "text/plain");
}

TEST(MediaType, KnowsNothingOfBinaryRubbish) {
  EXPECT_EQ(detect_media_type(std::string("\x01\x02\0\x03\xFF\xFE\x80", 7), "thing"), "application/octet-stream");
}

TEST(MediaType, SeesAPageInUtf16) {
  EXPECT_EQ(detect_media_type("\xFF\xFE" + test::encode("<html><body>강</body></html>", "UTF-16LE"), "page"), "text/html");
}

TEST(FindParser, HasOneForWhatWeReadAndNoneForTheRest) {
  ASSERT_NE(find_parser("application/pdf"), nullptr);
  EXPECT_EQ(find_parser("application/pdf")->name(), "pdf");
  EXPECT_EQ(find_parser("audio/mpeg"), nullptr);
  EXPECT_EQ(all_parsers().size(), 15U);
}

}  // namespace
}  // namespace rag
