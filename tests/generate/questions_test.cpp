#include "generate/questions/question_maker.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "generate/questions/korean_ending.h"
#include "generate/questions/korean_particles.h"
#include "generate/questions/model_questions.h"
#include "generate/questions/question_checks.h"
#include "generate/questions/sentence_questions.h"
#include "generate/questions/table_questions.h"

namespace rag {
namespace {

// "question -> answer", one a line.
std::string shown(const std::vector<QuestionDraft>& drafts) {
  std::string all;
  for (const QuestionDraft& draft : drafts) all += (all.empty() ? "" : "\n") + draft.text + " -> " + draft.answer;
  return all;
}

std::string english(const std::string& sentence) {
  WordForms forms;
  forms.add("the claims of all employees and their leave in Leeds; a fit note; the deadline");
  return shown(english_questions(sentence, forms));
}
std::string korean(const std::string& sentence) { return shown(korean_questions(sentence)); }

TEST(KoreanParticle, FollowsTheFinalConsonant) {
  EXPECT_EQ(with_particle("휴가", Particle::Topic), "휴가는");
  EXPECT_EQ(with_particle("휴일", Particle::Topic), "휴일은");
  EXPECT_EQ(with_particle("팀장", Particle::Subject), "팀장이");
  EXPECT_EQ(with_particle("연차", Particle::Object), "연차를");
  EXPECT_EQ(with_particle("연차", Particle::Called), "연차란");
  EXPECT_EQ(with_particle("식비 (하루)", Particle::Topic), "식비 (하루)는") << "brackets are not read";
  EXPECT_EQ(with_particle("제3", Particle::Object), "제3을") << "삼";
  EXPECT_EQ(with_particle("VPN", Particle::Topic), "VPN은") << "엔";
  EXPECT_EQ(final_consonant("서울"), FinalConsonant::Rieul);
}

TEST(KoreanEnding, TurnsAStatementIntoAQuestion) {
  for (const auto& [statement, question] : {std::pair{"신청한다", "신청하나요"},
                                            {"신청합니다", "신청하나요"},
                                            {"받는다", "받나요"},
                                            {"받습니다", "받나요"},
                                            {"낸다", "내나요"},
                                            {"준다", "주나요"},
                                            {"15일이다", "15일인가요"},
                                            {"1일입니다", "1일인가요"},
                                            {"했다", "했나요"},
                                            {"있다", "있나요"},
                                            {"높다", "높나요"},
                                            {"필요하다", "필요한가요"},
                                            {"가능합니다", "가능한가요"},
                                            {"되었다", "되었나요"}})
    EXPECT_EQ(as_question_ending(statement).value_or(""), question) << statement;
  for (const char* none : {"신청하세요", "가자", "휴가", "다"}) EXPECT_FALSE(as_question_ending(none)) << none;
}

TEST(KoreanQuestions, AskForTheQuantityWhereItStands) {
  EXPECT_EQ(korean("연속 3일 이상의 휴가는 7일 전까지 신청한다."), "연속 3일 이상의 휴가는 며칠 전까지 신청하나요? -> 7일");
  EXPECT_EQ(korean("사원증 재발급 비용은 11,000원이다."), "사원증 재발급 비용은 얼마인가요? -> 11,000원");
  EXPECT_EQ(korean("남은 연차는 다음 해 3월 31일까지 쓸 수 있습니다."), "남은 연차는 다음 해 언제까지 쓸 수 있나요? -> 3월 31일");
  EXPECT_EQ(korean("통신비는 한 달에 2만 원을 급여와 함께 지급한다."), "통신비는 한 달에 얼마를 급여와 함께 지급하나요? -> 2만 원");
}

TEST(KoreanQuestions, AskWhoWhereAndWhatToDo) {
  EXPECT_EQ(korean("연속 열흘을 넘는 휴가는 미리 부서장의 승인을 받는다."), "연속 열흘을 넘는 휴가는 미리 누구의 승인을 받나요? -> 부서장");
  EXPECT_EQ(korean("눈에 화학물질이 들어가면 세안기로 씻고 담당자에게 알린다.").substr(0, 66),
            std::string("눈에 화학물질이 들어가면 세안기로 씻고 누구에게 알리나요? -> 담당자").substr(0, 66));
  EXPECT_NE(korean("눈에 화학물질이 들어가면 세안기로 씻고 담당자에게 알린다.").find("눈에 화학물질이 들어가면 어떻게 해야 하나요?"),
            std::string::npos);
  EXPECT_EQ(korean("코드 분할은 앱을 더 작은 번들로 나누어 로드하는 과정이다."),
            "코드 분할이란 무엇인가요? -> 앱을 더 작은 번들로 나누어 로드하는 과정");
}

TEST(KoreanQuestions, LeaveHalvesOfAPairAndOtherClausesAlone) {
  EXPECT_EQ(korean("성과급은 2월과 7월에 지급한다."), "");
  EXPECT_EQ(korean("휴가는 10일에서 90일의 범위에서 준다.").find("90일"), std::string::npos) << "half of a range";
  EXPECT_EQ(korean("출국은 30일 전에 인사팀에 신청하고 보험 검토를 받는다."), "") << "another statement follows";
  EXPECT_EQ(korean("모이는 곳은 본사 앞 넓은 느티나무 광장이다."), "") << "모이는 is a verb, not what is told of";
  EXPECT_EQ(korean("휴가를 가자."), "");
  EXPECT_EQ(korean("그렇다."), "");
}

TEST(EnglishQuestions, AskWhatTheLastPartOfAStatementSays) {
  EXPECT_EQ(english("Claims must be sent in within 30 days of the trip."),
            "Within what time must claims be sent in? -> within 30 days of the trip");
  EXPECT_EQ(english("A replacement pass costs £15."), "How much does a replacement pass cost? -> £15");
  EXPECT_EQ(english("Employees may carry at most five unused days into the next year."),
            "How many unused days may employees carry into the next year? -> at most five unused days");
  EXPECT_EQ(english("Travel requests are approved by the line manager."), "Who are travel requests approved by? -> the line manager");
  EXPECT_EQ(english("The notice period is three months."), "How long is the notice period? -> three months");
  EXPECT_EQ(english("The annual meeting was cancelled because nobody had asked for it."),
            "Why was the annual meeting cancelled? -> because nobody had asked for it");
  EXPECT_EQ(english("Report accidents to the safety officer within 24 hours."),
            "Within what time should you report accidents to the safety officer? -> within 24 hours");
}

TEST(EnglishQuestions, AskWhatThingsAreAndWhatToDo) {
  EXPECT_EQ(english("A fit note is a statement from a doctor about an illness."),
            "What is a fit note? -> a statement from a doctor about an illness");
  EXPECT_EQ(english("If you lose your badge, tell the security desk at once."),
            "What should you do if you lose your badge? -> tell the security desk at once");
  EXPECT_EQ(english("The Standard plan covers visits to a doctor and vaccinations."),
            "What does the Standard plan cover? -> visits to a doctor and vaccinations");
}

TEST(EnglishQuestions, LeaveAloneWhatCannotBeTurnedRound) {
  for (const char* sentence : {"There are 27 days.", "The board said that it will pay $20.", "In Leeds, leave is granted by the manager.",
                               "Salaries are paid monthly and bonuses are paid in March.",
                               "The office is on the first floor of the building.", "Lead the team and provide guidance on the product.",
                               "Requests must not be sent by email.", "", "One.", "Employees have been paid."})
    EXPECT_EQ(english(sentence), "") << sentence;
}

TEST(TableQuestions, LookUpACellOfANamedRow) {
  EXPECT_EQ(shown(table_questions("Reason | Days | Remarks", "Moving house | 1 | once a year", "\"Other paid leave\"", "en")),
            "In \"Other paid leave\", how many days are given for Moving house? -> 1\n"
            "In \"Other paid leave\", what does the table say under \"Remarks\" for \"Moving house\"? -> once a year");
  EXPECT_EQ(shown(table_questions("Name | Korean | English", "Dana | 66 | 66", "\"Marks\"", "en")), "") << "whoever reads the wrong column is right as well";
  EXPECT_EQ(shown(table_questions("사유 | 일수", "본인 결혼 | 5일", "'경조휴가'", "ko")),
            "'경조휴가'에서 '본인 결혼'의 일수는 며칠인가요? -> 5일");
  EXPECT_EQ(shown(table_questions("무엇을 | 누구에게", "급여와 휴가 | 인사팀", "", "ko")), "'급여와 휴가'의 '누구에게' 칸에는 무엇이라고 되어 있나요? -> 인사팀");
  for (const auto& [header, row] : {std::pair{"A | B", "1 | 2"},
                                    {"Name | Name | Age", "Kim | Lee | 3"},
                                    {"Name | Age", "Kim | "},
                                    {"Name | Age", "Kim | 3 | 4"},
                                    {"Name | Age", "Total | 7"},
                                    {"", ""}})
    EXPECT_EQ(shown(table_questions(header, row, "", "en")), "") << row;
}

TEST(QuestionChecks, KnowWhenAQuestionGivesItsAnswerAway) {
  EXPECT_TRUE(gives_itself_away("How many days are 27 days?", "27 days"));
  EXPECT_FALSE(gives_itself_away("How many days of leave are there?", "27 days"));
  EXPECT_TRUE(gives_itself_away("What is leave approved by the manager?", "the manager"));
  EXPECT_TRUE(gives_itself_away("팀장이 승인하는 휴가는 누가 승인하나요?", "팀장"));
}

TEST(QuestionChecks, CountTheWordsThatAreCopiedInARow) {
  EXPECT_EQ(copied_words("When must claims be sent in?", "All claims must be sent in by Friday."), 3U);
  EXPECT_EQ(copied_words("", "anything"), 0U);
}

TEST(QuestionChecks, PassOverSentencesThatPointElsewhere) {
  EXPECT_TRUE(stands_for_itself("Claims must be sent in within 30 days of the trip.", "en"));
  EXPECT_TRUE(stands_for_itself("연속 3일 이상의 휴가는 7일 전까지 신청한다.", "ko"));
  for (const char* sentence :
       {"This must be sent in within 30 days.", "However, claims must be sent in by Friday.", "See the following list of claims and dates.",
        "Claims must be sent in [3] by Friday at noon.", "claims must be sent in by Friday at noon.",
        "Claims must be sent to a@b.c by Friday at noon.", "Claims are paid"})
    EXPECT_FALSE(stands_for_itself(sentence, "en")) << sentence;
  for (const char* sentence : {"이 경우 휴가는 7일 전까지 신청한다.", "또한 휴가는 7일 전까지 신청한다.", "다음과 같이 휴가를 신청한다."})
    EXPECT_FALSE(stands_for_itself(sentence, "ko")) << sentence;
}

TEST(NearQuestions, KeepOneOfTwoThatAskForTheSame) {
  NearQuestions kept;
  EXPECT_TRUE(kept.add("How many days of annual leave do employees in Leeds have?"));
  EXPECT_FALSE(kept.add("How many days of annual leave do the employees have in Leeds?"));
  EXPECT_TRUE(kept.add("How many days of sick leave do managers in Daejeon have?"));
  EXPECT_TRUE(kept.add("휴가는 며칠 전까지 신청하나요?"));
  EXPECT_FALSE(kept.add("휴가를 며칠 전까지 신청하나요?"));
}

TEST(QuestionMaker, PointsEachQuestionToTheSentenceThatAnswersIt) {
  const std::string text = "# Leave\n\nShort.\n\nUnused days of leave expire on 31 March.\n\n연속 3일 이상의 휴가는 7일 전까지 신청한다.\n";
  Passage passage{.chunk = {.document_id = "d", .span = {100, 100 + text.size()}, .text = text, .heading_path = {"Leave"}},
                  .uri = "leave.md",
                  .title = "Leave policy"};
  WordForms forms;
  forms.add(text);
  const std::vector<MadeQuestion> made = questions_of(std::vector<Passage>{passage}, forms);
  ASSERT_EQ(made.size(), 2U);
  for (const MadeQuestion& question : made)
    EXPECT_NE(text.substr(question.span.begin - 100, question.span.size()).find(question.answer), std::string::npos) << question.text;
  EXPECT_EQ(made[0].language, "en");
  EXPECT_EQ(made[0].with_context, "According to \"Leave policy\", when do unused days of leave expire?");
  EXPECT_EQ(made[1].with_context, "'Leave policy'에 따르면 연속 3일 이상의 휴가는 며칠 전까지 신청하나요?");
  EXPECT_TRUE(questions_of({}, forms).empty());
}

// What a folder of mixed formats taught: each of these once became a question nobody would ask.
TEST(KoreanQuestions, AskNothingOfWhatIsForbiddenOrOnlySupposed) {
  EXPECT_EQ(korean("컴포넌트가 렌더링되는 동안에 기존 변수를 변경하면 안 됩니다."), "");
  EXPECT_EQ(korean("정리 기능에 타이머를 호출했다면 값은 매번 변경됩니다."), "");
  EXPECT_EQ(korean("새 작품을 삽입하는 경우 변경이 가능하지만, 복사본을 만들어야 합니다."), "");
}

TEST(EnglishQuestions, LeaveAdverbsAndRelativeClausesAlone) {
  for (const char* sentence : {"Cryptographically signing your commits requires creating a pair of keys.", "Sometimes chat is an option for partners of the agency.",
                               "Tock is a different tool than the other one.",
                               "A review must come from a supervisor that they have worked under for 120 days."})
    EXPECT_EQ(english(sentence), "") << sentence;
}

TEST(TableQuestions, PassOverWhatIsNoTableOfNamedRows) {
  for (const auto& [header, row] : {std::pair{"Story | Pages", "which has no final chapter | 17"},
                                    {"Name | BY NET PROFIT", "Ann Lee | 17 crore"},
                                    {"Name | Owner", "Agency website Our public site | Ann Lee"},
                                    {"Team | Cups", "Flyers | 2"}})
    EXPECT_EQ(shown(table_questions(header, row, "\"Cups\"", "en")), "") << row;
}

// The questions of one passage, one a line.
std::string made_of(const std::string& text, const std::string& title, std::vector<std::string> headings = {}) {
  const Passage passage{.chunk = {.document_id = "d", .span = {0, text.size()}, .text = text, .heading_path = std::move(headings)}, .uri = "a.csv", .title = title};
  std::string all;
  for (const MadeQuestion& question : questions_of(std::vector<Passage>{passage}, WordForms())) all += question.text + " -> " + question.answer + "\n";
  return all;
}

TEST(QuestionMaker, AsksInTheLanguageOfTheTableAndNotInOneThatIsNeither) {
  EXPECT_EQ(made_of("제목 | 글자수\nRef로 DOM 조작하기 | 25691자\n", "문서 목록"), "'문서 목록'에서 'Ref로 DOM 조작하기'의 글자수는 어떻게 되나요? -> 25691자\n");
  EXPECT_EQ(made_of("名前 | 住所\n三木英子 | 大阪\n", "名簿 一覧"), "") << "Japanese is asked about in no language";
  EXPECT_EQ(made_of("Team | Location\nFlyers | PHI\n", ""), "") << "in which table?";
  EXPECT_EQ(made_of("Lorem ipsum | Owner\nUt enim | veniam, quis\n", "Some list"), "") << "filler";
}

TEST(QuestionMaker, KeepsANumberThatBelongsToAName) {
  EXPECT_EQ(made_of("Days | Hours\nTwo days | 3\n", "", {"18F billable hours"}), "In \"18F billable hours\", how many hours are given for Two days? -> 3\n");
  EXPECT_EQ(made_of("Days | Hours\nTwo days | 3\n", "", {"3.2 Billable hours"}), "In \"Billable hours\", how many hours are given for Two days? -> 3\n");
}

TEST(QuestionMaker, AsksForNoStepOfANumberedList) {
  EXPECT_EQ(made_of("5. If you are requesting leave for several days, return to the top and enter the last day.\n", "Travel guide"), "");
}

TEST(QuestionMaker, SpellsAbbreviationsOut) {
  const std::string text = "Ask the Office of General Counsel (OGC) about an Explanation of Benefits (EOB) today (NOT).";
  Passage passage{.chunk = {.document_id = "d", .span = {0, text.size()}, .text = text}, .uri = "a.md", .title = "a"};
  std::string all;
  for (const MadeQuestion& question : questions_of(std::vector<Passage>{passage}, WordForms()))
    all += question.text + " " + question.answer + "\n";
  EXPECT_EQ(all, "What does OGC stand for? Office of General Counsel\nWhat does EOB stand for? Explanation of Benefits\n");
}

TEST(QuestionByModel, BelievesOnlyWhatStandsInThePassage) {
  const std::string text = "Leave is asked for in Kestrel. Claims must be sent in within 30 days of the trip.";
  const Passage passage{.chunk = {.document_id = "d", .span = {50, 50 + text.size()}, .text = text}, .uri = "a.md", .title = "a"};
  std::vector<ChatMessage> sent;
  const auto reply = [&](const std::string& said) {
    return question_by_model(passage, [&](const std::vector<ChatMessage>& messages) {
      sent = messages;
      return said;
    });
  };
  const std::string quote = "\"quote\":\"Claims must be sent in within 30 days of the trip.\"";
  const auto good =
      reply("Here it is:\n```json\n{\"question\":\"How long after travelling may I claim costs?\",\"answer\":\"within 30 days\"," + quote +
            "}\n```");
  ASSERT_TRUE(good.question) << good.reason;
  EXPECT_EQ(text.substr(good.question->span.begin - 50, good.question->span.size()), "Claims must be sent in within 30 days of the trip.");
  EXPECT_NE(sent.at(1).content.find(text), std::string::npos);
  for (const std::string& bad :
       {std::string("no idea"), std::string("{}"), std::string("{\"question\":[]}"),
        "{\"question\":\"How long?\",\"answer\":\"40 days\"," + quote + "}",
        "{\"question\":\"Is it within 30 days?\",\"answer\":\"30 days\"," + quote + "}",
        std::string("{\"question\":\"How long?\",\"answer\":\"30 days\",\"quote\":\"Claims may be sent in within 30 days of any trip.\"}"),
        std::string("}{"), std::string("\xff")})
    EXPECT_TRUE(!reply(bad).question && !reply(bad).reason.empty()) << bad;
}

}  // namespace
}  // namespace rag
