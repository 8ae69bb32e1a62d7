#include "ingest/ocr.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "core/error.h"
#include "drawn_pages.h"
#include "ingest/page_recognizer.h"
#include "support.h"

namespace rag {
namespace {

using test::draw_page;
using test::draw_pdf;
using test::only_document;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const test::DrawnPage kLeave{.lines = {"Every employee has fifteen days", "of leave in a year."}};
const test::DrawnPage kTravel{.lines = {"Travel is paid within ten days", "after the end of the trip."}};

// Text recognition in English and, where it says so, Korean; without both the test skips itself.
class Ocr : public testing::Test {
 protected:
  void SetUp() override {
    if (!test::can_draw_pages()) GTEST_SKIP() << "built without leptonica, which draws the pages";
    static const std::string missing = [] {
      std::string problem;
      open_recognizer({"kor", "eng"}, problem);
      return problem;
    }();
    if (!missing.empty()) GTEST_SKIP() << missing;
    limits_.ocr.languages = "eng";
  }
  ParseOutcome parse(const std::string& bytes, const std::string& name) const { return parse_bytes(bytes, name, limits_); }
  std::string text(const std::string& bytes, const std::string& name) const { return only_document(parse(bytes, name)).text; }

  ParseLimits limits_;
};

TEST_F(Ocr, ReadsEveryKindOfPicture) {
  for (const std::string format : {"png", "jpg", "tif", "bmp", "webp", "gif"})
    EXPECT_EQ(text(draw_page(kLeave, format), "a." + format), "Every employee has fifteen days\nof leave in a year.") << format;
}

TEST_F(Ocr, ReadsKoreanAndEnglishByDefault) {
  limits_ = {};
  EXPECT_EQ(text(test::draw_hangul(), "a.png"), "가나다라");
  EXPECT_THAT(text(draw_page(kLeave, "png"), "a.png"), HasSubstr("fifteen days"));
}

TEST_F(Ocr, ReadsATiffPageByPage) {
  const Document document = only_document(parse(test::draw_tiff({kLeave, kTravel}), "fax.tiff"));
  ASSERT_EQ(document.pages.size(), 2U);
  EXPECT_THAT(document.text.substr(document.pages[1].begin), testing::StartsWith("Travel is paid"));
  EXPECT_THAT(document.metadata.at("pages"), ElementsAre("2"));
}

TEST_F(Ocr, LooksOnlyAtPdfPagesWithoutText) {
  const ParseOutcome outcome = parse(draw_pdf({kLeave, {}, kTravel}), "scan.pdf");
  const Document document = only_document(outcome);
  EXPECT_EQ(page_at(document, document.text.find("fifteen")), 1);
  EXPECT_EQ(page_at(document, document.text.find("trip")), 3);
  EXPECT_THAT(document.metadata.at("ocr_pages"), ElementsAre("2"));
  EXPECT_THAT(outcome.warnings, ElementsAre("1 of 3 pages have no text (nothing was recognised in what they show): 2"));
  const Document typed = only_document(parse(test::make_pdf({{{11, "Some words of text."}}}), "a.pdf"));
  EXPECT_FALSE(typed.metadata.contains("ocr_pages"));
}

TEST_F(Ocr, KeepsHowSureItIsOfEachPage) {
  const Document document = only_document(parse(draw_pdf({kLeave, kTravel}), "scan.pdf"));
  EXPECT_GT(std::stoi(document.metadata.at("ocr_confidence")[0]), 80);
  EXPECT_THAT(document.metadata.at("ocr_page_confidence")[0], testing::MatchesRegex("1:[0-9]+ 2:[0-9]+"));
}

TEST_F(Ocr, WarnsOfAPageItIsNotSureOf) {
  test::DrawnPage poor = kLeave;
  poor.scale_percent = 17;
  poor.noise = 0.0005;
  const ParseOutcome outcome = parse(draw_page(poor, "png"), "a.png");
  if (outcome.skipped.empty())
    EXPECT_THAT(outcome.warnings, ElementsAre(HasSubstr("page 1: recognised with little confidence (")));
  else
    EXPECT_EQ(outcome.skipped, "a picture without text in it");
}

TEST_F(Ocr, StraightensASheetThatLayAskew) {
  for (const double degrees : {-3.0, 2.0}) {
    test::DrawnPage askew = kLeave;
    askew.lines.insert(askew.lines.end(), {"", "Unused days may be carried over to", "March of the year that follows."});
    askew.turned_degrees = degrees;
    EXPECT_EQ(text(draw_page(askew, "png"), "a.png"),
              "Every employee has fifteen days\nof leave in a year.\n\nUnused days may be carried over to\nMarch of the year that follows.")
        << degrees;
  }
}

TEST_F(Ocr, TurnsASheetThatLaySideways) {
  std::string problem;
  if (!open_recognizer({"osd"}, problem)) GTEST_SKIP() << problem;
  test::DrawnPage sideways = kLeave;
  for (const std::string line : {"Unused days may be carried over to", "March of the year that follows, when", "the manager agrees in writing with it.",
                                 "Travel is paid within ten days after", "the end of the trip. Keep all receipts", "and hand them in with the form."})
    sideways.lines.push_back(line);
  for (const double degrees : {90.0, 180.0}) {
    sideways.turned_degrees = degrees;
    EXPECT_THAT(text(draw_page(sideways, "png"), "a.png"), HasSubstr("Travel is paid within ten days after")) << degrees;
  }
}

TEST_F(Ocr, ReadsOneColumnAfterTheOther) {
  const test::DrawnPage page{
      .lines = {"The first column tells of", "rivers that run down to", "the sea, and of the hills", "from where the water comes,", "of rain that falls on them",
                "and of the snow that melts", "in spring, when all of the", "valleys below are green,", "from which they come to us."},
      .second_column = {"The second one has more", "to say about the towns that", "people have built beside", "them in all these years, of", "the mills and bridges, the",
                        "boats that carried the grain", "and of the markets where it", "was sold to those who came", "from far away to buy bread."}};
  const std::string read = text(draw_page(page, "png"), "a.png");
  EXPECT_LT(read.find("which they come"), read.find("The second one"));
  EXPECT_THAT(read, HasSubstr("The first column tells of\nrivers that run down to\nthe sea"));
}

TEST_F(Ocr, JoinsWordsBrokenAtALineEnd) {
  EXPECT_THAT(text(draw_page({.lines = {"Every year each of the employ-", "ees has fifteen days of leave."}}, "png"), "a.png"), HasSubstr("employees\nhas"));
}

TEST_F(Ocr, ReadsWhiteOnBlack) {
  test::DrawnPage dark = kLeave;
  dark.white_on_black = true;
  EXPECT_THAT(text(draw_page(dark, "png"), "a.png"), HasSubstr("fifteen days"));
}

TEST_F(Ocr, NamesThePagesItHasNoTimeFor) {
  limits_.ocr.max_cpu = std::chrono::seconds(0);
  const std::string pdf = draw_pdf({kLeave, kTravel});
  EXPECT_THAT(parse(pdf, "scan.pdf").skipped, HasSubstr("none of its 2 pages has text"));
  std::string typed = test::make_pdf({{{11, "Some words of text."}}, {}, {}});
  const ParseOutcome outcome = parse(typed, "a.pdf");
  EXPECT_THAT(outcome.warnings, ElementsAre("pages 2-3: not recognised, the file's 0 s of processor time are spent; --ocr-seconds N allows more"));
  EXPECT_EQ(only_document(outcome).pages.size(), 3U);
}

TEST_F(Ocr, EndsAPageThatTakesTooLong) {
  std::string problem;
  const auto recognizer = open_recognizer({"eng"}, problem);
  ASSERT_TRUE(recognizer) << problem;
  recognizer->decode(draw_page(kLeave, "png"), [&](DecodedImage page) {
    EXPECT_TRUE(recognizer->recognize(page.image, 0).out_of_time);
    EXPECT_FALSE(recognizer->recognize(page.image, 60).out_of_time);
    return true;
  });
}

TEST_F(Ocr, NamesTheLanguagePackThatIsMissing) {
  limits_.ocr.languages = "eng+xyz_old";
  const std::string reason = "scanned, perhaps; to have them recognised, install tesseract-ocr-xyz-old";
  EXPECT_EQ(parse(draw_pdf({kLeave, kTravel}), "a.pdf").skipped, "none of its 2 pages has text (" + reason + ")");
  EXPECT_EQ(parse(draw_page(kLeave, "png"), "a.png").skipped, "a picture (" + reason + ")");
}

TEST_F(Ocr, CanBeTurnedOff) {
  limits_.ocr.enabled = false;
  EXPECT_EQ(parse(draw_page(kLeave, "png"), "a.png").skipped, "a picture (scanned, perhaps; text recognition is off)");
}

TEST_F(Ocr, RefusesAPictureTooLargeBeforeItIsDecoded) {
  std::string png = draw_page(kLeave, "png");
  png.replace(16, 8, std::string("\0\0\x80\0\0\0\x80\0", 8));  // its header's width and height
  EXPECT_EQ(parse(png, "a.png").skipped, "image of 32768 x 32768 pixels, at most 50 million are read");
}

TEST_F(Ocr, StartsNoThreads) {
  const auto threads = [] {
    const std::filesystem::directory_iterator all("/proc/self/task");
    return std::distance(begin(all), end(all));
  };
  const auto before = threads();
  text(draw_page(kLeave, "png"), "a.png");
  EXPECT_EQ(threads(), before);
}

TEST_F(Ocr, GivesAReasonForEveryDamage) {
  std::string problem;
  const auto recognizer = open_recognizer({"eng"}, problem);
  ASSERT_TRUE(recognizer) << problem;
  const test::DrawnPage small{.lines = {"Ten days"}, .scale_percent = 20};
  for (const std::string format : {"png", "jpg", "tif", "bmp", "webp", "gif"}) {
    const std::string whole = draw_page(small, format);
    EXPECT_NE(parse(whole.substr(0, whole.size() / 3), "a." + format).documents.size() + parse(whole.substr(0, 5), "a." + format).skipped.size(), 0U);
    for (std::size_t at = 1; at < whole.size(); at += 1 + whole.size() / 60) {
      std::string flipped = whole;
      flipped[at] = static_cast<char>(flipped[at] ^ 0x55);
      for (const std::string& bytes : {whole.substr(0, at), flipped})
        recognizer->decode(bytes, [&](DecodedImage page) {
          const auto pixels = static_cast<std::size_t>(page.image.width) * static_cast<std::size_t>(page.image.height);
          EXPECT_EQ(page.image.pixels.size(), pixels) << format << " " << at;
          EXPECT_NE(page.problem.empty(), page.image.pixels.empty()) << format << " " << at;
          return true;
        });
    }
  }
}

TEST_F(Ocr, WorksInTheSandbox) {
  const test::TemporaryFolder folder;
  const auto sandbox = start_parser_sandbox(limits_);
  EXPECT_THAT(only_document(sandbox->parse(folder.write("a.pdf", draw_pdf({kLeave})), "a.pdf")).text, HasSubstr("fifteen days"));
  EXPECT_THAT(only_document(sandbox->parse(folder.write("a.tif", test::draw_tiff({kLeave, kTravel})), "a.tif")).text, HasSubstr("trip"));
}

TEST(OcrLanguages, AreNamesJoinedByPlus) {
  EXPECT_THAT(ocr_languages("kor+eng+kor"), ElementsAre("kor", "eng"));
  EXPECT_THAT(ocr_languages("chi_sim+script/Hangul"), ElementsAre("chi_sim", "script/Hangul"));
  for (const std::string wrong : {"", "+", "kor+", "../etc/passwd", "/kor", "kor eng", "a/b/c", "kor\n"}) EXPECT_THROW(ocr_languages(wrong), Error) << wrong;
}

TEST(PageList, JoinsNeighboursAndEndsInTime) {
  EXPECT_EQ(page_list({3}), "3");
  EXPECT_EQ(page_list({1, 2, 3, 7, 9, 10}), "1-3, 7, 9-10");
  std::vector<int> odd;
  for (int page = 1; page < 100; page += 2) odd.push_back(page);
  EXPECT_THAT(page_list(odd), testing::EndsWith("23 and 38 more"));
}

}  // namespace
}  // namespace rag
