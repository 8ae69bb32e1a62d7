#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <ctime>

#include "support.h"
#include "tests/patience.h"

namespace rag {
namespace {

using test::only_document;
using testing::ElementsAre;
using testing::HasSubstr;

Document read(const std::string& bytes, const std::string& uri = "talk.srt") { return only_document(parse_bytes(bytes, uri)); }

TEST(Subtitles, PutTheTimeBeforeEachPiece) {
  const Document document = read(
      "\xEF\xBB\xBF"
      "1\r\n00:00:01,000 --> 00:00:03,000\r\n<i>휴가는</i>\r\n15일입니다.\r\n\r\n2\r\n00:00:03,500 --> 00:00:05,000\r\n{\\an8}Next.\r\n\r\n"
      "3\r\n01:02:03,500 --> 01:02:05,000\r\nLater.\r\n");
  EXPECT_EQ(document.text, "[00:00:01] 휴가는 15일입니다. Next.\n\n[01:02:03] Later.");
  EXPECT_EQ(document.title, "talk");
  EXPECT_THAT(document.metadata.at("duration"), ElementsAre("01:02:05"));
}

TEST(Subtitles, ReadWebVtt) {
  EXPECT_EQ(read("WEBVTT\n\nNOTE a remark\n\nSTYLE\n::cue { color: red }\n\nid\n00:01.000 --> 00:02.000 align:start\n<v Kim>Hi &amp; "
                 "<c.x>bye</c>\n"
                 "\n00:02.000 --> 00:03.000\nHi again <00:00:02.500>you\n",
                 "a.vtt")
                .text,
            "[00:00:01] Kim: Hi & bye Hi again you");
}

TEST(Subtitles, DropLinesThatRollUp) {
  EXPECT_EQ(
      read("00:00:01,000 --> 00:00:02,000\none\n\n00:00:02,000 --> 00:00:03,000\none\ntwo\n\n00:00:03,000 --> 00:00:04,000\ntwo\nthree\n")
          .text,
      "[00:00:01] one two three");
}

TEST(Subtitles, EndAPieceWithASentenceOrAPause) {
  std::string all;
  for (int i = 0; i < 60; ++i)
    all += "00:00:" + std::string(i < 10 ? "0" : "") + std::to_string(i) + ",000 --> 00:00:" + (i < 9 ? "0" : "") + std::to_string(i + 1) +
           ",000\nThis is sentence " + std::to_string(i) + " of the talk.\n\n";
  const std::string text = read(all).text;
  EXPECT_THAT(text, HasSubstr(".\n\n[00:00:07] This is sentence 7"));
}

TEST(Subtitles, GiveAReasonForDamage) {
  EXPECT_THAT(parse_bytes("only words", "a.srt").skipped, HasSubstr("not subtitles"));
  EXPECT_EQ(parse_bytes("1\n00:00:01,000 --> 00:00:02,000\n\n", "a.srt").skipped, "subtitles without words");
  EXPECT_THAT(parse_bytes("9999999999999:1 --> :\nx", "a.srt").skipped, HasSubstr("not subtitles"));
}

TEST(Subtitles, TakeOpenBracketsInTheirStride) {
  EXPECT_EQ(read("00:01.000 --> 00:02.000\n3 < 5 {\\ yes").text, "[00:00:01] 3 < 5 {\\ yes");
  EXPECT_EQ(read("00:01.000 --> 00:02.000\nx" + std::string(1000000, '<')).text.size(), 12 + 1000000U);
}

TEST(Subtitles, NeverCrashOnACutOrDamagedFile) {
  const std::string whole = "WEBVTT\n\n1\n00:00:01,000 --> 00:00:02,000\n<v A>강 &lt; {\\an8}\n00:00:02.000-->99:99.9\n-->\n";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    parse_bytes(whole.substr(0, size), "a.vtt");
    std::string flipped = whole;
    flipped[size] = static_cast<char>(flipped[size] ^ 0x1A);
    parse_bytes(flipped, "a.vtt");
  }
}

TEST(Subtitles, ReadSami) {
  const std::string sami = "<SAMI><HEAD><STYLE TYPE=\"text/css\"><!-- .KRCC {Name:Korean;} --></STYLE></HEAD><BODY>\n"
                           "<SYNC Start=1000><P Class=KRCC>연차는<br>\n15일입니다.\n<SYNC Start=3000><P Class=KRCC>&nbsp;\n"
                           "<sync start=\"3661000\"><p class=KRCC><font color=red>병가는</font> 60일</BODY></SAMI>";
  const Document document = read(test::encode(sami, "CP949"), "교육.smi");
  EXPECT_EQ(document.text, "[00:00:01] 연차는 15일입니다.\n\n[01:01:01] 병가는 60일");
  EXPECT_EQ(document.media_type, "application/x-sami");
  EXPECT_THAT(parse_bytes("only words", "a.smi").skipped, HasSubstr("no tag such as <SYNC Start=1000>"));
}

TEST(Subtitles, LookForTheEndOfATagOfSamiNoFurtherThanTheNextOne) {
  std::string many = "<SAMI>";
  for (int i = 0; i < 100000; ++i) many += "<SYNC ";
  const std::clock_t start = std::clock();
  EXPECT_EQ(read(many + "Start=1000>words<SYNC Start=", "a.smi").text, "[00:00:01] words");
  EXPECT_LT(std::chrono::seconds((std::clock() - start) / CLOCKS_PER_SEC), test::patience(std::chrono::seconds(2)));
}

TEST(Subtitles, ReadSbv) {
  EXPECT_EQ(read("0:00:01.000,0:00:04.000\n안녕하세요.\n\n0:01:05.500,0:01:06.000\n휴가,\n안내\n", "a.sbv").text,
            "[00:00:01] 안녕하세요.\n\n[00:01:05] 휴가, 안내");
}

}  // namespace
}  // namespace rag
