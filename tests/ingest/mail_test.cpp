#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "ingest/mail_addresses.h"
#include "ingest/mail_message.h"
#include "ingest/mail_quotes.h"
#include "support.h"
#include "tests/patience.h"

namespace rag {
namespace {

using test::encode;
using test::only_document;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string kHead =
    "From: Kim <kim@example.com>\nTo: lee@example.com\nSubject: Leave\nDate: Tue, 5 Mar 2024 14:13:00 +0900\nMessage-ID: <1@x>\n";

Document read(const std::string& bytes, const std::string& uri = "a.eml") { return only_document(parse_bytes(bytes, uri)); }
std::string plain(const std::string& body, const std::string& charset = "utf-8") {
  return kHead + "Content-Type: text/plain; charset=" + charset + "\nContent-Transfer-Encoding: 8bit\n\n" + body;
}
std::string multipart(const std::string& kind, const std::vector<std::string>& parts, const std::string& boundary = "b") {
  std::string text = "Content-Type: multipart/" + kind + "; boundary=\"" + boundary + "\"\n\n";
  for (const std::string& part : parts) text += "--" + boundary + "\n" + part + "\n";
  return text + "--" + boundary + "--\n";
}

TEST(Mail, ReadsHeadersAndText) {
  const Document document = read(plain("강은 흐른다.\n\n-- \nKim"));
  EXPECT_EQ(document.text,
            "Leave\n\nFrom: Kim <kim@example.com>\nTo: lee@example.com\nDate: 2024-03-05 14:13:00 +0900\n\n강은 흐른다.\n\n-- \nKim");
  EXPECT_EQ(document.title, "Leave");
  EXPECT_EQ(document.headings.size(), 1U);
  EXPECT_THAT(document.metadata.at("from"), ElementsAre("Kim <kim@example.com>"));
  EXPECT_THAT(document.metadata.at("created"), ElementsAre("2024-03-05 14:13:00 +0900"));
}

TEST(Mail, ReadsTheBeginningOfAnEndlessListOfAddresses) {
  std::string list;
  for (int i = 0; i < 20000; ++i) list += (i == 0 ? "" : ",\n ") + ("Kim " + std::to_string(i)) + " <kim" + std::to_string(i) + "@example.com>";
  std::vector<std::string> warnings;
  const MailMessage mail = read_mail("From: a@example.com\nCc: " + list + "\nSubject: Leave\nContent-Type: text/plain\n\nCc: words\n", warnings);
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("Cc: ")));
  EXPECT_THAT(warnings[0], HasSubstr("KB of addresses, of which the first 256 KB are read"));
  ASSERT_GT(mail.cc.size(), 5000U);
  EXPECT_EQ(mail.cc.front(), "Kim 0 <kim0@example.com>");
  EXPECT_EQ(mail.cc.back(), "Kim " + std::to_string(mail.cc.size() - 1) + " <kim" + std::to_string(mail.cc.size() - 1) + "@example.com>") << "cut between two of them";
  EXPECT_EQ(mail.subject, "Leave");
  ASSERT_EQ(mail.parts.size(), 1U);
  EXPECT_EQ(mail.parts[0].bytes, "Cc: words\n");
}

TEST(Mail, FollowsGroupsOfAddressesOnlySoDeep) {
  std::vector<std::string> warnings;
  const std::string head = "Subject: Leave\nContent-Type: text/plain\nTo: ";
  MailMessage mail = read_mail(head + "Team: kim@example.com, \"a:b:c\" <lee@example.com>; , <mailto:park@example.com>\n\nwords\n", warnings);
  EXPECT_THAT(warnings, testing::IsEmpty());
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "a:";
  mail = read_mail(head + deep + std::string(100000, ';') + "\nFrom: kim@example.com\n\nwords\n", warnings);
  EXPECT_THAT(warnings, ElementsAre("To: groups of addresses more than 16 deep; what stands there is left out"));
  EXPECT_THAT(mail.from, ElementsAre("kim@example.com"));
  ASSERT_EQ(mail.parts.size(), 1U);
  EXPECT_EQ(mail.parts[0].bytes, "words\n");
}

