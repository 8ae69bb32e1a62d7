#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compound_file_builder.h"
#include "core/error.h"
#include "ingest/compressed_rtf.h"
#include "ingest/parser.h"
#include "support.h"

namespace rag {
namespace {

using test::encode;
using test::le16;
using test::le32;
using test::only_document;
using test::utf16le;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

using Streams = std::vector<std::pair<std::string, std::string>>;

std::string number(std::uint16_t id, std::uint32_t low, std::uint32_t high = 0) {
  return le16(3) + le16(id) + le32(6) + le32(low) + le32(high);
}
std::pair<std::string, std::string> wide(const std::string& where, const std::string& id, const std::string& text) {
  return {where + "__substg1.0_" + id + "001F", utf16le(text)};
}
std::pair<std::string, std::string> binary(const std::string& where, const std::string& id, const std::string& bytes) {
  return {where + "__substg1.0_" + id + "0102", bytes};
}

// The head's size says whether it is the message itself, one within it, or an attachment or a recipient.
std::pair<std::string, std::string> properties(const std::string& where, std::size_t head, const std::string& numbers = "") {
  return {where + "__properties_version1.0", std::string(head, '\0') + numbers};
}

const std::string kDate = number(0x0039, 0x00000000, 0x01DA3D00);

Streams message(Streams more, const std::string& numbers = kDate) {
  more.push_back(properties("", 32, numbers));
  return more;
}

Streams recipient(int index, std::uint32_t kind, const std::string& name, const std::string& mail) {
  const std::string where = "__recip_version1.0_#0000000" + std::to_string(index) + "/";
  return {properties(where, 8, number(0x0C15, kind)), wide(where, "3001", name), wide(where, "3003", "/O=EXCHANGE/CN=X"),
          wide(where, "39FE", mail)};
}

ParseOutcome parse(const Streams& streams) { return parse_bytes(test::make_compound_file(streams), "a.msg"); }

TEST(Msg, ShowsWhoWroteToWhomAndTheText) {
  Streams streams = message({wide("", "0037", "회의 일정"), wide("", "0C1A", "김철수"), wide("", "0C1F", "/O=EXCHANGE/CN=KIM"),
                             wide("", "5D01", "kim@example.com"), wide("", "1000", "내일 3시입니다.\r\n\r\n감사합니다."),
                             wide("", "1035", "<1@example.com>")});
  for (const Streams& each : {recipient(0, 1, "Lee", "lee@example.com"), recipient(1, 1, "park@example.com", "park@example.com"),
                              recipient(2, 2, "최", "choi@example.com")})
    streams.insert(streams.end(), each.begin(), each.end());
  const Document document = only_document(parse(streams));
  EXPECT_THAT(document.text,
              testing::MatchesRegex("회의 일정\n\nFrom: 김철수 <kim@example.com>\nTo: Lee <lee@example.com>, park@example.com\n"
                                    "Cc: 최 <choi@example.com>\nDate: 2024-01-.. ..:..:.. \\+0000\n\n내일 3시입니다.\n\n감사합니다."));
  EXPECT_EQ(document.title, "회의 일정");
  EXPECT_EQ(document.media_type, "application/vnd.ms-outlook");
  EXPECT_THAT(document.metadata.at("to"), ElementsAre("Lee <lee@example.com>", "park@example.com"));
  EXPECT_THAT(document.metadata.at("cc"), ElementsAre("최 <choi@example.com>"));
  EXPECT_THAT(document.metadata.at("message_id"), ElementsAre("1@example.com"));
}

TEST(Msg, NamesWhoSentItAndForWhom) {
  const auto from = [](const std::string& sender, const std::string& sent_for) {
    return only_document(parse(message({wide("", "0037", "초대"), wide("", "1000", "오세요."), wide("", "0C1A", "비서"), wide("", "0C1F", sender), wide("", "0042", "사장"),
                                        wide("", "0065", sent_for)})));
  };
  const Document document = from("desk@example.com", "boss@example.com");
  EXPECT_THAT(document.text, HasSubstr("From: 비서 <desk@example.com> on behalf of 사장 <boss@example.com>\n"));
  EXPECT_THAT(document.metadata.at("from"), ElementsAre("비서 <desk@example.com>", "사장 <boss@example.com>"));
  EXPECT_THAT(from("desk@example.com", "Desk@Example.com").text, HasSubstr("From: 비서 <desk@example.com>\n")) << "the same one";
  EXPECT_THAT(from("/O=EXCHANGE/CN=DESK", "boss@example.com").text, HasSubstr("From: 비서 <boss@example.com>\n")) << "only one address is known";
}

TEST(Msg, DecodesTextInACodePage) {
  const Streams text{{"__substg1.0_0037001E", encode("회의 일정", "CP949")},
                     {"__substg1.0_1000001E", encode("내일 세 시에 뵙겠습니다.", "CP949")}};
  for (const std::string& numbers : {number(0x3FFD, 949), std::string(), number(0x3FDE, 65001)}) {  // named, guessed, contradicted
    const Document document = only_document(parse(message(text, numbers)));
    EXPECT_EQ(document.text, "회의 일정\n\n내일 세 시에 뵙겠습니다.");
  }
}

TEST(Msg, ReadsTheHtmlWhereThereIsNoPlainText) {
  const std::string page = "<html><head><title>no subject</title></head><body><h1>공지</h1><p>안녕하세요</p></body></html>";
  const Document document =
      only_document(parse(message({wide("", "0037", "제목"), binary("", "1013", encode(page, "CP949"))}, number(0x3FDE, 949))));
  EXPECT_EQ(document.text, "제목\n\n공지\n\n안녕하세요");
  EXPECT_EQ(document.title, "제목");
}

TEST(Msg, PutsQuotedTextBehindWhatTheMailSaysItself) {
  const std::string quoted = "안건 하나\r\n안건 둘\r\n안건 셋\r\n안건 넷\r\n안건 다섯";
  const Document plain = only_document(parse(message(
      {wide("", "0037", "제목"), wide("", "1000", "찬성합니다.\r\n\r\n-----Original Message-----\r\nFrom: Kim\r\nSent: Monday\r\nSubject: 안건\r\n\r\n" + quoted)})));
  const std::size_t heading = plain.text.find("Quoted text");
  ASSERT_NE(heading, std::string::npos) << plain.text;
  EXPECT_LT(plain.text.find("찬성합니다."), heading);
  EXPECT_GT(plain.text.find("안건 셋"), heading);
  const Document page = only_document(parse(message(
      {wide("", "0037", "제목"), wide("", "1013", "<p>찬성합니다.</p><blockquote type=\"cite\"><p>안건 하나</p><p>둘</p><p>셋</p><p>넷</p><p>다섯</p></blockquote>")})));
  EXPECT_THAT(page.text, testing::ContainsRegex("찬성합니다.(.|\n)*Quoted text(.|\n)*안건 하나"));
  EXPECT_EQ(page.title, "제목");
}

TEST(Msg, ListsAttachmentsAndReadsMessagesWithinIt) {
  const std::string file = "__attach_version1.0_#00000000/", inner = "__attach_version1.0_#00000001/",
                    within = inner + "__substg1.0_3701000D/";
  const std::string picture = "__attach_version1.0_#00000002/";
  const Document document = only_document(
      parse(message({wide("", "0037", "바깥"), wide("", "1000", "본문"), properties(file, 8), wide(file, "3707", "보고서.pdf"),
                     wide(file, "370E", "application/pdf"), binary(file, "3701", std::string(5000, 'x')),
                     properties(inner, 8, number(0x3705, 5)), properties(within, 24, kDate), wide(within, "0037", "안쪽"),
                     wide(within, "1000", "전달합니다"), properties(picture, 8, number(0x7FFE, 1)), wide(picture, "3707", "logo.png")},
                    "")));
  EXPECT_THAT(document.text, HasSubstr("바깥\n\n본문\n\nAttachments:\n\n- 보고서.pdf (application/pdf, 4 KB)\n\n안쪽\n\nDate: 2024-"));
  EXPECT_THAT(document.text, testing::EndsWith("전달합니다"));
  EXPECT_THAT(document.metadata.at("attachments"), ElementsAre("보고서.pdf"));
  EXPECT_THAT(heading_path_at(document, document.text.find("전달")), ElementsAre("바깥", "안쪽"));
}

TEST(Msg, IsNotTakenForTheDocumentAttachedToIt) {
  const std::string file = "__attach_version1.0_#00000000/__substg1.0_3701000D/";
  const std::string bytes =
      test::make_compound_file(message({{file + "WordDocument", "x"}, {file + "Workbook", "x"}, wide("", "1000", "본문")}));
  EXPECT_EQ(detect_media_type(bytes, "a.doc"), "application/vnd.ms-outlook");
}

TEST(Msg, GivesAReasonForWhatItCannotRead) {
  EXPECT_THAT(parse_bytes("no compound file", "a.msg").skipped, HasSubstr("not a compound file"));
  EXPECT_THAT(parse({{"other", "__properties_version1.0"}}).skipped, HasSubstr("no stream __properties_version1.0"));
  EXPECT_EQ(parse(message({}, "")).skipped, "a mail without text");
  const ParseOutcome rtf = parse(message({wide("", "0037", "제목"), binary("", "1009", "neither LZFu nor MELA")}));
  EXPECT_THAT(rtf.warnings, Contains(HasSubstr("the body is RTF and cannot be read")));
}

TEST(Msg, SurvivesMessagesInMessagesWithoutEnd) {
  Streams streams = message({wide("", "0037", "0"), wide("", "1000", "본문")});
  std::string where;
  for (int i = 1; i < 12; ++i) {
    where += "__attach_version1.0_#00000000/__substg1.0_3701000D/";
    streams.push_back(properties(where, 24));
    streams.push_back(wide(where, "0037", std::to_string(i)));
  }
  EXPECT_EQ(only_document(parse(streams)).headings.size(), 12U);
  for (int i = 0; i < 20; ++i) where += "__attach_version1.0_#00000000/__substg1.0_3701000D/";
  streams.push_back(properties(where, 24));
  EXPECT_THAT(parse(streams).skipped, HasSubstr("storages more than 32 deep"));
}

TEST(Msg, NeverCrashesOnATruncatedOrFlippedFile) {
  const std::string whole = test::make_compound_file(
      message({wide("", "0037", "제목"), wide("", "1000", "본문"), binary("", "1009", "LZFu"), {"__substg1.0_0C1A001E", "Kim"}}));
  test::expect_read_or_refused_when_damaged(whole, "a.msg", 3, 0xFF, 0x41);
}

TEST(CompressedRtf, UnpacksTheExampleOfItsSpecification) {
  const std::string packed("\x2d\0\0\0\x2b\0\0\0LZFu\xf1\xc5\xc7\xa7\x03\0\x0a\0rcpg125B2\x0a\xf3 hel\x09\0 bw\x05\xb0ld}\x0a\x80\x0f\xa0",
                           49);
  EXPECT_EQ(decompress_rtf(packed), "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
  EXPECT_EQ(decompress_rtf(packed.substr(0, 30)).substr(0, 9), "{\\rtf1\\an");
  EXPECT_EQ(decompress_rtf(std::string(8, '\0') + "MELA"), "");
  EXPECT_THROW(decompress_rtf("short"), Error);
}

}  // namespace
}  // namespace rag
