#include <gtest/gtest.h>

#include <set>

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

TEST(MediaType, KnowsOfficeFilesByTheirContentTypes) {
  const auto type = [](const std::string& main_type, const char* name) {
    return detect_media_type(test::make_zip({{"[Content_Types].xml", "<Override ContentType='application/" + main_type + "+xml'/>"}}),
                             name);
  };
  EXPECT_EQ(type("vnd.ms-excel.sheet.macroEnabled.main", "a"), type("vnd.openxmlformats-officedocument.spreadsheetml.sheet.main", "b.zip"));
  EXPECT_EQ(type("vnd.openxmlformats-officedocument.presentationml.slideshow.main", "a.docx"),
            "application/vnd.openxmlformats-officedocument.presentationml.presentation");
  EXPECT_EQ(type("vnd.ms-excel.sheet.binary.macroEnabled.main", "a.xlsx"), "application/vnd.ms-excel.sheet.binary.macroenabled.12");
}

TEST(MediaType, ReadsTheMimetypeMemberWhereverItStands) {
  EXPECT_EQ(
      detect_media_type(test::make_zip({{"content.xml", "x"}, {"mimetype", "application/vnd.oasis.opendocument.text-template\n"}}), "a"),
      "application/vnd.oasis.opendocument.text-template");
  EXPECT_EQ(detect_media_type(test::make_zip({{"META-INF/container.xml", "x"}, {"OPS/book.opf", "x"}}), "a.zip"), "application/epub+zip");
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

TEST(MediaType, KnowsRecordings) {
  EXPECT_EQ(detect_media_type("ID3\x04", "a"), "audio/mpeg");
  EXPECT_EQ(detect_media_type("\xFF\xFB\x90\x64", "a.MP3"), "audio/mpeg");
  EXPECT_EQ(detect_media_type("fLaC", "a"), "audio/flac");
  EXPECT_EQ(detect_media_type("RIFF\x10\x10\x10\x10WAVEfmt ", "a"), "audio/wav");
  EXPECT_EQ(detect_media_type("RIFF\x10\x10\x10\x10" "AVI LIST", "a"), "video/x-msvideo");
  EXPECT_EQ(detect_media_type(std::string("\0\0\0\x20" "ftypM4A ", 12), "a"), "audio/mp4");
  EXPECT_EQ(detect_media_type(std::string("\0\0\0\x20" "ftypisom", 12), "a"), "video/mp4");
  EXPECT_EQ(detect_media_type("\x1A\x45\xDF\xA3", "a"), "video/x-matroska");
  EXPECT_EQ(detect_media_type(std::string("\0\0\0\x20" "ftypheic", 12), "a"), "image/heic") << "a photograph in the same frame";
}

TEST(MediaType, TakesNoSentenceForSound) {
  EXPECT_EQ(detect_media_type("What is AIFF?", "a.txt"), "text/plain");
  EXPECT_EQ(detect_media_type("The new WAVE of things", "a.txt"), "text/plain");
}

TEST(FindParser, HasOneForWhatWeReadAndNoneForTheRest) {
  ASSERT_NE(find_parser("application/pdf"), nullptr);
  EXPECT_EQ(find_parser("application/pdf")->name(), "pdf");
  EXPECT_EQ(find_parser("audio/mpeg"), nullptr);
  std::set<std::string> names;
  for (const Parser* parser : all_parsers()) {
    EXPECT_TRUE(names.insert(parser->name()).second) << parser->name();
    for (const std::string& type : parser->media_types()) EXPECT_EQ(find_parser(type), parser) << type;
  }
}

TEST(MediaType, SeesWhatIsBehindTheNameOfAnOfficeFile) {
  EXPECT_EQ(detect_media_type("name\tpay\nkim\t1\n", "report.xls"), "text/csv");
  EXPECT_EQ(detect_media_type("<?xml version='1.0'?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">", "report.xls"), "application/vnd.ms-spreadsheetml");
  EXPECT_EQ(detect_media_type("Message-ID: <1@wiki>\nSubject: Exported\nMIME-Version: 1.0\n\n", "page.doc"), "application/x-mimearchive");
  EXPECT_EQ(detect_media_type(std::string("\x09\x04\x06\0\0\0\x10\0", 8), "old.xls"), "application/vnd.ms-excel") << "binary, though not of a kind we read";
}

}  // namespace
}  // namespace rag
