#include "ingest/picture_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compound_file_builder.h"
#include "drawn_pages.h"
#include "ingest/ocr.h"
#include "support.h"

namespace rag {
namespace {

using test::draw_page;
using test::make_docx;
using test::make_zip;
using test::only_document;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Members = std::vector<std::pair<std::string, std::string>>;

const std::string kEmptyHwpx = "<hs:sec xmlns:hs='s'/>";

std::string make_hwp(const Members& pictures) {
  std::string header = "HWP Document File";
  header.resize(35);
  header += "\x05" + test::le32(1) + std::string(216, '\0');
  Members streams{{"FileHeader", header}, {"DocInfo", test::deflate_raw("")}, {"BodyText/Section0", test::deflate_raw("")}};
  for (const auto& [name, bytes] : pictures) streams.emplace_back("BinData/" + name, test::deflate_raw(bytes));
  return test::make_compound_file(streams);
}

std::string make_hwpx(const Members& pictures) {
  Members members{{"mimetype", "application/hwp+zip"}, {"Contents/section0.xml", kEmptyHwpx}, {"Preview/PrvImage.png", "a small copy"}};
  for (const auto& [name, bytes] : pictures) members.emplace_back("BinData/" + name, bytes);
  return make_zip(members);
}

std::string make_odt(const Members& pictures) {
  std::string body;
  Members members{{"mimetype", "application/vnd.oasis.opendocument.text"}};
  // The names tell another order than the text.
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const std::string name = "Pictures/" + std::string(1, static_cast<char>('z' - i)) + "0000.png";
    body += "<text:p><draw:frame><draw:image xlink:href='" + name + "'/></draw:frame></text:p>";
    members.emplace_back(name, pictures[i].second);
  }
  members.emplace_back("content.xml", "<office:document-content xmlns:office='o' xmlns:text='t' xmlns:draw='d' xmlns:xlink='x'><office:body><office:text>" + body +
                                          "</office:text></office:body></office:document-content>");
  return make_zip(members);
}

std::string make_scanned_docx(const Members& pictures, const std::string& body = "") {
  Members members{{"docProps/thumbnail.jpeg", "a small copy"}};
  for (const auto& [name, bytes] : pictures) members.emplace_back("word/media/" + name, bytes);
  return make_docx(body, members);
}

// Without a recogniser nothing but the reason differs; these need none.
TEST(PictureText, IsNamedWhereItIsAllThereIsAndIsNotRecognised) {
  ParseLimits limits;
  limits.ocr.enabled = false;
  const Members two{{"image1.png", "\x89PNG"}, {"image2.png", "\x89PNG"}};
  for (const auto& [bytes, name, what] : {std::tuple{make_scanned_docx(two), "a.docx", "a DOCX without text"},
                                          {make_hwp(two), "a.hwp", "an HWP without text"},
                                          {make_hwpx(two), "a.hwpx", "an HWPX without text"},
                                          {make_odt(two), "a.odt", "an ODT without text"}})
    EXPECT_EQ(parse_bytes(bytes, name, limits).skipped, std::string(what) + ", but with 2 pictures (scanned, perhaps; text recognition is off)");
  EXPECT_EQ(parse_bytes(make_scanned_docx({}), "a.docx", limits).skipped, "a DOCX without text");
}

TEST(PictureText, OfADocumentWithHardlyAnyTextIsMissedOnlyWhereAPictureMayBeAPage) {
  ParseLimits limits;
  limits.ocr.enabled = false;
  const std::string heading = "<w:p><w:r><w:t>회의록 2026-03-02</w:t></w:r></w:p>";
  std::string noise = "\x89PNG";
  std::uint32_t random = 5;
  while (noise.size() < 40'000) noise += static_cast<char>((random = random * 1664525 + 1013904223) >> 24);
  const auto warnings = [&](const std::string& body, const std::string& picture) { return parse_bytes(make_scanned_docx({{"image1.png", picture}}, body), "a.docx", limits).warnings; };
  EXPECT_THAT(warnings(heading, noise), ElementsAre("1 picture in it not read (scanned, perhaps; text recognition is off)"));
  EXPECT_THAT(warnings(heading, "\x89PNG a logo"), IsEmpty());
  std::string page;
  for (int i = 0; i < 30; ++i) page += "<w:p><w:r><w:t>강은 바다로 흐른다.</w:t></w:r></w:p>";
  EXPECT_THAT(warnings(page, noise), IsEmpty());
}

const test::DrawnPage kLeave{.lines = {"Every employee has fifteen days", "of leave in a year."}};
const test::DrawnPage kTravel{.lines = {"Travel is paid within ten days", "after the end of the trip."}};

class ScannedDocuments : public testing::Test {
 protected:
  void SetUp() override {
    if (!test::can_draw_pages()) GTEST_SKIP() << "built without leptonica, which draws the pages";
    std::string problem;
    open_recognizer({"eng"}, problem);
    if (!problem.empty()) GTEST_SKIP() << problem;
    limits_.ocr.languages = "eng";
  }
  ParseLimits limits_;
};

TEST_F(ScannedDocuments, AreReadOffTheirPicturesInOrder) {
  const Members pages{{"image2.png", draw_page(kLeave, "png")}, {"image10.png", draw_page(kTravel, "png")}};
  for (const auto& [bytes, name] : {std::pair{make_scanned_docx(pages), "a.docx"}, {make_hwp(pages), "a.hwp"}, {make_hwpx(pages), "a.hwpx"}, {make_odt(pages), "a.odt"}}) {
    const Document document = only_document(parse_bytes(bytes, name, limits_));
    EXPECT_EQ(document.text, "Every employee has fifteen days\nof leave in a year.\n\nTravel is paid within ten days\nafter the end of the trip.") << name;
    EXPECT_THAT(document.metadata.at("ocr_pages"), ElementsAre("2")) << name;
    EXPECT_EQ(document.language, "en") << name;
  }
}

TEST_F(ScannedDocuments, KeepTheirOwnFewWordsAbove) {
  const std::string heading = "<w:p><w:r><w:t>Leave</w:t></w:r></w:p>";
  test::DrawnPage page = kLeave;
  for (int i = 0; i < 12; ++i) page.lines.push_back("Whoever is ill tells the office before nine.");
  const Document document = only_document(parse_bytes(make_scanned_docx({{"image1.png", draw_page(page, "png")}}, heading), "a.docx", limits_));
  EXPECT_THAT(document.text, AllOf(testing::StartsWith("Leave\n\nEvery employee has fifteen days\n"), HasSubstr("before nine.")));
}

TEST_F(ScannedDocuments, LoseADamagedPictureAlone) {
  std::string bytes = make_scanned_docx({{"image1.png", draw_page(kLeave, "png")}, {"image2.png", draw_page(kTravel, "png")}});
  const std::size_t at = bytes.find("word/media/image1.png") + 200;
  for (std::size_t i = at; i < at + 50; ++i) bytes[i] = static_cast<char>(bytes[i] ^ 0x5A);
  const ParseOutcome outcome = parse_bytes(bytes, "a.docx", limits_);
  EXPECT_EQ(only_document(outcome).text, "Travel is paid within ten days\nafter the end of the trip.");
  EXPECT_THAT(outcome.warnings, ElementsAre(testing::StartsWith("picture 1: ")));
}

TEST_F(ScannedDocuments, AreReadInArchivesAsInTheFolder) {
  const std::string zip = make_zip({{"scan.png", draw_page(kLeave, "png")}, {"scan.pdf", test::draw_pdf({kTravel})}, {"scan.docx", make_scanned_docx({{"image1.png", draw_page(kTravel, "png")}})}});
  const test::TemporaryFolder folder;
  const ParseOutcome outcome = start_parser_sandbox(limits_)->parse(folder.write("a.zip", zip), "a.zip");
  ASSERT_EQ(outcome.documents.size(), 3U);
  EXPECT_THAT(outcome.documents[0].text, HasSubstr("fifteen days"));
  EXPECT_THAT(outcome.documents[1].text, HasSubstr("ten days"));
  EXPECT_THAT(outcome.documents[2].text, HasSubstr("ten days"));
  EXPECT_THAT(outcome.members, IsEmpty());
}

}  // namespace
}  // namespace rag
