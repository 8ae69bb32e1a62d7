#include "core/sentences.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "core/text.h"
#include "tests/patience.h"

namespace rag {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> sentences(const std::string& text) {
  std::vector<std::string> out;
  for (const Span& span : split_sentences(text)) out.push_back(text.substr(span.begin, span.size()));
  return out;
}

TEST(Sentences, EndAtStopsThatABlankFollows) {
  EXPECT_THAT(sentences("It rains. Does it? Yes!  Good."), ElementsAre("It rains.", "Does it?", "Yes!", "Good."));
}

TEST(Sentences, FindNothingInWhiteSpace) {
  EXPECT_THAT(sentences(""), IsEmpty());
  EXPECT_THAT(sentences(" \n\t\n\xE3\x80\x80"), IsEmpty());
}

TEST(Sentences, KeepAbbreviationsAndInitials) {
  EXPECT_THAT(sentences("Dr. J. Smith met Prof. Lee, e.g. in Fig. 3 of No. 7. He left."),
              ElementsAre("Dr. J. Smith met Prof. Lee, e.g. in Fig. 3 of No. 7.", "He left."));
  EXPECT_THAT(sentences("Pens, paper, etc. are free. Bring pens, paper, etc. Nobody minds."),
              ElementsAre("Pens, paper, etc. are free.", "Bring pens, paper, etc.", "Nobody minds."));
  EXPECT_THAT(sentences("We open at 9 a.m. on Mondays. It closed at 5 p.m. The rest went home."),
              ElementsAre("We open at 9 a.m. on Mondays.", "It closed at 5 p.m.", "The rest went home."));
  EXPECT_THAT(sentences("As Kim et al. (2020) say. Is it? No. Never."),
              ElementsAre("As Kim et al. (2020) say.", "Is it?", "No.", "Never."));
}

TEST(Sentences, KeepNumbersDatesAndAddresses) {
  EXPECT_THAT(sentences("Pay 3.5 % by 2024. 3. 15. at https://pay.example.com/a.b?c. Then rest."),
              ElementsAre("Pay 3.5 % by 2024. 3. 15. at https://pay.example.com/a.b?c.", "Then rest."));
  EXPECT_THAT(sentences("See section 3. The end."), ElementsAre("See section 3.", "The end."));
  EXPECT_THAT(sentences("Steps: 1. Open it. 2. Close it."), ElementsAre("Steps: 1. Open it.", "2. Close it."));
}

TEST(Sentences, TakeClosingQuotesAndBracketsAlong) {
  EXPECT_THAT(sentences("(It rained.) \"Go!\" She went. \"Why?\" he asked."),
              ElementsAre("(It rained.)", "\"Go!\"", "She went.", "\"Why?\" he asked."));
  EXPECT_THAT(sentences("그는 “갑니다.” 라고 말했다. \"왜?\" 라고 물었다."),
              ElementsAre("그는 “갑니다.” 라고 말했다.", "\"왜?\" 라고 물었다."));
}

TEST(Sentences, EndAtAnEllipsisOnlyBeforeACapital) {
  EXPECT_THAT(sentences("Well... perhaps. Well... Perhaps."), ElementsAre("Well... perhaps.", "Well...", "Perhaps."));
  EXPECT_THAT(sentences("음… 글쎄요. 그렇습니다... 다음입니다."), ElementsAre("음… 글쎄요.", "그렇습니다...", "다음입니다."));
}

TEST(Sentences, KnowKoreanEndings) {
  EXPECT_THAT(sentences("연차는 15일입니다. 언제 쓰나요? 미리 신청하세요. 제출할 것. 끝."),
              ElementsAre("연차는 15일입니다.", "언제 쓰나요?", "미리 신청하세요.", "제출할 것.", "끝."));
  EXPECT_THAT(sentences("신청했다.그리고 승인됐다."), ElementsAre("신청했다.", "그리고 승인됐다.")) << "a forgotten blank";
  EXPECT_THAT(sentences("2024. 3. 15.부터 시행한다. iPhone도 된다."), ElementsAre("2024. 3. 15.부터 시행한다.", "iPhone도 된다."));
  EXPECT_THAT(sentences("항목은 가. 신청 나. 승인 두 가지이다."), ElementsAre("항목은 가. 신청 나. 승인 두 가지이다."));
}

TEST(Sentences, EndAtAKoreanEndingBeforeALineBreak) {
  EXPECT_THAT(sentences("연차는 15일입니다\n병가는 따로 있어요\n문의는 인사팀"),
              ElementsAre("연차는 15일입니다", "병가는 따로 있어요", "문의는 인사팀"));
  EXPECT_THAT(sentences("승인이 필요\n합니다. 전년보다\n늘었다."), ElementsAre("승인이 필요\n합니다.", "전년보다\n늘었다."));
}

TEST(Sentences, KnowFullWidthStops) {
  EXPECT_THAT(sentences("雨です。行きますか？はい！彼は「はい。」と言った。"),
              ElementsAre("雨です。", "行きますか？", "はい！", "彼は「はい。」と言った。"));
}

TEST(Sentences, GoOnOverALineBreakInsideAParagraph) {
  EXPECT_THAT(sentences("The lazy\ndog sleeps.\nIt dreams.\n\nAnother"), ElementsAre("The lazy\ndog sleeps.", "It dreams.", "Another"));
}

TEST(Sentences, TakeItemsRowsAndHeadingsAsUnits) {
  EXPECT_THAT(sentences("# Title\nBring:\n- a pen. Blue\n- paper\n  of size A4\n1. First. Second.\n(2) Third\n가. 넷째\n① 다섯째"),
              ElementsAre("# Title", "Bring:", "- a pen.", "Blue", "- paper\n  of size A4", "1. First.", "Second.", "(2) Third", "가. 넷째",
                          "① 다섯째"));
  EXPECT_THAT(sentences("Grades\nName | Days. Pay\nKim | 15\nThat is all"),
              ElementsAre("Grades", "Name | Days. Pay", "Kim | 15", "That is all"));
  EXPECT_THAT(sentences("제1조(목적) 이 규정은\n목적을 정한다.\n제2조(적용) 모두"),
              ElementsAre("제1조(목적) 이 규정은\n목적을 정한다.", "제2조(적용) 모두"));
}

TEST(Sentences, CoverEverythingButWhiteSpace) {
  const std::string text = "A.  B!\r\n\r\n\xEF\xBB\xBF- c\n\t。。 d…\" e\xC2\xA0\nf | g\n\f 끝다.\xE3\x80\x80h";
  std::size_t at = 0;
  for (const Span& span : split_sentences(text)) {
    EXPECT_EQ(trim(text.substr(at, span.begin - at)), "");
    EXPECT_EQ(trim(text.substr(span.begin, span.size())).size(), span.size());
    EXPECT_GT(span.size(), 0U);
    at = span.end;
  }
  EXPECT_EQ(trim(text.substr(at)), "");
}

TEST(Sentences, TakeLinearTimeWithoutAnyStop) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(split_sentences(std::string(10'000'000, 'a')).size(), 1U);
  std::string words, dots, marks;
  for (int i = 0; i < 200'000; ++i) words += "word가나\n", dots += ". . ", marks += "1. ";
  EXPECT_EQ(split_sentences(words).size(), 1U);
  EXPECT_GT(split_sentences(dots).size(), 0U);
  EXPECT_GT(split_sentences(marks).size(), 0U);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, test::patience(std::chrono::seconds(10)));
}

}  // namespace
}  // namespace rag
