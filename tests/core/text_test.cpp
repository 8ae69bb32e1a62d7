#include "core/text.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/listing.h"

namespace rag {
namespace {

TEST(HasWord, WantsALetterOrADigit) {
  for (const char* text : {"a", "7", "휴가?", "\xff e", "né"}) EXPECT_TRUE(has_word(text)) << text;
  for (const char* text : {"", " ", "?!...", "。「」", "\xff\xfe"}) EXPECT_FALSE(has_word(text)) << text;
}

TEST(Utf8, FindsTheFirstInvalidByte) {
  EXPECT_EQ(find_invalid_utf8("강 river"), std::nullopt);
  EXPECT_EQ(find_invalid_utf8("ab\xFFzz"), 2U);
  EXPECT_EQ(find_invalid_utf8("\xED\xA0\x80"), 0U) << "a surrogate";
  EXPECT_EQ(find_invalid_utf8("\xC0\xAF"), 0U) << "an overlong slash";
  EXPECT_EQ(find_invalid_utf8("a\xEA\xB0"), 1U) << "a cut character";
}

TEST(Utf8, ReplacesWhatIsInvalidAndKeepsTheRest) {
  EXPECT_EQ(replace_invalid_utf8("a\xFF" "강"), "a\xEF\xBF\xBD" "강");
  EXPECT_EQ(replace_invalid_utf8("강\xEA\xB0"), "강\xEF\xBF\xBD");
}

TEST(Utf8, FloorsToTheStartOfACharacter) {
  const std::string text = "a강b";
  EXPECT_EQ(floor_to_character(text, 2), 1U);
  EXPECT_EQ(floor_to_character(text, 4), 4U);
  EXPECT_EQ(floor_to_character(text, 99), text.size());
}

TEST(Normalisation, ComposesHangulAndLatin) {
  EXPECT_EQ(to_nfc("\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xBC"), "강");
  EXPECT_EQ(to_nfc("e\xCC\x81"), "é");
  EXPECT_EQ(to_nfc("plain"), "plain");
}

TEST(FoldCase, FoldsMoreThanAscii) {
  EXPECT_EQ(fold_case("RIVER"), "river");
  EXPECT_EQ(fold_case("STRASSE Ärger ß"), "strasse ärger ss");
}

TEST(Trim, TakesUnicodeSpaceOffBothEnds) {
  EXPECT_EQ(trim("\xE3\x80\x80 강 \n"), "강");
  EXPECT_EQ(trim(" \t"), "");
}

TEST(CollapseWhiteSpace, MakesOneBlankOfEveryRun) { EXPECT_EQ(collapse_white_space("  a \n\t b\xC2\xA0" "c "), "a b c"); }

TEST(EscapeForTerminal, LetsNoTextSteerATerminal) {
  EXPECT_EQ(escape_for_terminal("a\x1B[31mb"), "a\\x1B[31mb");
  EXPECT_EQ(escape_for_terminal("강\xFF"), "강\\xFF");
  EXPECT_EQ(escape_for_terminal("\xE2\x80\xAE" "gpj"), "\\xE2\\x80\\xAEgpj") << "right-to-left override";
}

TEST(GuessLanguage, TellsKoreanFromEnglishFromNeither) {
  EXPECT_EQ(guess_language("연차 휴가는 며칠인가요? The leave policy"), "ko");
  EXPECT_EQ(guess_language("What is the policy for sick leave?"), "en");
  EXPECT_EQ(guess_language("これは日本語の文です"), "ja");
  EXPECT_EQ(guess_language("12 34"), "");
}

TEST(DominantScript, TellsKoreanProseFromEnglishWhateverIsMixedIn) {
  EXPECT_EQ(dominant_script("How many days of leave?"), "Latn");
  EXPECT_EQ(dominant_script("휴가는 며칠인가요?"), "Kore");
  EXPECT_EQ(dominant_script("React에서 state 배열을 updating하는 방법"), "Kore");
  EXPECT_EQ(dominant_script("休暇は何日ですか"), "Jpan");
  EXPECT_EQ(dominant_script("休假有多少天"), "Hani");
  EXPECT_EQ(dominant_script("Сколько дней отпуска?"), "Cyrl");
}

TEST(DominantScript, IsUnsureOfNumbersAndFragments) {
  EXPECT_EQ(dominant_script(""), "");
  EXPECT_EQ(dominant_script("E-4417: 12 %"), "");
  EXPECT_EQ(dominant_script("ab го"), "");
}

TEST(Listing, PutsTheSeparatorBetweenTextsAndNowhereElse) {
  EXPECT_EQ(joined(std::vector<std::string>{"a", "", "c"}), "a, , c");
  EXPECT_EQ(joined(std::vector<std::string>{}), "");
  struct Named {
    std::string name;
  };
  EXPECT_EQ(joined(std::vector<Named>{{"BM25"}, {"hybrid"}}, "; ", &Named::name), "BM25; hybrid");
}

TEST(Listing, CountsOneThingWithoutAnS) {
  EXPECT_EQ(counted(1, "chunk"), "1 chunk");
  EXPECT_EQ(counted(0, "chunk"), "0 chunks");
  EXPECT_EQ(counted(2, "quote stands", "quotes stand"), "2 quotes stand");
  EXPECT_EQ(counted(1, "quote stands", "quotes stand"), "1 quote stands");
}

}  // namespace
}  // namespace rag