TEST(Mail, AListThatWasCutIsShortEnough) {
  const std::string text = "Subject: a\nTo: ", rest = "\n\nHello.\n";
  for (const std::size_t length : {std::size_t{300'000}, (std::size_t{256} << 10) + 1}) {
    std::vector<std::string> warnings;
    const auto cut = with_short_address_lists(text + std::string(length, ',') + rest, warnings);
    ASSERT_TRUE(cut) << length;
    EXPECT_EQ(warnings.size(), 1U);
    EXPECT_TRUE(cut->ends_with(rest));
    EXPECT_FALSE(with_short_address_lists(*cut, warnings)) << "cut a second time";
  }
}

TEST(Mail, IsKnownByItsNameOrItsHeaders) {
  EXPECT_EQ(read("Subject: Hi\n\nbody", "x.mail").title, "Hi");
  EXPECT_EQ(read("From: a@b.c\nTo: d@e.f\nMessage-ID: <1@b.c>\nSubject: Hi\n\nHello\n", "saved").title, "Hi");
}

TEST(Mail, DecodesEveryCharsetWhateverItIsCalled) {
  for (const auto& [charset, name, text] : {std::tuple{"EUC-KR", "euc-kr", "스티해"},
                                            {"CP949", "ks_c_5601-1987", "똠방각하"},
                                            {"CP949", "euc-kr", "똠방"},
                                            {"ISO-2022-KR", "iso-2022-kr", "연차 휴가"},
                                            {"CP932", "shift_jis", "あいうえお"},
                                            {"ISO-2022-JP", "iso-2022-jp", "すみません"},
                                            {"GB18030", "gb2312", "年假申请"},
                                            {"UTF-8", "euc-kr", "연차 휴가는 며칠인가요"},
                                            {"KOI8-R", "koi8-r", "отпуск"},
                                            {"ISO-8859-1", "iso-8859-1", "congé payé"}})
    EXPECT_THAT(read(plain(encode(text, charset), name)).text, HasSubstr(text)) << name;
}

TEST(Mail, RecognisesAMissingOrWrongCharset) {
  const std::string text = "연차 휴가는 입사한 날부터 일 년이 지나면 열다섯 날이 주어지며 다음 해로 넘길 수 없습니다.";
  EXPECT_THAT(read(plain(encode(text, "EUC-KR"), "us-ascii")).text, HasSubstr(text));
  EXPECT_THAT(read(plain(encode(text, "EUC-KR"), "iso-8859-1")).text, HasSubstr(text));
  EXPECT_THAT(read(kHead + "\n" + encode(text, "EUC-KR")).text, HasSubstr(text));
}

TEST(Mail, DecodesHeadersInWordsAndInBareBytes) {
  EXPECT_EQ(read("Subject: =?ks_c_5601-1987?B?jGPB1g==?= =?utf-8?Q?=EC=97=B0?=\n\nx").title, "똠주연");
  EXPECT_EQ(read("Subject: " + encode("연차 휴가 신청 안내", "EUC-KR") + "\n\nx").title, "연차 휴가 신청 안내");
  EXPECT_THAT(read("From: =?euc-kr?B?"
                   "seY=?= <k@x.y>\n\nx")
                  .text,
              HasSubstr("길 <k@x.y>"));
}

TEST(Mail, ShowsAHostAsItsOwnerWritesIt) {
  EXPECT_THAT(read("From: Kim <kim@xn--3e0b707e.example>\nTo: lee@한국.example\nSubject: Leave\n\nYes.").text,
              HasSubstr("From: Kim <kim@한국.example>\nTo: lee@한국.example"));
  EXPECT_THAT(read("From: kim@xn--.example\nSubject: Leave\n\nYes.").text, HasSubstr("From: kim@xn--.example"));
}

TEST(Mail, PrefersPlainTextUnlessItSaysNothing) {
  const std::string page = "Content-Type: text/html\n\n<h2>Part</h2><p>" + std::string(400, 'w') + " page</p>";
  EXPECT_THAT(read(kHead + multipart("alternative", {"Content-Type: text/plain\n\nplain " + std::string(300, 'v'), page})).text,
              Not(HasSubstr("page")));
  EXPECT_THAT(read(kHead + multipart("alternative", {"Content-Type: text/plain\n\nSee the HTML.", page})).text, HasSubstr("page"));
  const Document document = read(kHead + page);
  ASSERT_EQ(document.headings.size(), 2U);
  EXPECT_EQ(document.headings[1].level, 3);
}

TEST(Mail, ListsAttachmentsAndHandsOutTheirBytes) {
  const std::string mail =
      kHead + multipart("mixed", {"Content-Type: text/plain\n\nSee the file.",
                                  "Content-Type: application/pdf; name*=utf-8''%EC%97%B0%EC%B0%A8.pdf\nContent-Disposition: attachment\n"
                                  "Content-Transfer-Encoding: base64\n\naGVsbG8=",
                                  "Content-Type: image/png\nContent-ID: <logo>\nContent-Transfer-Encoding: base64\n\niVBOR"});
  EXPECT_THAT(read(mail).text, HasSubstr("See the file.\n\nAttachments:\n\n- 연차.pdf (application/pdf, 5 bytes)"));
  EXPECT_THAT(read(mail).text, Not(HasSubstr("image/png")));
  std::vector<std::string> warnings;
  const MailMessage message = read_mail(mail, warnings, FileBytes::Keep);
  ASSERT_EQ(attached_files(message).size(), 1U);
  EXPECT_EQ(attached_files(message)[0]->bytes, "hello");
  EXPECT_EQ(attached_files(message)[0]->name, "연차.pdf");
}

TEST(Mail, ReadsForwardedMessagesAsSections) {
  const Document document =
      read(kHead + multipart("mixed", {"Content-Type: text/plain\n\nSee below.",
                                       "Content-Type: message/rfc822\n\nFrom: a@b.c\nSubject: Inner\n\nInner text."}));
  EXPECT_THAT(heading_path_at(document, document.text.find("Inner text")), ElementsAre("Leave", "Inner"));
}

TEST(Mail, KeepsQuotesOutOfTheMainTextAndFindable) {
  const std::string quote = "> one\n> two\n> three\n> four\n>> five\n";
  const Document document = read(plain("Yes.\n\nOn Monday Lee <lee@example.com> wrote:\n" + quote + "\nRegards"));
  EXPECT_THAT(document.text, HasSubstr("Yes.\n\n[Quoted text: 5 lines, at the end of this message]\n\nRegards\n\nQuoted text\n\n"
                                       "On Monday Lee <lee@example.com> wrote:\none\ntwo\nthree\nfour\n> five"));
  EXPECT_THAT(heading_path_at(document, document.text.find("three")), ElementsAre("Leave", "Quoted text"));
}

TEST(Mail, KeepsAShortQuoteBesideItsAnswer) {
  EXPECT_THAT(read(plain("> How many days?\nFifteen.\n")).text, HasSubstr("> How many days?\nFifteen."));
  EXPECT_THAT(read(plain("> 1\n> 2\n> 3\n> 4\n> 5\n")).text, HasSubstr("> 5")) << "nothing but a quote";
}

TEST(MailQuotes, FindsWhatOutlookAndGmailPutBelow) {
  for (const char* intro :
       {"-----Original Message-----\nFrom: Lee\nSubject: x\n", "보낸 사람: 이\n보낸 날짜: 2024년\n받는 사람: 김\n제목: 휴가\n",
        "From: Lee\nSent: Monday\nTo: Kim\nSubject: x\n", "---------- Forwarded message ---------\nFrom: a\n"}) {
    const FoldedMail folded = fold_quotes("네, 알겠습니다.\n\n" + std::string(intro) + "\nthe old text", "below");
    EXPECT_THAT(folded.own, HasSubstr("알겠습니다")) << intro;
    EXPECT_THAT(folded.own, Not(HasSubstr("old text"))) << intro;
    EXPECT_THAT(folded.quoted, HasSubstr("the old text")) << intro;
  }
}

TEST(MailQuotes, TakesTheIntroductionAlong) {
  const FoldedMail folded =
      fold_quotes("네.\n\n2024년 3월 5일 (화) 오후 2:13, 김철수 <kim@example.com>님이\n작성:\n\n> 1\n> 2\n> 3\n> 4\n> 5\n", "below");
  EXPECT_THAT(folded.quoted, testing::StartsWith("2024년 3월"));
  EXPECT_THAT(folded.own, Not(HasSubstr("작성")));
}

TEST(MailQuotes, FindsTheQuotesOfAPage) {
  const FoldedMail folded = fold_html_quotes("<p>Yes.</p><div class=\"gmail_quote\"><blockquote>old</blockquote></div><p>Bye</p>");
  EXPECT_EQ(folded.own, "<p>Yes.</p><p>Bye</p>");
  EXPECT_THAT(folded.quoted, HasSubstr("old"));
  EXPECT_EQ(fold_html_quotes("<p>a</p><div style='border:none;border-top:solid #E1E1E1 1.0pt'>보낸 사람: b</div><p>old</p>").own,
            "<p>a</p>");
  EXPECT_EQ(fold_html_quotes("<p>a</p><div id=\"divRplyFwdMsg\">From</div><p>old</p>").own, "<p>a</p>");
}

// Found by fuzzing: each empty line was looked behind for a quote.
TEST(MailQuotes, GoThroughEmptyLinesOnce) {
  const auto start = std::chrono::steady_clock::now();
  const std::string empty(1000000, '\n');
  EXPECT_EQ(fold_quotes("Hello." + empty + "> 1\n" + empty + "Bye.", "below").quoted, "");
  EXPECT_LT(std::chrono::steady_clock::now() - start, test::patience(std::chrono::seconds(4)));
}

TEST(Mbox, HasASectionAMessageAndLeavesOutQuotesOfItsOwnMessages) {
  const std::string box = "From kim Tue Mar  5 14:13:00 2024\n" + plain("1\n2\n3\n4\nfive\n>From here on\n\nFrom the board: nothing.\n\n") +
                          "From lee Tue Mar  5 15:00:00 2024\nSubject: Re: Leave\nIn-Reply-To: <1@x>\n\nYes.\n> 1\n> 2\n> 3\n> 4\n> five\n";
  const Document document = read(box, "thread.mbox");
  EXPECT_EQ(document.title, "thread");
  ASSERT_EQ(document.headings.size(), 2U);
  EXPECT_EQ(document.headings[1].text, "Re: Leave");
  EXPECT_THAT(document.text, HasSubstr("\nFrom here on\n\nFrom the board: nothing."));
  EXPECT_THAT(document.text, HasSubstr("Yes.\n\n[Quoted text: 5 lines, from a message above]"));
  EXPECT_THAT(document.text, Not(HasSubstr("at the end")));
  EXPECT_THAT(document.metadata.at("messages"), ElementsAre("2"));
}

TEST(Mail, SaysWhatItLeavesOut) {
  std::vector<std::string> leaves(3000, "Content-Type: text/plain\n\nleaf");
  ParseOutcome outcome = parse_bytes(kHead + multipart("mixed", leaves), "a.eml");
  EXPECT_EQ(outcome.documents.size(), 1U);
  EXPECT_THAT(outcome.warnings, ElementsAre("of 3001 MIME parts the first 1000 are read"));
  std::string deep = "Content-Type: text/plain\n\nbottom";
  for (int i = 0; i < 1200; ++i) deep = multipart("mixed", {deep}, "b" + std::to_string(i));
  outcome = parse_bytes(kHead + multipart("mixed", {"Content-Type: text/plain\n\ntop", deep}, "top"), "a.eml");
  EXPECT_THAT(only_document(outcome).text, HasSubstr("top"));
  EXPECT_THAT(outcome.warnings, ElementsAre(HasSubstr("nested deeper than 32")));
  std::string forwards;
  for (int i = 0; i < 3000; ++i) forwards += "Content-Type: message/rfc822\n\nSubject: s\n";
  EXPECT_EQ(parse_bytes(kHead + forwards + "\nend", "a.eml").documents.size(), 1U);
}

TEST(Mail, GivesAReasonForWhatIsNoMail) {
  EXPECT_THAT(parse_bytes("just some words\nwithout a header", "a.eml").skipped, HasSubstr("not a mail"));
  EXPECT_THAT(parse_bytes("\n\n\n", "a.eml").skipped, HasSubstr("not a mail"));
  EXPECT_THAT(parse_bytes("From nobody\n", "a.mbox").skipped, HasSubstr("mail"));
}

TEST(Mail, NeverCrashesOnACutOrDamagedFile) {
  const std::string whole =
      kHead + multipart("mixed", {"Content-Type: text/html; charset=euc-kr\n\n<blockquote type=cite>x</blockquote>y",
                                  "Content-Type: a/b; name*0*=utf-8''%EC; name*1=\"x\"\nContent-Transfer-Encoding: base64\n\naGVsbG8=",
                                  "Content-Type: message/rfc822\n\nSubject: =?utf-8?B?7Jew?=\n\n> a\n> b\n> c\n> d\n> e\nf"});
  for (std::size_t size = 0; size < whole.size(); size += 3) {
    const ParseOutcome cut = parse_bytes(whole.substr(0, size), "a.eml");
    EXPECT_NE(cut.skipped.empty(), cut.documents.empty()) << size;
    std::string flipped = whole;
    flipped[size] = static_cast<char>(flipped[size] ^ 0x95);
    const ParseOutcome damaged = parse_bytes(flipped, "a.eml");
    EXPECT_NE(damaged.skipped.empty(), damaged.documents.empty()) << size;
  }
}

}  // namespace
}  // namespace rag
