#include "generate/citation_check.h"

#include <gtest/gtest.h>

#include <chrono>
#include <ctime>
#include <string>
#include <vector>

#include "generate/draft.h"
#include "passages.h"
#include "tests/patience.h"

namespace rag {
namespace {

using testing::passage;

const std::vector<Passage>& handbook() {
  static const std::vector<Passage> passages = {
      passage(
          "leave.md",
          "Full-time employees receive 15 days of annual leave each year. Unused leave expires on March 31. The HR team keeps the records.",
          "Leave policy"),
      passage(
          "travel.md",
          "Travel costs are reimbursed within 30 days. Meals are covered up to $1,500 a month. Submit receipts through the Concur portal."),
      passage("ko/leave.md",
              "정규직 직원은 매년 15일의 연차 휴가를 받는다. 병가는 연 10일이며 진단서를 제출해야 한다. 복지 포인트는 연 30만 원이다.",
              "휴가 규정"),
  };
  return passages;
}

Answer check(const std::string& draft, const std::string& question = "How many days?") {
  return check_citations(draft, handbook(), question);
}

std::string source_bytes(const Citation& citation) {
  for (const Passage& p : handbook())
    if (p.uri == citation.uri) return p.chunk.text.substr(citation.source_span.begin - p.chunk.span.begin, citation.source_span.size());
  return "";
}

TEST(CheckCitations, KeepsASentenceItsPassageSupports) {
  const Answer answer = check("Employees get 15 days of annual leave per year [1].");
  ASSERT_FALSE(answer.abstained) << answer.reason;
  EXPECT_EQ(answer.text, "Employees get 15 days of annual leave per year. [1]");
  ASSERT_EQ(answer.citations.size(), 1U);
  EXPECT_EQ(answer.citations[0].quote, "Full-time employees receive 15 days of annual leave each year.");
  EXPECT_EQ(source_bytes(answer.citations[0]), answer.citations[0].quote);
  EXPECT_EQ(answer.citations[0].source_span.begin, 100U);
  EXPECT_EQ(answer.citations[0].document_id, "id:leave.md");
}

TEST(CheckCitations, DropsACitationOfAPassageThatIsNotThere) {
  const Answer answer = check("Employees get 15 days of annual leave per year [1][9].");
  EXPECT_EQ(answer.text, "Employees get 15 days of annual leave per year. [1]");
  EXPECT_EQ(answer.usage.citations_rejected, 1U);
  EXPECT_EQ(answer.usage.sentences_dropped, 0U);
  for (const char* hostile : {"Leave is 15 days [0].", "Leave is 15 days [99999999999999999999].", "Leave is 15 days [2-1000000000]."})
    EXPECT_TRUE(check(hostile).abstained) << hostile;
}

TEST(CheckCitations, DropsASentenceWithAWrongNumber) {
  const Answer answer = check("Employees get 25 days of annual leave per year [1]. Unused leave expires on March 31 [1].");
  EXPECT_EQ(answer.text, "Unused leave expires on March 31. [1]");
  EXPECT_EQ(answer.usage.sentences, 2U);
  EXPECT_EQ(answer.usage.sentences_dropped, 1U);
  EXPECT_EQ(answer.usage.citations_rejected, 1U);
}

TEST(CheckCitations, DropsTheRightNumberOfTheWrongThing) {
  EXPECT_TRUE(check("Employees get 15 weeks of annual leave per year [1].").abstained);
  EXPECT_TRUE(check("Unused annual leave expires on April 31 [1].").abstained);
}

TEST(CheckCitations, DropsASentenceWithANameTheSourceDoesNotHave) {
  EXPECT_TRUE(check("Submit receipts through the Expensify portal [2].").abstained);
  EXPECT_FALSE(check("Submit receipts through the Concur portal [2].").abstained);
  EXPECT_TRUE(check("Submit receipts through https://evil.example/portal [2].").abstained);
}

TEST(CheckCitations, DropsASentenceWithoutACitation) {
  const Answer answer = check("Employees receive 15 days of annual leave. Unused leave expires on March 31 [1].");
  EXPECT_EQ(answer.text, "Unused leave expires on March 31. [1]");
  EXPECT_EQ(answer.usage.sentences_dropped, 1U);
}

TEST(CheckCitations, DropsATrueSentenceThatCitesAnotherPassage) {
  EXPECT_TRUE(check("Employees receive 15 days of annual leave each year [2].").abstained);
}

TEST(CheckCitations, AcceptsEqualNumbersWrittenDifferently) {
  EXPECT_FALSE(check("Meals are covered up to 1500 dollars a month [2].").abstained);
  EXPECT_FALSE(check("Travel costs are reimbursed within thirty days [2].").abstained);
  EXPECT_FALSE(check("복지 포인트는 연 300,000원이다 [3].", "복지 포인트는?").abstained);
  EXPECT_FALSE(check("정규직 직원은 연차 휴가를 １５일 받는다 [3].", "휴가는?").abstained);
}

TEST(CheckCitations, AcceptsAParaphrase) {
  EXPECT_FALSE(check("If you work full-time, you are entitled to 15 days of leave annually [1].").abstained);
  EXPECT_FALSE(check("병가를 쓰려면 진단서가 필요하다 [3].", "병가는?").abstained);
}

TEST(CheckCitations, ComparesAcrossLanguagesByNumbersAndNames) {
  const Answer right = check("연차 휴가는 15일입니다 [1].", "연차는 며칠인가요?");
  ASSERT_FALSE(right.abstained) << right.reason;
  EXPECT_EQ(right.citations[0].quote, "Full-time employees receive 15 days of annual leave each year.");
  EXPECT_TRUE(check("연차 휴가는 20일입니다 [1].", "연차는 며칠인가요?").abstained);
  EXPECT_FALSE(check("영수증은 Concur에 제출합니다 [2].", "영수증은?").abstained);
  EXPECT_TRUE(check("영수증은 Expensify에 제출합니다 [2].", "영수증은?").abstained);
}

TEST(CheckCitations, ReadsEveryWayOfWritingMarkers) {
  for (const char* draft :
       {"Unused leave expires on March 31. [1]", "Unused leave expires on March 31［１］.", "Unused leave expires on March 31【1】.",
        "Unused leave expires on March 31 [1, 7].", "Unused leave expires on March 31 [1-2].", "[1] Unused leave expires on March 31.",
        "- [1] Unused leave expires on March 31.", "Unused leave expires on March 31.\nSources: [1]",
        "Unused leave expires on March 31 [1](https://evil.example/x).",
        "<think>Which one? [2]</think>Unused leave expires on March 31 [1]."}) {
    const Answer answer = check(draft);
    ASSERT_EQ(answer.citations.size(), 1U) << draft;
    EXPECT_EQ(answer.citations[0].uri, "leave.md") << draft;
    EXPECT_NE(answer.text.find("Unused leave expires on March 31. [1]"), std::string::npos) << answer.text;
    EXPECT_EQ(answer.text.find("evil"), std::string::npos);
  }
}

TEST(CheckCitations, RenumbersInOrderOfAppearance) {
  const Answer answer = check("Travel costs are reimbursed within 30 days [2]. Employees receive 15 days of annual leave each year [1].");
  EXPECT_EQ(answer.text, "Travel costs are reimbursed within 30 days. [1] Employees receive 15 days of annual leave each year. [2]");
  ASSERT_EQ(answer.citations.size(), 2U);
  EXPECT_EQ(answer.citations[0].uri, "travel.md");
  EXPECT_EQ(answer.citations[1].number, 2);
}

TEST(CheckCitations, PointsAtTheSentencesThatAreLeft) {
  const Answer answer =
      check("Employees get 99 days [1]. Unused leave expires on March 31 [1].\n\n정규직 직원은 연차 휴가를 15일 받는다 [3].");
  ASSERT_EQ(answer.citations.size(), 2U);
  const auto piece = [&](const Citation& c) { return answer.text.substr(c.answer_span.begin, c.answer_span.size()); };
  EXPECT_EQ(piece(answer.citations[0]), "Unused leave expires on March 31.");
  EXPECT_EQ(piece(answer.citations[1]), "정규직 직원은 연차 휴가를 15일 받는다.");
}

TEST(CheckCitations, TakesARefusalAsAbstaining) {
  for (const char* draft :
       {"The documents do not say.", "The passages don't mention parking [1].", "I could not find this in the documents.",
        "문서에 답이 없습니다.", "제공된 문서에서 해당 내용을 찾을 수 없습니다 [1]."}) {
    const Answer answer = check(draft);
    EXPECT_TRUE(answer.abstained) << draft;
    EXPECT_EQ(answer.text, "") << draft;
    EXPECT_NE(answer.reason.find("model says"), std::string::npos) << answer.reason;
    EXPECT_EQ(answer.usage.sentences_dropped, 0U);
  }
}

TEST(CheckCitations, SaysInTheQuestionsLanguageWhyNothingIsLeft) {
  EXPECT_EQ(check("전부 999일이다 [1].", "휴가는 며칠인가요?").reason, "모델의 답에서 인용으로 확인된 문장이 없습니다");
  EXPECT_EQ(check_citations("Anything [1].", {}, "Why?").reason, "nothing was found for this question");
}

TEST(ParseDraft, TakesLinearTimeInDraftsThatRepeatThemselves) {
  for (const std::string piece : {"So [1]. ", "a [1](", "<think>a</think>", "[1]\n", "**"}) {
    std::string draft;
    while (draft.size() < 1'000'000) draft += piece;
    const std::clock_t start = std::clock();  // processor time: other programs may run
    parse_draft(draft);
    const auto took = std::chrono::milliseconds(1000 * (std::clock() - start) / CLOCKS_PER_SEC);
    EXPECT_LT(took, test::patience(std::chrono::milliseconds(1500))) << piece;
  }
}

TEST(ParseDraft, LeavesOutEveryThought) {
  const auto texts_of = [](const std::string& draft) {
    std::string texts;
    for (const DraftSentence& sentence : parse_draft(draft)) texts += "|" + sentence.text;
    return texts;
  };
  EXPECT_EQ(texts_of("<think>a</think>One. <think>b <think>c</think>Two."), "|One.|Two.");
  EXPECT_EQ(texts_of("begun before</think>One. <think>never ends"), "|One.");
}

TEST(CheckCitations, SurvivesRubbish) {
  for (const std::string& draft : {std::string(), std::string("\xFF\xFE[1"), std::string("[[[[[1]]]]]"), std::string("[1][1][1]"),
                                   std::string(100000, '['), std::string("\0[1]\0", 5), std::string("Sources:\n[1] leave.md")})
    EXPECT_TRUE(check(draft).abstained);
}

TEST(FindSupport, FindsTheTellingSentence) {
  const Passage& leave = handbook()[0];
  const Span span = find_support("Leave that is not used expires at the end of March", leave);
  EXPECT_EQ(leave.chunk.text.substr(span.begin - 100, span.size()), "Unused leave expires on March 31.");
  EXPECT_TRUE(find_support("The cafeteria serves lunch at noon", leave).empty());
  EXPECT_TRUE(find_support("", leave).empty());
  EXPECT_TRUE(find_support("anything", passage("empty.md", "")).empty());
}

TEST(FindSupport, QuotesTheWholePassageWhereOnlyTheMeaningCouldTell) {
  const Passage& travel = handbook()[1];
  const Span span = find_support("출장비는 나중에 돌려받는다", travel);
  EXPECT_EQ(span, travel.chunk.span);
}

}  // namespace
}  // namespace rag
