#include "core/shingles.h"

#include <gtest/gtest.h>

#include <numeric>
#include <string>

#include "core/text_signature.h"

namespace rag {
namespace {

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for_each_compared_word(text, [&](std::string_view word) { words.emplace_back(word); });
  return words;
}

// `count` words that are not in a text with another `seed`.
std::string prose(std::size_t seed, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += "w" + std::to_string(seed) + "x" + std::to_string(i) + (i % 9 == 8 ? ".\n" : " ");
  return text;
}

// Syllables, three a word.
std::string korean_prose(std::size_t seed, std::size_t words) {
  std::string text;
  for (std::size_t i = 0; i < 3 * words; ++i) {
    const char32_t c = 0xAC00 + static_cast<char32_t>((i * 7919 + seed * 104729 + i * i * 31) % 11172);
    text += {static_cast<char>(0xE0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 63)), static_cast<char>(0x80 | (c & 63))};
    if (i % 3 == 2) text += ' ';
  }
  return text;
}

double exact(const std::string& a, const std::string& b) { return overlap_of(shingles_of(a), shingles_of(b)).resemblance; }
double estimated(const std::string& a, const std::string& b) { return resemblance(*text_signature(a), *text_signature(b)); }

TEST(ComparedWords, FoldCaseAndLeaveOutPunctuation) {
  EXPECT_EQ(words_of("  **Leave**: 25 days, É-mail!"), (std::vector<std::string>{"leave", "25", "days", "é", "mail"}));
  EXPECT_EQ(words_of("Straße"), words_of("STRASSE"));
  EXPECT_TRUE(words_of(" ... — \n").empty());
}

TEST(ComparedWords, AreCharactersWhereScriptsWriteWordsTogether) {
  EXPECT_EQ(words_of("연차 휴가는 A4용지"), (std::vector<std::string>{"연", "차", "휴", "가", "는", "a4", "용", "지"}));
  EXPECT_EQ(words_of("休暇は"), (std::vector<std::string>{"休", "暇", "は"}));
}

TEST(ComparedWords, AreCutWhereTheyNeverEnd) {
  const std::vector<std::string> words = words_of(std::string(50, 'a'));
  ASSERT_EQ(words.size(), 3U);
  EXPECT_EQ(words[0].size(), 24U);
  EXPECT_EQ(words[2].size(), 2U);
}

TEST(Shingles, AreRunsOfFourWordsOrEightCharacters) {
  EXPECT_EQ(shingles_of("one two three four").size(), 1U);
  EXPECT_EQ(shingles_of("one two three four five six").size(), 3U);
  EXPECT_EQ(shingles_of("가나다라 마바사아").size(), 1U);
  EXPECT_EQ(shingles_of("가나다라 마바사아자차").size(), 3U);
}

TEST(Shingles, OfAShortTextAreOne) {
  EXPECT_EQ(shingles_of("see attached").size(), 1U);
  EXPECT_NE(shingles_of("see attached"), shingles_of("attached see"));
  EXPECT_TRUE(shingles_of("...").empty());
}

TEST(Shingles, ComeOnceInTheSet) { EXPECT_EQ(shingles_of("a b c d a b c d a b c d").size(), 4U); }

TEST(Shingles, DoNotDependOnLayout) {
  EXPECT_EQ(shingles_of("# Leave\n\n- Annual leave is **25 days**."), shingles_of("LEAVE Annual  leave is 25 days"));
}

TEST(ShingleOverlap, TellsResemblanceFromContainment) {
  const std::vector<std::uint64_t> a = {1, 2, 3, 4}, b = {3, 4};
  EXPECT_DOUBLE_EQ(overlap_of(a, b).resemblance, 0.5);
  EXPECT_DOUBLE_EQ(overlap_of(a, b).containment, 1.0);
  EXPECT_DOUBLE_EQ(overlap_of(a, {}).resemblance, 0);
}

TEST(TextSignature, OfTheSameWordsIsTheSame) {
  EXPECT_EQ(text_signature("Annual leave: 25 days."), text_signature("annual LEAVE 25 days"));
  EXPECT_FALSE(text_signature("..."));
}

TEST(TextSignature, EstimatesTheResemblance) {
  for (const std::size_t changed : {0, 100, 300, 600, 1000}) {
    const std::string shared = prose(1, 2000 - changed);
    const std::string a = shared + prose(2, changed), b = shared + prose(3, changed);
    EXPECT_NEAR(estimated(a, b), exact(a, b), 0.12) << changed;  // four standard errors
  }
}

TEST(TextSignature, EstimatesWithoutBias) {
  double sum = 0;
  constexpr std::size_t kPairs = 60;
  for (std::size_t i = 0; i < kPairs; ++i) {
    const std::string shared = prose(3 * i, 300);
    sum += estimated(shared + prose(3 * i + 1, 30), shared + prose(3 * i + 2, 30)) -
           exact(shared + prose(3 * i + 1, 30), shared + prose(3 * i + 2, 30));
  }
  EXPECT_NEAR(sum / kPairs, 0, 0.02);  // four standard errors of a mean of 60
}

TEST(TextSignature, IsAboutAsStrictWithKoreanAsWithEnglish) {
  const std::string korean = korean_prose(1, 300), english = prose(1, 300);
  const double korean_edited = exact(korean + korean_prose(2, 10), korean + korean_prose(3, 10));
  const double english_edited = exact(english + prose(2, 10), english + prose(3, 10));
  EXPECT_NEAR(korean_edited, english_edited, 0.03);
}

TEST(TextSignature, TellsOtherTextsApart) {
  EXPECT_LT(estimated(prose(1, 500), prose(2, 500)), 0.1);
  EXPECT_LT(estimated(korean_prose(1, 500), korean_prose(2, 500)), 0.1);
}

// They lie on disk: values that change make every stored signature worthless.
TEST(TextSignature, StaysAsItWas) {
  const TextSignature signature = *text_signature("Annual leave is 25 days. 연차 휴가는 15일입니다.");
  EXPECT_EQ(signature[0], 16627);
  EXPECT_EQ(std::accumulate(signature.begin(), signature.end(), 0U), 4247967U);
}

}  // namespace
}  // namespace rag
