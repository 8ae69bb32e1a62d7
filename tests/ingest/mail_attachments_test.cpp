#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compound_file_builder.h"
#include "support.h"

namespace rag {
namespace {

using test::encode;
using test::le16;
using test::le32;
using test::make_zip;
using test::utf16le;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const std::string kHead =
    "From: Kim <kim@example.com>\nTo: lee@example.com\nSubject: Leave\nDate: Tue, 5 Mar 2024 14:13:00 +0900\nMessage-ID: <1@x>\n";

std::string base64(std::string_view bytes) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t three = 0;
    for (std::size_t k = 0; k < 3; ++k) three = three << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k) out += i + k > bytes.size() ? '=' : kDigits[three >> (18 - 6 * k) & 63];
    if (i % 57 == 54) out += '\n';
  }
  return out;
}

std::string attachment(const std::string& name, const std::string& bytes, const std::string& type = "application/octet-stream") {
  return "Content-Type: " + type + (name.empty() ? "" : "; name=\"" + name + "\"") +
         "\nContent-Disposition: attachment\nContent-Transfer-Encoding: base64\n\n" + base64(bytes) + "\n";
}

std::string mail(const std::vector<std::string>& parts, const std::string& boundary = "b") {
  std::string text = kHead + "Content-Type: multipart/mixed; boundary=\"" + boundary + "\"\n\n--" + boundary + "\nContent-Type: text/plain\n\nSee the file.\n";
  for (const std::string& part : parts) text += "--" + boundary + "\n" + part + "\n";
  return text + "--" + boundary + "--\n";
}

std::vector<std::string> uris(const ParseOutcome& outcome) {
  std::vector<std::string> all;
  for (const Document& document : outcome.documents) all.push_back(document.uri);
  return all;
}

std::string docx(const std::string& text) { return test::make_docx("<w:p><w:r><w:t>" + text + "</w:t></w:r></w:p>"); }

TEST(MailAttachments, BecomeDocumentsBesideTheMail) {
  const ParseOutcome outcome = parse_bytes(mail({attachment("연차 규정.docx", docx("연차는 15일이다.")), attachment("b.csv", "name,days\nKim,15\n")}), "in/a.eml");
  ASSERT_THAT(uris(outcome), ElementsAre("in/a.eml", "in/a.eml!/연차 규정.docx", "in/a.eml!/b.csv"));
  EXPECT_THAT(outcome.documents[0].text, HasSubstr("- 연차 규정.docx (application/octet-stream, "));
  EXPECT_EQ(outcome.documents[1].text, "연차는 15일이다.");
  EXPECT_THAT(outcome.documents[1].media_type, HasSubstr("wordprocessingml"));
  EXPECT_THAT(outcome.documents[1].metadata.at("from"), ElementsAre("Kim <kim@example.com>"));
  EXPECT_THAT(outcome.documents[1].metadata.at("subject"), ElementsAre("Leave"));
  EXPECT_FALSE(outcome.documents[1].metadata.contains("attachments"));
  EXPECT_THAT(outcome.members, IsEmpty());
}

TEST(MailAttachments, AreNamedApartEvenWithoutNames) {
  const ParseOutcome outcome = parse_bytes(
      mail({attachment("a.txt", "one"), attachment("a.txt", "two"), attachment("", "name,days\nKim,15\n", "text/csv"), attachment("../../b.txt", "three")}), "m.eml");
  EXPECT_THAT(uris(outcome), ElementsAre("m.eml", "m.eml!/a.txt", "m.eml!/a (2).txt", "m.eml!/attachment 1.csv", "m.eml!/b.txt"));
}

TEST(MailAttachments, OfAForwardedMailAreReadToo) {
  const std::string forwarded = "Content-Type: message/rfc822\n\n" + mail({attachment("inner.txt", "within")}, "c");
  const ParseOutcome outcome = parse_bytes(mail({forwarded, attachment("outer.txt", "without")}), "m.eml");
  EXPECT_THAT(uris(outcome), testing::UnorderedElementsAre("m.eml", "m.eml!/inner.txt", "m.eml!/outer.txt"));
}

