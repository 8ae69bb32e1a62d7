#include "ingest/charset.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "support.h"

namespace rag {
namespace {

using test::encode;

const std::string kKorean =
    "연차 휴가는 입사 후 1년이 지나면 15일이 주어집니다. 휴가를 쓰려면 사흘 전에 팀장에게 알려야 합니다.\n"
    "재택 근무는 한 주에 두 번까지 할 수 있으며, 출장비는 다녀온 뒤 열흘 안에 청구해 주십시오.\n";
const std::string kChinese =
    "年假制度：员工入职满一年后，每年可以享受十五天的带薪休假。申请休假需要提前三天通知部门经理，并且在系统中填写申请表。\n";
const std::string kJapanese = "有給休暇は入社してから半年で十日もらえます。休みを取るときは、三日前までに上司に知らせてください。\n";

TEST(Charset, ReadsKoreanInEveryEncodingItIsStoredIn) {
  for (const char* charset : {"EUC-KR", "CP949", "ISO-2022-KR", "JOHAB", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE", "UTF-8"}) {
    const DecodedText decoded = decode_text(encode(kKorean, charset));
    EXPECT_EQ(decoded.text, kKorean) << charset << " read as " << decoded.charset;
    EXPECT_TRUE(decoded.lossless());
  }
}

TEST(Charset, NamesCp949OnlyWhereEucKrDoesNotSuffice) {
  EXPECT_EQ(decode_text(encode(kKorean, "EUC-KR")).charset, "EUC-KR");
  const DecodedText decoded = decode_text(encode(kKorean + "똠방각하 펲시콜라", "CP949"));
  EXPECT_EQ(decoded.charset, "CP949");
  EXPECT_EQ(decoded.text, kKorean + "똠방각하 펲시콜라");
}

TEST(Charset, TellsChineseAndJapaneseFromKorean) {
  EXPECT_EQ(decode_text(encode(kChinese, "GB18030")).text, kChinese);
  for (const char* charset : {"CP932", "EUC-JP", "ISO-2022-JP"})
    EXPECT_EQ(decode_text(encode(kJapanese, charset)).text, kJapanese) << charset;
}

TEST(Charset, ReadsWesternEuropeanText) {
  const std::string text = "L'été à Paris coûte 3,50 €. Die schöne Frau trägt Größe 38 – “sehr gut”.\n";
  const DecodedText decoded = decode_text(encode(text, "WINDOWS-1252"));
  EXPECT_EQ(decoded.text, text);
  EXPECT_EQ(decoded.charset, "WINDOWS-1252");
}

TEST(Charset, ReadsCyrillicText) {
  const std::string text = "Отпуск составляет пятнадцать рабочих дней в году, о нём нужно сообщить руководителю за три дня.\n";
  EXPECT_EQ(decode_text(encode(text, "WINDOWS-1251")).text, text);
}

TEST(Charset, ObeysAByteOrderMarkAndDropsIt) {
  EXPECT_EQ(decode_text("\xEF\xBB\xBFriver").text, "river");
  EXPECT_EQ(decode_text(std::string("\xFF\xFE", 2) + encode("강", "UTF-16LE")).text, "강");
  EXPECT_EQ(decode_text(std::string("\xFE\xFF", 2) + encode("강", "UTF-16BE")).text, "강");
  EXPECT_EQ(decode_text(std::string("\xFF\xFE\0\0", 4) + encode("강", "UTF-32LE")).charset, "UTF-32LE");
}

TEST(Charset, BelievesTheBytesWhenTheDeclarationIsWrong) {
  EXPECT_EQ(decode_text(kKorean, "euc-kr").charset, "UTF-8");
  EXPECT_EQ(decode_text(encode(kKorean, "EUC-KR"), "utf-8").text, kKorean);
  EXPECT_EQ(decode_text(encode(kKorean, "EUC-KR"), "iso-8859-1").text, kKorean);
}

TEST(Charset, UsesTheDeclarationWhereTheBytesAreTooFewToTell) { EXPECT_EQ(decode_text(encode("東京", "EUC-JP"), "euc-jp").text, "東京"); }

TEST(Charset, ReplacesWhatIsInvalidInMainlyUtf8AndSaysWhere) {
  const DecodedText decoded = decode_text("강은 흐른다 \xFF 그리고 바다로 간다");
  EXPECT_EQ(decoded.charset, "UTF-8");
  EXPECT_EQ(decoded.replaced, 1U);
  EXPECT_EQ(decoded.first_bad_byte, 17U);
  EXPECT_EQ(decoded.text, "강은 흐른다 \xEF\xBF\xBD 그리고 바다로 간다");
  EXPECT_EQ(decode_text("plain words \xFF\xFE here").charset, "UTF-8");
}

TEST(Charset, KeepsUtf8ThatWasCutInsideACharacter) {
  const DecodedText decoded = decode_text(kKorean.substr(0, 4));
  EXPECT_EQ(decoded.text, "연\xEF\xBF\xBD");
}

TEST(Charset, RefusesBinaryData) {
  const std::string zeros(
      "\x7F"
      "ELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3E\0",
      20);
  std::string noise;
  for (unsigned i = 0, x = 1; i < 4000; ++i) noise += static_cast<char>((x = x * 1103515245 + 12345) >> 16);
  for (const std::string& bytes : {zeros, noise, std::string("text with a \0 in it", 19)}) {
    EXPECT_THROW(
        {
          try {
            decode_text(bytes);
          } catch (const Error& e) {
            EXPECT_EQ(e.kind(), ErrorKind::Ingest);
            EXPECT_STREQ(e.what(), "binary data, not text");
            throw;
          }
        },
        Error);
  }
}

TEST(CleanText, LeavesOneLineEndOneFormAndNoControls) {
  EXPECT_EQ(clean_text("a\r\nb\rc\fd"), "a\nb\nc\nd");
  EXPECT_EQ(clean_text("\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xBC"), "강");
  EXPECT_EQ(clean_text("\xEF\xBB\xBFunheard\x07"), "unheard");
  EXPECT_EQ(clean_text("bad \xFF byte"), "bad \xEF\xBF\xBD byte");
}

TEST(Charset, ReadsEachLineOfAMixtureInItsOwn) {
  const std::string mixture = kKorean + encode(kKorean, "CP949") + "plain\n" + kKorean;
  const DecodedText decoded = decode_text(mixture);
  EXPECT_EQ(decoded.text, kKorean + kKorean + "plain\n" + kKorean);
  EXPECT_EQ(decoded.charset, "UTF-8+EUC-KR");
  EXPECT_TRUE(decoded.lossless());
}

TEST(Charset, TakesDamagedUtf8ForNoMixture) {
  std::string damaged = kKorean + kKorean;
  damaged[kKorean.size() + 31] = '\xFF';
  const DecodedText decoded = decode_text(damaged);
  EXPECT_EQ(decoded.charset, "UTF-8");
  EXPECT_FALSE(decoded.lossless());
}

TEST(Charset, ListensToWhatStandsBehindPagesOfAscii) {
  std::string lines;
  while (lines.size() < 200000) lines += "2026-11-29 09:00:00 INFO started\n";
  EXPECT_EQ(decode_text(lines + encode(kKorean, "CP949")).text, lines + kKorean);
  EXPECT_EQ(decode_text(std::string(200000, 'x') + encode(kKorean, "CP949")).text, std::string(200000, 'x') + kKorean);
}

}  // namespace
}  // namespace rag
