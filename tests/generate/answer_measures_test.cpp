#include "generate/eval/answer_measures.h"

#include <gtest/gtest.h>

#include <chrono>

#include "core/error.h"
#include "generate/eval/citation_scores.h"
#include "generate/eval/counterfactual.h"
#include "generate/eval/nuggets.h"
#include "generate/eval/rouge.h"
#include "generate/eval/selective.h"
#include "generate/eval/short_answers.h"
#include "generate/eval/statements.h"
#include "passages.h"
#include "tests/patience.h"

namespace rag {
namespace {

using testing::passage;
using Texts = std::vector<std::string>;
constexpr auto kSquad = ShortAnswerRules::Squad;
constexpr auto kKorquad = ShortAnswerRules::Korquad;

// What Python's own string functions make of the published rules; tests/nightly/compare_answers.py compares thousands more.
TEST(NormalisedAnswer, FollowsSquadsRules) {
  EXPECT_EQ(normalised_answer("The  10th, and 11th centuries!", kSquad), "10th and 11th centuries");
  EXPECT_EQ(normalised_answer("An apple a day", kSquad), "apple day");
  EXPECT_EQ(normalised_answer("theatre and Anna", kSquad), "theatre and anna") << "articles are whole words";
  EXPECT_EQ(normalised_answer("the–end", kSquad), "–end") << "a dash that is not ASCII stays, and ends a word";
  EXPECT_EQ(normalised_answer("a_b \"the\"", kSquad), "ab") << "punctuation goes before articles do";
  EXPECT_EQ(normalised_answer("STRASSE Straße ẞ", kSquad), "strasse straße ß") << "small letters, not folded ones";
  EXPECT_EQ(normalised_answer("½a", kSquad), "½a");
  EXPECT_EQ(normalised_answer("x\u001Fy\u00A0z", kSquad), "x y z");
}

TEST(NormalisedAnswer, FollowsKorquadsRules) {
  EXPECT_EQ(normalised_answer("《나의 문화유산 답사기》", kKorquad), "나의 문화유산 답사기");
  EXPECT_EQ(normalised_answer("1989년 2월 15일(수)", kKorquad), "1989년 2월 15일 수") << "brackets are blanks";
  EXPECT_EQ(normalised_answer("The U.S.A", kKorquad), "the usa") << "articles stay";
}

TEST(ShortAnswer, CountsWordsForSquadAndCharactersForKorquad) {
  const Texts gold = {"Denver Broncos", "The Broncos"};
  EXPECT_DOUBLE_EQ(score_short_answer("the broncos.", gold, kSquad).exact, 1);
  EXPECT_DOUBLE_EQ(score_short_answer("Broncos of Denver", gold, kSquad).f1, 0.8);
  EXPECT_DOUBLE_EQ(score_short_answer("Broncos of Denver", gold, kSquad).exact, 0);
  EXPECT_DOUBLE_EQ(score_short_answer("broncos broncos broncos", gold, kSquad).f1, 0.5) << "a word counts as often as the reference has it";
  const Texts korean = {"임수경"};
  EXPECT_DOUBLE_EQ(score_short_answer("임수경은", korean, kKorquad).f1, 2 * 3.0 / 7);
  EXPECT_DOUBLE_EQ(score_short_answer("임수경은", korean, kSquad).f1, 0) << "one other word";
  EXPECT_DOUBLE_EQ(score_short_answer("임 수경", korean, kKorquad).f1, 1) << "blanks are no characters";
  EXPECT_DOUBLE_EQ(score_short_answer("임 수경", korean, kKorquad).exact, 0);
}

TEST(ShortAnswer, IsRightForAnUnanswerableQuestionWhereThereIsNone) {
  EXPECT_DOUBLE_EQ(score_short_answer("", {}, kSquad).f1, 1);
  EXPECT_DOUBLE_EQ(score_short_answer("", {}, kSquad).exact, 1);
  EXPECT_DOUBLE_EQ(score_short_answer("1066", {}, kSquad).f1, 0);
  EXPECT_DOUBLE_EQ(score_short_answer("", Texts{"1066"}, kSquad).f1, 0);
  EXPECT_DOUBLE_EQ(score_short_answer("", Texts{"the"}, kSquad).f1, 1) << "a reference of nothing is none";
}

TEST(HoldsAnswer, KnowsBorders) {
  EXPECT_TRUE(holds_answer("Office staff in Leeds have 27 days of leave.", "27 days"));
  EXPECT_FALSE(holds_answer("Office staff in Leeds have 27 days of leave.", "7 days"));
  EXPECT_FALSE(holds_answer("It rose by 3.5 per cent.", "5"));
  EXPECT_FALSE(holds_answer("It rose by 3.5 per cent.", "35"));
  EXPECT_FALSE(holds_answer("at the start", "art"));
  EXPECT_TRUE(holds_answer("It costs $2,000.", "2000"));
  EXPECT_TRUE(holds_answer("by the NORMANS", "The Normans"));
  EXPECT_FALSE(holds_answer("in Section B", "Section A")) << "only an article in front is left out";
  EXPECT_FALSE(holds_answer("newyork", "new york"));
  EXPECT_TRUE(holds_answer("ｆｕｌｌ ｗｉｄｔｈ", "full width"));
  EXPECT_FALSE(holds_answer("anything", "..."));
  EXPECT_FALSE(holds_answer("", "x"));
}

TEST(HoldsAnswer, ReadsKoreanWithParticlesAndWithoutBlanks) {
  EXPECT_TRUE(holds_answer("평양축전에 임수경을 파견했다.", "임수경"));
  EXPECT_TRUE(holds_answer("휴가는 20일이다.", "20일"));
  EXPECT_FALSE(holds_answer("휴가는 120일이다.", "20일"));
  EXPECT_TRUE(holds_answer("지명 수배되었다", "지명수배"));
  EXPECT_TRUE(holds_answer("1989년2월15일", "1989년 2월 15일"));
}

TEST(HoldsAnswer, TakesLinearTimeInTextsThatRepeatThemselves) {
  std::string text, wanted;
  for (int i = 0; i < 40000; ++i) text += "가", wanted += i < 20000 ? "가" : "";
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(holds_answer(text, wanted + "나"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, test::patience(std::chrono::milliseconds(1000)));
}

TEST(RougeL, IsTheFMeasureOfTheLongestCommonSubsequence) {
  EXPECT_DOUBLE_EQ(rouge_l("police kill the gunman", "police killed the gunman"), 0.75) << "Lin 2004";
  EXPECT_DOUBLE_EQ(rouge_l("the gunman kill police", "police killed the gunman"), 0.5);
  EXPECT_DOUBLE_EQ(rouge_l("The cat sat on the mat", "the cat was on the mat today"), 2 * 5.0 / 13);
  EXPECT_DOUBLE_EQ(rouge_l("휴가는 20일", "휴가 20일"), 2 * 4.0 / 9) << "a Korean character is a token, a number is one";
  EXPECT_DOUBLE_EQ(rouge_l("", "x"), 0);
  EXPECT_DOUBLE_EQ(rouge_l("...", "..."), 0);
  EXPECT_DOUBLE_EQ(best_rouge_l("b", Texts{"a", "b"}), 1);
}

// Against the table of dynamic programming, over borders of 64 tokens and tokens that come often.
TEST(RougeL, CountsAsTheTableDoes) {
  std::uint32_t state = 7;
  const auto next = [&](std::uint32_t below) { return (state = state * 1664525U + 1013904223U) / 65536U % below; };
  for (int round = 0; round < 20; ++round) {
    std::vector<std::string> a, b;
    const std::uint32_t words = 1 + next(12);
    for (std::uint32_t i = 1 + next(300); i > 0; --i) a.push_back("w" + std::to_string(next(words)));
    for (std::uint32_t i = 1 + next(300); i > 0; --i) b.push_back("w" + std::to_string(next(words)));
    std::vector<std::vector<int>> table(a.size() + 1, std::vector<int>(b.size() + 1));
    for (std::size_t i = 0; i < a.size(); ++i)
      for (std::size_t j = 0; j < b.size(); ++j) table[i + 1][j + 1] = a[i] == b[j] ? table[i][j] + 1 : std::max(table[i][j + 1], table[i + 1][j]);
    std::string left, right;
    for (const std::string& word : a) left += word + ' ';
    for (const std::string& word : b) right += word + ' ';
    const double common = table[a.size()][b.size()];
    const double p = common / static_cast<double>(a.size()), r = common / static_cast<double>(b.size());
    EXPECT_DOUBLE_EQ(rouge_l(left, right), common == 0 ? 0 : 2 * p * r / (p + r)) << round;
  }
}

GivenAnswer answer_with(std::string text, std::vector<GivenCitation> citations) { return {.id = "q", .text = std::move(text), .citations = std::move(citations)}; }

TEST(Statements, AreSentencesWithTheCitationsThatStandForThem) {
  const auto statements = statements_of(answer_with("Staff have 27 days. [1] Interns have 20 days [2][3].\n- ok", {{.number = 1}, {.number = 2}, {.number = 3}}));
  ASSERT_EQ(statements.size(), 3U);
  EXPECT_EQ(statements[0].text, "Staff have 27 days.");
  EXPECT_EQ(statements[0].cited, (std::vector<std::size_t>{0}));
  EXPECT_EQ(statements[1].cited, (std::vector<std::size_t>{1, 2}));
  EXPECT_TRUE(statements[2].cited.empty());
}

TEST(Statements, CutRowsWithoutAFullStopWhereSpansMeetAtAMarker) {
  const std::string text = "Plan: Plus [1] Plan: Basic [1]";
  const auto statements = statements_of(answer_with(text, {{.answer_span = Span{0, 10}, .number = 1}, {.answer_span = Span{15, 26}, .number = 1}}));
  ASSERT_EQ(statements.size(), 2U);
  EXPECT_EQ(statements[1].text, "Plan: Basic");
  EXPECT_EQ(statements[1].cited, (std::vector<std::size_t>{1}));
}

TEST(Statements, GiveACitationWithoutPlaceToAllOfThem) {
  const auto statements = statements_of(answer_with("하나입니다. 둘입니다.", {{.quote = "하나"}}));
  ASSERT_EQ(statements.size(), 2U);
  EXPECT_EQ(statements[0].cited.size() + statements[1].cited.size(), 2U);
}

// Says yes where the premise holds the claim's last word.
class LastWord final : public Entailment {
 public:
  std::string name() const override { return "last word"; }
  Entails decide(const std::string& premise, const std::string& claim) const override {
    if (claim == "Unknown") return Entails::CannotTell;
    return premise.find(claim.substr(claim.rfind(' ') + 1)) != std::string::npos ? Entails::Yes : Entails::No;
  }
};

TEST(CitationScores, AreAlcesRecallAndPrecision) {
  const LastWord entailment;
  // The first sentence is supported by its first citation alone; the second citation does nothing.  The second sentence is not supported at all.
  const CitationScores scores = score_citations(
      answer_with("We have tea. We have ice.", {{.answer_span = Span{0, 12}, .quote = "tea."}, {.answer_span = Span{0, 12}, .quote = "salt."}, {.answer_span = Span{13, 25}, .quote = "tea."}}), entailment);
  EXPECT_DOUBLE_EQ(*scores.recall, 0.5);
  EXPECT_DOUBLE_EQ(*scores.precision, 1.0 / 3);
  EXPECT_EQ(scores.statements, 2U);
  EXPECT_EQ(scores.citations, 3U);
}

TEST(CitationScores, AreNotThereWhereNothingCanBeSaid) {
  const LastWord entailment;
  EXPECT_FALSE(score_citations(answer_with("", {}), entailment).recall);
  const CitationScores bare = score_citations(answer_with("We have x.", {}), entailment);
  EXPECT_DOUBLE_EQ(*bare.recall, 0);
  EXPECT_FALSE(bare.precision);
  const CitationScores unknown = score_citations(answer_with("Unknown", {{.quote = "x"}}), entailment);
  EXPECT_FALSE(unknown.recall);
  EXPECT_EQ(unknown.undecided, 1U);
}

TEST(OverlapEntailment, WantsTheNumbersAndMostOfTheWords) {
  const auto overlap = make_overlap_entailment();
  const std::string premise = "Office staff may work from home on up to three days a week.";
  EXPECT_EQ(overlap->decide(premise, "Staff may work from home three days a week."), Entails::Yes);
  EXPECT_EQ(overlap->decide(premise, "Staff may work from home four days a week."), Entails::No);
  EXPECT_EQ(overlap->decide(premise, "Lunch is free for visitors."), Entails::No);
  EXPECT_EQ(overlap->decide(premise, "사무직은 재택근무를 할 수 있다."), Entails::CannotTell) << "words of two languages";
  EXPECT_EQ(overlap->decide("", "Staff may work."), Entails::No);
}

TEST(GoldCitations, CompareDocumentsByIdOrUri) {
  const GivenAnswer answer = answer_with("x y", {{.document = "1f", .uri = "휴가.md"}, {.document = "2f", .uri = "b.md"}});
  const GoldCitationScores scores = score_gold_citations(answer, {"휴가.md", "c.md"});
  EXPECT_DOUBLE_EQ(*scores.cited_gold, 0.5);
  EXPECT_DOUBLE_EQ(*scores.gold_cited, 0.5);
  EXPECT_FALSE(score_gold_citations(answer, {}).gold_cited);
}

TEST(Nuggets, AreFoundWholeInPartOrNotAtAll) {
  const std::string answer = "Full-time staff in Leeds have 27 days of paid annual leave.";
  EXPECT_DOUBLE_EQ(nugget_support(answer, "27 days"), 1);
  EXPECT_DOUBLE_EQ(nugget_support(answer, "annual leave is paid"), 1);
  EXPECT_DOUBLE_EQ(nugget_support(answer, "25 days of paid annual leave"), 0.5) << "the words are there, the number is not";
  EXPECT_DOUBLE_EQ(nugget_support(answer, "requests go to the team lead"), 0);
  const NuggetScores scores = score_nuggets(answer, {{"27 days", true}, {"25 days of paid annual leave", true}, {"team lead", false}});
  EXPECT_DOUBLE_EQ(*scores.vital_strict, 0.5);
  EXPECT_DOUBLE_EQ(*scores.vital, 0.75);
  EXPECT_DOUBLE_EQ(*scores.all, 0.5);
  EXPECT_DOUBLE_EQ(*scores.weighted, 1.5 / 2.5);
  EXPECT_FALSE(score_nuggets(answer, {{"27 days", false}}).vital);
  EXPECT_FALSE(score_nuggets(answer, {}).all);
}

TEST(RiskCoverage, IsTheMeanRiskOfTheSurest) {
  const RiskCoverage found = risk_coverage({{.9, 0}, {.8, 1}, {.7, 0}, {.1, 1}});
  EXPECT_EQ(found.curve, (std::vector<std::pair<double, double>>{{.25, 0}, {.5, .5}, {.75, 1.0 / 3}, {1, .5}}));
  EXPECT_DOUBLE_EQ(*found.aurc, (0 + .5 + 1.0 / 3 + .5) / 4);
  EXPECT_DOUBLE_EQ(*found.best_aurc, (0 + 0 + 1.0 / 3 + .5) / 4);
  EXPECT_DOUBLE_EQ(*found.excess_aurc, .125);
}

TEST(RiskCoverage, TakesTheExpectedValueOverEqualConfidences) {
  // Both orders: (0 + .5) / 2 and (1 + .5) / 2.
  const RiskCoverage found = risk_coverage({{.5, 1}, {.5, 0}});
  EXPECT_DOUBLE_EQ(*found.aurc, .5);
  EXPECT_EQ(found.curve.size(), 1U) << "no threshold divides them";
  EXPECT_FALSE(risk_coverage({}).aurc);
  EXPECT_DOUBLE_EQ(*risk_coverage({{1, 0}, {2, 0}}).excess_aurc, 0);
}

TEST(Refusals, AreNotRatedWhereThereIsNothingToRate) {
  const Refusals some{.unanswerable = 4, .answerable = 6, .right = 3, .wrong = 1};
  EXPECT_DOUBLE_EQ(*some.precision(), .75);
  EXPECT_DOUBLE_EQ(*some.recall(), .75);
  EXPECT_DOUBLE_EQ(*some.f1(), .75);
  EXPECT_DOUBLE_EQ(*some.answered(), 5.0 / 6);
  const Refusals none{.answerable = 2};
  EXPECT_FALSE(none.precision() || none.recall() || none.f1());
  EXPECT_DOUBLE_EQ(*Refusals({.unanswerable = 2}).f1(), 0);
}

TEST(Substitute, IsAnotherOfTheSameKind) {
  const Texts others = {"Eilidh Marsh", "Han Jiwoo", "임수경", "한 문장이 너무 길어서 이름일 수가 없는 글이다"};
  EXPECT_EQ(substitute_for("27 days", others), "41 days");
  EXPECT_EQ(substitute_for("EUR 1,500", others), "EUR 2,251");
  EXPECT_EQ(substitute_for("1989년 2월 15일", others), "2002년 7월 16일");
  EXPECT_EQ(substitute_for("3.5%", others), "5.5%");
  EXPECT_EQ(substitute_for("in March", others), "in August");
  EXPECT_EQ(substitute_for("김연수", others), "임수경") << "a name in the same script";
  const auto name = substitute_for("Jonas Weber", others);
  EXPECT_TRUE(name == "Eilidh Marsh" || name == "Han Jiwoo");
  EXPECT_EQ(substitute_for("Eilidh", Texts{"Eilidh Marsh"}), std::nullopt) << "it would still hold the old one";
  EXPECT_EQ(substitute_for("a whole sentence that is no name at all, long as it is", others), std::nullopt);
}

TEST(Counterfactual, ReplacesTheAnswerWhereverItStands) {
  const GoldQuestion question{.id = "q", .text = "How many days?", .references = {"27 days", "27"}};
  const std::vector<Passage> passages = {passage("leave.md", "Staff have 27 days. Of the 27 days, 5 expire; 127 days never.", "27 days of leave")};
  const auto made = counterfactual_of(question, passages, {});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->substitute, "41 days");
  EXPECT_EQ(made->passages[0].chunk.text, "Staff have 41 days. Of the 41 days, 5 expire; 127 days never.");
  EXPECT_EQ(made->passages[0].title, "41 days of leave");
  EXPECT_EQ(made->passages[0].chunk.span.size(), made->passages[0].chunk.text.size());
  EXPECT_FALSE(counterfactual_of(question, std::vector{passage("a.md", "nothing")}, {}));
  EXPECT_FALSE(counterfactual_of(question, std::vector{passage("a.md", "27 days or 41 days")}, {})) << "the substitute is there anyway";
}

TEST(AnswerMeasures, LeaveOutWhatIsNotDefinedAndCountAnAbstentionAsNothing) {
  const auto overlap = make_overlap_entailment();
  const GoldQuestion question{.id = "q", .references = {"27 days"}, .documents = {"leave.md"}};
  const GivenAnswer answer = answer_with("Staff have 27 days. [1]", {{.answer_span = Span{0, 19}, .number = 1, .uri = "leave.md", .quote = "Staff have 27 days."}});
  const auto values = measure_answer(question, answer, *overlap);
  EXPECT_DOUBLE_EQ(values.at("contains"), 1);
  EXPECT_DOUBLE_EQ(values.at("squad_f1"), 2 * 2.0 / 6) << "without the marker";
  EXPECT_DOUBLE_EQ(values.at("citation_recall"), 1);
  EXPECT_DOUBLE_EQ(values.at("cited_gold"), 1);
  EXPECT_FALSE(values.contains("nugget_all"));
  const auto refused = measure_answer(question, {.id = "q", .abstained = true}, *overlap);
  EXPECT_DOUBLE_EQ(refused.at("contains"), 0);
  EXPECT_FALSE(refused.contains("citation_recall"));
  const auto impossible = measure_answer({.id = "q", .impossible = true}, {.id = "q", .abstained = true}, *overlap);
  EXPECT_DOUBLE_EQ(impossible.at("squad_em"), 1);
  EXPECT_FALSE(impossible.contains("contains"));
  const MeasureMean none = mean_over("nugget_all", std::vector{values, refused}, {"no nuggets", "너깃이 없음"});
  EXPECT_FALSE(none.value);
  EXPECT_EQ(none.reason.english, "no nuggets");
  for (const AnswerMeasure& measure : answer_measures()) EXPECT_STRNE(measure.none, "");
}

}  // namespace
}  // namespace rag