TEST(MailAttachments, ThatCannotBeReadAreNamed) {
  const ParseOutcome outcome = parse_bytes(mail({attachment("a.mid", "MThd"), attachment("cut.pdf", "%PDF-1.4\n"), attachment("good.txt", "words")}), "m.eml");
  EXPECT_EQ(outcome.skipped, "");
  EXPECT_THAT(uris(outcome), ElementsAre("m.eml", "m.eml!/good.txt"));
  ASSERT_EQ(outcome.members.size(), 2U);
  EXPECT_EQ(outcome.members[0].uri, "m.eml!/a.mid");
  EXPECT_EQ(outcome.members[0].skipped, "no reader for audio/midi yet");
  EXPECT_THAT(outcome.members[1].skipped, StartsWith("damaged PDF"));
}

TEST(MailAttachments, AreOpenedWhereTheyAreArchivesAndWithinArchives) {
  const std::string zipped = make_zip({{"c.txt", "in a zip in a mail"}});
  EXPECT_THAT(uris(parse_bytes(mail({attachment("a.zip", zipped)}), "m.eml")), ElementsAre("m.eml", "m.eml!/a.zip!/c.txt"));
  const ParseOutcome outcome = parse_bytes(make_zip({{"m.eml", mail({attachment("a.zip", zipped), attachment("b.txt", "words")})}}), "o.zip");
  EXPECT_THAT(uris(outcome), ElementsAre("o.zip!/m.eml", "o.zip!/m.eml!/a.zip!/c.txt", "o.zip!/m.eml!/b.txt"));
}

TEST(MailAttachments, OfAMailTooDeepInMailsAreCounted) {
  const std::string third = mail({attachment("deep.txt", "deep")});
  const ParseOutcome outcome = parse_bytes(mail({attachment("second.eml", mail({attachment("third.eml", third)}))}), "m.eml");
  EXPECT_THAT(uris(outcome), ElementsAre("m.eml", "m.eml!/second.eml", "m.eml!/second.eml!/third.eml"));
  ASSERT_EQ(outcome.members.size(), 1U);
  EXPECT_THAT(outcome.members[0].warnings, ElementsAre("its attachments are not opened: a mail too deep within mails (1)"));
}

TEST(MailAttachments, OfAMailboxSayWhichMessageTheyCameWith) {
  const std::string mailbox = "From a Mon Mar  4 10:00:00 2024\n" + mail({attachment("a.txt", "one")}) + "\nFrom b Mon Mar  4 11:00:00 2024\n" +
                              mail({attachment("a.txt", "two")});
  const ParseOutcome outcome = parse_bytes(mailbox, "box.mbox");
  ASSERT_THAT(uris(outcome), ElementsAre("box.mbox", "box.mbox!/message 1/a.txt", "box.mbox!/message 2/a.txt"));
  EXPECT_EQ(outcome.documents[2].text, "two");
  EXPECT_FALSE(outcome.documents[1].metadata.contains("from")) << "a mailbox has many senders";
}

TEST(MailAttachments, OfAnOutlookMessageAreReadToo) {
  const std::string file = "__attach_version1.0_#00000000/", picture = "__attach_version1.0_#00000001/";
  const auto wide = [](const std::string& where, const char* id, const std::string& text) {
    return std::pair{where + "__substg1.0_" + id + "001F", utf16le(text)};
  };
  const std::string hidden = le16(3) + le16(0x7FFE) + le32(6) + le32(1) + le32(0);
  const ParseOutcome outcome =
      parse_bytes(test::make_compound_file({{"__properties_version1.0", std::string(32, '\0')},
                                            wide("", "0037", "휴가"),
                                            wide("", "1000", "첨부를 보십시오."),
                                            {file + "__properties_version1.0", std::string(8, '\0')},
                                            wide(file, "3707", "규정.docx"),
                                            {file + "__substg1.0_37010102", docx("연차는 15일이다.")},
                                            {picture + "__properties_version1.0", std::string(8, '\0') + hidden},
                                            wide(picture, "3707", "logo.txt"),
                                            {picture + "__substg1.0_37010102", "not to be seen"}}),
                  "a.msg");
  ASSERT_THAT(uris(outcome), ElementsAre("a.msg", "a.msg!/규정.docx"));
  EXPECT_EQ(outcome.documents[1].text, "연차는 15일이다.");
  EXPECT_THAT(outcome.documents[1].metadata.at("subject"), ElementsAre("휴가"));
}

}  // namespace
}  // namespace rag
