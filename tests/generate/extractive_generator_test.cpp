#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "generate/candidate.h"
#include "generate/generator.h"
#include "passages.h"

namespace rag {
namespace {

using testing::passage;

const std::vector<Passage>& handbook() {
  static const std::vector<Passage> passages = {
      passage("leave.md",
              "Annual leave\n\nHow many days of annual leave do I get?\nFull-time employees receive 15 days of annual leave\neach year. "
              "Ask your manager early. Leave "
              "requests go to the HR portal.",
              "Leave policy"),
      passage("ko/leave.md",
              "정규직 직원은 매년 15일의 연차 휴가를 받는다. 병가는 연 10일까지 쓸 수 있다. 경조사 휴가는 별도 규정을 따른다.",
              "휴가 규정"),
      passage("leave-copy.md", "Full-time employees receive 15 days of annual leave each year."),
      passage("parking.md", "Parking permits cost $40 a month. Visitors park on level 2."),
  };
  return passages;
}

Answer ask(const std::string& question, const std::vector<Passage>& passages = handbook()) {
  return make_extractive_generator()->answer(question, passages);
}

TEST(ExtractiveGenerator, AnswersWithTheSentenceThatSaysIt) {
  const Answer answer = ask("How many days of annual leave do full-time employees get?");
  ASSERT_FALSE(answer.abstained) << answer.reason;
  EXPECT_TRUE(answer.text.starts_with("Full-time employees receive 15 days of annual leave each year. [1]")) << answer.text;
}

TEST(ExtractiveGenerator, QuotesTheDocumentVerbatim) {
  const Answer answer = ask("How many days of annual leave do full-time employees get?");
  ASSERT_FALSE(answer.citations.empty());
  const Citation& citation = answer.citations.front();
  EXPECT_EQ(citation.quote, "Full-time employees receive 15 days of annual leave\neach year.") << "with the document's own line break";
  const Chunk& chunk = handbook()[0].chunk;
  EXPECT_EQ(chunk.text.substr(citation.source_span.begin - chunk.span.begin, citation.source_span.size()), citation.quote);
  EXPECT_EQ(answer.text.substr(citation.answer_span.begin, citation.answer_span.size()),
            "Full-time employees receive 15 days of annual leave each year.");
}

TEST(ExtractiveGenerator, NamesWhenItIsSaidAndLeavesTheTimeOutOfTheSentence) {
  Passage talk = passage("talk.mp3", "Parking permits cost $40 a month.\n\n[00:01:23] Full-time employees receive 15 days of annual leave each year. Ask early.");
  talk.time = "00:00:58";  // its first sentence began before it
  const Answer leave = ask("How many days of annual leave do full-time employees get?", {talk});
  ASSERT_FALSE(leave.citations.empty());
  EXPECT_EQ(leave.citations[0].quote, "Full-time employees receive 15 days of annual leave each year.");
  EXPECT_EQ(leave.citations[0].time, "00:01:23");
  const Answer parking = ask("How much is a parking permit a month?", {talk});
  ASSERT_FALSE(parking.citations.empty());
  EXPECT_EQ(parking.citations[0].time, "00:00:58");
  EXPECT_EQ(ask("How many days of annual leave do full-time employees get?").citations.at(0).time, "") << "a text has no time";
}

TEST(ExtractiveGenerator, SaysNothingTwice) {
  const Answer answer = ask("How many days of annual leave do full-time employees get?");
  EXPECT_EQ(answer.text.find("15 days"), answer.text.rfind("15 days")) << answer.text;
}

TEST(ExtractiveGenerator, AnswersInKorean) {
  const Answer answer = ask("병가는 며칠까지 쓸 수 있나요?");
  ASSERT_FALSE(answer.abstained) << answer.reason;
  EXPECT_TRUE(answer.text.starts_with("병가는 연 10일까지 쓸 수 있다. [1]")) << answer.text;
  EXPECT_EQ(answer.citations.front().uri, "ko/leave.md");
}

TEST(ExtractiveGenerator, GivesAListWithTheLineAboveItAsOneSentence) {
  const std::string text =
      "There are certain services that are exempt from prior authorization. These include:\n• Routine office visits\n• Immunizations\n"
      "• X-Ray services\nTips\nAsk for prior authorization early.";
  const Answer answer = ask("Which services are exempt from prior authorization?", {passage("plan.pdf", text)});
  EXPECT_TRUE(answer.text.starts_with("There are certain services that are exempt from prior authorization. [1] These include: Routine office visits; Immunizations; X-Ray services"))
      << answer.text;
  ASSERT_GE(answer.citations.size(), 2U);
  EXPECT_TRUE(answer.citations[1].quote.starts_with("These include:\n• Routine")) << answer.citations[1].quote;
  const Answer steps = ask("차를 빌리는 절차는 무엇인가요?", {passage("차.md", "차를 빌리는 절차는 다음과 같다.\n1. 신청서를 쓴다.\n2. 총무팀에 낸다.\n3. 열쇠를 받는다.\n")});
  EXPECT_TRUE(steps.text.starts_with("차를 빌리는 절차는 다음과 같다. 신청서를 쓴다; 총무팀에 낸다; 열쇠를 받는다")) << steps.text;
}

TEST(ExtractiveGenerator, GoesOnBehindASentenceThatOnlyAnnounces) {
  const std::vector<Passage> rules = {passage("cob.md",
                                              "There are a few exceptions to the coordination rules. Whoever has Medicare is paid by it first. Veterans are paid by their plan.\n\n"
                                              "We hope that these exceptions to the coordination rules help."),
                                      passage("intro.md", "There are several exceptions to the coordination rules.")};
  const Answer answer = ask("What are the exceptions to the coordination rules?", rules);
  EXPECT_TRUE(answer.text.starts_with("There are a few exceptions to the coordination rules. [1] Whoever has Medicare is paid by it first. [1] Veterans are paid by their plan. [1]"))
      << answer.text;
  EXPECT_EQ(answer.text.find("We hope"), std::string::npos) << answer.text;
}

TEST(ExtractiveGenerator, TellsANumberByItsOwnLineOfAList) {
  const Answer answer = ask("How many days of marriage leave are there?", {passage("leave.md", "Special leave:\n- Marriage leave is 5 days.\n- Bereavement leave is 3 days.\n- Moving leave is 1 day.\n")});
  EXPECT_TRUE(answer.text.starts_with("Marriage leave is 5 days. [1]")) << answer.text;
  const Answer ways = ask("How many ways are there to claim expenses?", {passage("claims.md", "There are three ways to claim expenses.\n- The web form\n- A letter\n- The app\n")});
  EXPECT_TRUE(ways.text.starts_with("There are three ways to claim expenses. [1]")) << ways.text;
}

TEST(ExtractiveGenerator, DoesNotAnswerAQuestionWithAQuestion) {
  EXPECT_EQ(ask("How many days of annual leave do I get?").text.find('?'), std::string::npos);
}

TEST(ExtractiveGenerator, AbstainsWhereNothingSupportsAnAnswer) {
  for (const char* question : {"What is the capital of France?", "How many miles does a rainbow weigh?", "구내식당 점심 메뉴는 무엇인가요?",
                               "회사 주식 옵션의 행사 가격은?"}) {
    const Answer answer = ask(question);
    EXPECT_TRUE(answer.abstained) << question << " -> " << answer.text;
    EXPECT_FALSE(answer.reason.empty());
    EXPECT_TRUE(answer.citations.empty());
    EXPECT_EQ(answer.passages.size(), handbook().size()) << "what was looked at";
  }
  EXPECT_EQ(ask("구내식당 점심 메뉴는?").reason, "찾은 문서에 이 질문의 답이 없습니다");
}

TEST(ExtractiveGenerator, AbstainsWithoutPassagesOrWords) {
  EXPECT_TRUE(ask("How many days?", {}).abstained);
  EXPECT_TRUE(ask("?!?...").abstained);
  EXPECT_TRUE(ask("").abstained);
}

TEST(ExtractiveGenerator, ReadsATableRowWithItsHeader) {
  Passage table = passage("plans.csv", "Standard | $2,000 | 80%\nPlus | $1,500 | 90%");
  table.chunk.table_header = "Plan | Deductible | Coverage";
  const Answer answer = ask("What is the deductible of the Plus plan?", {table});
  ASSERT_FALSE(answer.abstained) << answer.reason;
  EXPECT_TRUE(answer.text.starts_with("Plan: Plus; Deductible: $1,500; Coverage: 90% [1]")) << answer.text;
  EXPECT_EQ(answer.citations.front().quote, "Plus | $1,500 | 90%");
}

TEST(ExtractiveGenerator, FindsTheHeaderInsideThePassage) {
  const Answer answer = ask("What is the deductible of the Plus plan?",
                            {passage("plans.md", "Our plans:\n\nPlan | Deductible\nStandard | $2,000\nPlus | $1,500\n")});
  EXPECT_TRUE(answer.text.starts_with("Plan: Plus; Deductible: $1,500 [1]")) << answer.text;
}

TEST(ExtractiveGenerator, PrefersTheKindOfThingAsked) {
  const Answer answer =
      ask("When does the parking garage open?",
          {passage("p.md", "The parking garage may open for guests on request. The parking garage doors open at 7:30 am.")});
  ASSERT_FALSE(answer.abstained);
  EXPECT_NE(answer.text.find("7:30"), std::string::npos) << answer.text;
}

TEST(ExtractiveGenerator, AnswersWithTheRowThatIsAskedForAlone) {
  const std::vector<Passage> table = {
      passage("vpn.md",
              "Error | Meaning\nE-10 | the VPN key has expired\nE-11 | the VPN key was not touched\nE-12 | the VPN account is locked\n"),
      passage("trip.md", "지역 | 숙박비\n서울 | 130,000원\n광역시 | 100,000원\n")};
  EXPECT_EQ(ask("What does the VPN error E-11 mean?", table).text, "Error: E-11; Meaning: the VPN key was not touched [1]");
  EXPECT_EQ(ask("서울의 숙박비는 얼마인가요?", table).text, "지역: 서울; 숙박비: 130,000원 [1]");
}

TEST(ExtractiveGenerator, KeepsEmptyCellsInTheirColumns) {
  EXPECT_EQ(ask("When is the harvest festival?",
                {passage("days.csv",
                         "date | holiday | closed | note\n2025-09-06 | harvest festival | yes |\n2025-10-03 | founding day | no |\n")})
                .text,
            "date: 2025-09-06; holiday: harvest festival; closed: yes [1]");
}

TEST(ExtractiveGenerator, StopsWhereNothingIsAdded) {
  const Answer answer =
      ask("How many bicycles does the shed hold?",
          {passage("shed.md", "The shed holds 40 bicycles. It was painted in May by two people. A bicycle pump hangs beside the door.")});
  EXPECT_EQ(answer.text, "The shed holds 40 bicycles. [1]");
}

TEST(ExtractiveGenerator, PrefersTheUnitThatIsAskedFor) {
  const std::vector<Passage> rules = {
      passage("안식.md", "안식휴가의 기준일은 1월 1일이다. 안식휴가는 30일 전까지 신청한다. 5년을 근무한 직원은 10일의 유급휴가를 받는다.",
              "안식휴가 규정")};
  EXPECT_TRUE(ask("안식휴가는 며칠인가요?", rules).text.starts_with("5년을 근무한 직원은 10일의 유급휴가를 받는다. [1]"))
      << ask("안식휴가는 며칠인가요?", rules).text;
  EXPECT_TRUE(ask("안식휴가는 며칠 전까지 신청하나요?", rules).text.starts_with("안식휴가는 30일 전까지 신청한다. [1]"));
}

TEST(ExtractiveGenerator, TakesWhatTheQuestionSaysItselfForNoAnswer) {
  const Answer answer =
      ask("When is the bonus paid in December?",
          {passage("pay.md", "In December the bonus is paid earlier.\n\nMonth | Bonus paid\nNovember | 28 Nov\nDecember | 19 Dec\n")});
  EXPECT_TRUE(answer.text.starts_with("Month: December; Bonus paid: 19 Dec [1]")) << answer.text;
}

TEST(ExtractiveGenerator, AbstainsWhereNoPassageMentionsWhatIsNamed) {
  const std::vector<Passage> offices = {
      passage("o.md", "The office in Leeds has two floors. Offices open at nine. The fault code E-4417 means an expired key."),
      passage("j.md", "제주 출장의 숙박비는 120,000원이다."),
      passage("k.md", "사무실은 아홉 시에 연다. 사내 진료소의 이용 시간은 두 시까지이다.")};
  for (const char* question : {"How many floors has the office in Tokyo?", "What does fault code E-9999 mean?", "제주도에 사무실이 있나요?",
                               "사내 어린이집의 한 달 이용료는 얼마인가요?"})
    EXPECT_TRUE(ask(question, offices).abstained) << question << " -> " << ask(question, offices).text;
  EXPECT_FALSE(ask("How many floors has the office in Leeds?", offices).abstained);
  EXPECT_FALSE(ask("사무실은 몇 시에 여나요?", offices).abstained);
}

TEST(ExtractiveGenerator, ShowsNoMarkersOfTheSourceAsItsOwn) {
  const Answer answer = ask("How long is parental leave?", {passage("w.md", "Parental leave is 12 weeks long.[3][7]")});
  EXPECT_EQ(answer.text, "Parental leave is 12 weeks long. [1]");
}

TEST(ExtractiveGenerator, KeepsToItsLimits) {
  std::string text;
  for (int i = 0; i < 50; ++i)
    text += "Rule " + std::to_string(i) + " about travel expenses says keep receipt number " + std::to_string(1000 + i * 7) + " at hand. ";
  const Answer four = make_extractive_generator({.max_sentences = 2, .max_bytes = 1200})
                          ->answer("Which receipt for travel expenses?", std::vector{passage("t.md", text)});
  EXPECT_LE(four.citations.size(), 2U);
  const Answer longest = ask("Which word is wordy?", {passage("l.md", "Wordy word " + std::string(5000, 'x') + " wordy.")});
  EXPECT_LT(longest.text.size(), 1300U);
}

// An encoder that knows that two texts mean the same, whatever their language.
std::vector<double> meaning(const std::string& question, const std::vector<std::string>& sentences) {
  const auto topic = [](const std::string& t) {
    if (t.find("병가") != std::string::npos || t.find("sick") != std::string::npos) return 1;
    return t.find("weather") != std::string::npos ? 2 : 3;
  };
  std::vector<double> scores;
  for (const std::string& sentence : sentences) scores.push_back(topic(sentence) == topic(question) ? 0.92 : 0.78);
  return scores;
}

TEST(ExtractiveGenerator, AnswersAcrossLanguagesBySimilarity) {
  const std::vector<Passage> english = {passage("sick.md", "Everyone may take ten days of sick leave. The office opens at nine.")};
  EXPECT_TRUE(ask("병가는 며칠인가요?", english).abstained) << "no word in common";
  const Answer answer = make_extractive_generator({}, meaning)->answer("병가는 며칠인가요?", english);
  ASSERT_FALSE(answer.abstained) << answer.reason;
  EXPECT_EQ(answer.text, "Everyone may take ten days of sick leave. [1]");
  EXPECT_TRUE(make_extractive_generator({}, meaning)
                  ->answer("병가는 며칠인가요?", std::vector{passage("o.md", "The office opens at nine.")})
                  .abstained);
}

TEST(ExtractiveGenerator, SurvivesRubbish) {
  const std::vector<Passage> rubbish = {passage("a", ""), passage("b", "\xFF\xFE\x00"), passage("c", std::string(10000, '|')),
                                        passage("d", "[1] [2] ??? !!!")};
  EXPECT_TRUE(ask(std::string(100000, 'q'), rubbish).abstained);
  EXPECT_TRUE(ask("\xFF\xFF", rubbish).abstained);
}

TEST(EchoGenerator, CitesEveryPassageWhole) {
  const Answer answer = make_echo_generator()->answer("anything", handbook());
  ASSERT_EQ(answer.citations.size(), handbook().size());
  EXPECT_EQ(answer.citations[1].quote, handbook()[1].chunk.text);
  EXPECT_EQ(answer.citations[1].source_span, handbook()[1].chunk.span);
  EXPECT_TRUE(make_echo_generator()->answer("anything", {}).abstained);
}

TEST(ReadableRow, LeavesARowAloneThatDoesNotFitItsHeader) {
  EXPECT_EQ(readable_row("a | b", "x | y"), "x: a; y: b");
  EXPECT_EQ(readable_row("a | b | c", "x | y"), "a | b | c");
  EXPECT_EQ(readable_row("| a |  |", "| x | y |"), "x: a");
  EXPECT_EQ(readable_row("영업 | 1 | 2 | 3", "부서 | 2023년 |  | 2024년\n| 상반기 | 하반기 | 상반기"), "부서: 영업; 2023년 상반기: 1; 2023년 하반기: 2; 2024년 상반기: 3");
}

TEST(ReadableRow, JoinsTheLevelsOfAHeaderInTheText) {
  Passage passage;
  passage.chunk.text = "부서 | 2023년 |  | 2024년\n| 상반기 | 하반기 | 상반기 | 하반기\n영업 | 10 | 20 | 30 | 40";
  passage.chunk.span = {0, passage.chunk.text.size()};
  const std::vector<Candidate> rows = candidates_of(std::vector{passage});
  ASSERT_FALSE(rows.empty());
  EXPECT_EQ(rows.back().shown, "부서: 영업; 2023년 상반기: 10; 2023년 하반기: 20; 2024년 상반기: 30; 2024년 하반기: 40");
}

}  // namespace
}  // namespace rag
