// Evaluations of answers where evaluations of retrieval are read, too: compare, gate, report.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "core/error.h"
#include "core/file.h"
#include "made_evaluations.h"
#include "pipelines/eval/answers_file.h"
#include "pipelines/eval/compare/comparison_output.h"
#include "pipelines/eval/evaluation_file.h"
#include "pipelines/eval/gate/gate.h"
#include "pipelines/eval/report/report.h"
#include "tests/silent_progress.h"

namespace rag {
namespace {

using test::complaint_of;
using test::evaluation_with;
using test::Silent;

constexpr std::size_t kQuestions = 24;

std::string id(std::size_t i) { return "q" + std::to_string(100 + i); }

// Two thirds can be answered; every third question is unanswerable.
std::vector<GoldQuestion> questions() {
  std::vector<GoldQuestion> all;
  for (std::size_t i = 0; i < kQuestions; ++i) {
    GoldQuestion question{.id = id(i), .text = "며칠인가요? <" + std::to_string(i) + ">"};
    if (i % 3 == 2)
      question.impossible = true;
    else
      question.references = {std::to_string(10 + i) + " days"};
    all.push_back(question);
  }
  return all;
}

class AnswersCompared : public testing::Test {
 protected:
  // Answers the first `right` of the answerable questions rightly and cites, the next `wrong` of them wrongly without a citation, and refuses the rest;
  // of the unanswerable ones it answers the first `foolish`.
  AnswersEvaluation answered(std::size_t right, std::size_t wrong, std::size_t foolish) const {
    std::map<std::string, GivenAnswer> answers;
    std::size_t answerable = 0, impossible = 0;
    for (std::size_t i = 0; i < kQuestions; ++i) {
      GivenAnswer answer{.id = id(i), .text = "", .abstained = true, .reason = "nothing was found"};
      const std::string truth = "It is " + std::to_string(10 + i) + " days. [1]";
      if (i % 3 == 2 ? impossible++ < foolish : answerable < right)
        answer = {.id = id(i), .text = truth, .citations = {{.number = 1, .document = "leave.md", .uri = "hr/leave.md", .quote = "It is " + std::to_string(10 + i) + " days."}}, .confidence = 1.0 - i / 100.0};
      else if (i % 3 != 2 && answerable < right + wrong)
        answer = {.id = id(i), .text = "Perhaps <b>never</b>.", .confidence = 0.1};
      answerable += i % 3 != 2;
      answers.emplace(id(i), answer);
    }
    AnswersEvaluation evaluation = evaluate_answers(questions(), answers, {.correct = "contains", .entailment = overlap_.get()});
    evaluation.version = "0";
    evaluation.fingerprints = {{"gold", "G"}, {"corpus", "C"}, {"encoder", "E"}};
    evaluation.configuration = {{"generator", "extractive"}, {"entailment", "overlap"}};
    return evaluation;
  }
  Evaluation read(AnswersEvaluation evaluation, const std::string& name) const {
    evaluation.name = name;
    write_answers_evaluation(file_, evaluation);
    return read_evaluation(file_);
  }
  Comparison compare(const std::vector<Evaluation>& evaluations, const CompareOptions& options = {}) const {
    Silent silent;
    return compare_evaluations(evaluations, options, silent);
  }
  void TearDown() override { std::filesystem::remove(file_); }

  std::unique_ptr<Entailment> overlap_ = make_overlap_entailment();
  std::filesystem::path file_ = std::filesystem::path(testing::TempDir()) / ("rag_answers_compared_" + std::to_string(::getpid()) + ".json");
};

TEST_F(AnswersCompared, HaveTheMeansOfTheirFileAndWhatARefusalIsWorth) {
  const AnswersEvaluation written = answered(8, 4, 2);
  const Evaluation evaluation = read(written, "a");
  EXPECT_TRUE(evaluation.of_answers);
  EXPECT_EQ(evaluation.metrics.front(), "contains");
  for (const MeasureMean& measure : written.measures) {
    if (const auto mean = evaluation.means.find(measure.name); mean != evaluation.means.end()) {
      EXPECT_DOUBLE_EQ(mean->second, measure.value.value()) << measure.name;
    }
  }
  for (const char* name : {"answered", "refusal_recall", "refusal_accuracy", "squad_f1", "rouge_l", "citation_recall"}) EXPECT_TRUE(evaluation.means.contains(name)) << name;
  EXPECT_FALSE(evaluation.means.contains("statements")) << "more sentences are not better";
  EXPECT_FALSE(evaluation.means.contains("aurc")) << "no question has it by itself";
  const EvaluatedQuery& foolish = evaluation.queries[2];
  ASSERT_TRUE(foolish.answered->question.impossible);
  EXPECT_EQ(foolish.values.at("refusal_accuracy"), 0);
  EXPECT_FALSE(foolish.values.contains("contains"));
  EXPECT_EQ(foolish.answered->answer.citations.at(0).quote, "It is 12 days.");
  EXPECT_EQ(evaluation.risk_coverage, written.risk_coverage.curve);
}

TEST_F(AnswersCompared, PairOnlyQuestionsThatHaveTheMeasureInEverySystem) {
  const Comparison comparison = compare({read(answered(4, 12, 0), "bold"), read(answered(14, 0, 8), "sure")});
  const auto pair = [&](const std::string& metric) { return *std::ranges::find(comparison.pairs, metric, &ComparedPair::metric); };
  EXPECT_EQ(pair("squad_f1").queries, 24U);
  EXPECT_EQ(pair("contains").queries, 16U) << "the unanswerable questions have no reference to hold";
  EXPECT_EQ(pair("citation_precision").queries, 4U) << "only there both of them cite";
  EXPECT_NEAR(pair("contains").difference, 10 / 16.0, 1e-12);
  EXPECT_EQ(pair("contains").wins, 10U);
  EXPECT_TRUE(pair("contains").significant);
  EXPECT_NEAR(pair("refusal_recall").difference, -1, 1e-12);
  std::string notes;
  for (const Wording& note : comparison.notes) notes += note.english + "\n" + note.korean + "\n";
  EXPECT_NE(notes.find("citation_precision: over 4 of the 24 questions"), std::string::npos) << notes;
  EXPECT_NE(notes.find("citation_precision: 질문 24개 중 4개로 계산"), std::string::npos) << notes;
  EXPECT_EQ(comparison_json(comparison).find("nan"), std::string::npos);
  EXPECT_NE(conclusion_of(comparison, pair("contains"), false).find("sure is better than bold by 0.6250"), std::string::npos);
}

TEST_F(AnswersCompared, ShowWhatWasExpectedAndWhatEachAnswered) {
  const Comparison comparison = compare({read(answered(4, 12, 0), "bold"), read(answered(14, 0, 8), "sure")}, {.metrics = {"squad_f1"}, .changed = 20});
  ASSERT_FALSE(comparison.changed.empty());
  ASSERT_TRUE(comparison.changed[0].first_answer && comparison.changed[0].second_answer);
  const std::string markdown = comparison_markdown(comparison, false), json = comparison_json(comparison);
  EXPECT_NE(markdown.find("Perhaps &lt;b&gt;never&lt;/b&gt;."), std::string::npos) << markdown;
  EXPECT_NE(markdown.find("\\[1\\] (hr/leave.md)"), std::string::npos) << markdown;
  EXPECT_NE(markdown.find("(the documents do not answer)"), std::string::npos) << markdown;
  EXPECT_NE(comparison_markdown(comparison, true).find("(답변 거절)"), std::string::npos);
  EXPECT_NE(json.find("\"references\":[\"1"), std::string::npos);
  EXPECT_NE(json.find("\"quote\":\"It is"), std::string::npos);
}

TEST_F(AnswersCompared, AreRefusedBesideRankingsAndUnderOtherGold) {
  const Evaluation answers = read(answered(8, 4, 2), "answers"), ranking = evaluation_with("ranking", {.1, .2});
  EXPECT_NE(complaint_of([&] { compare({ranking, answers}); }).find("answers: an evaluation of answers, ranking one of retrieval"), std::string::npos);
  EXPECT_NE(complaint_of([&] { judge_gate(answers, ranking, nullptr, {.max_drops = {{"squad_f1", .1}}}); }).find("of one kind"), std::string::npos);
  Evaluation other = answers, unknown = answers;
  other.name = "other";
  AnsweredQuestion question = *other.queries[0].answered;
  question.question.references = {"11 days"};
  other.queries[0].answered = std::make_shared<const AnsweredQuestion>(question);
  other.fingerprints.erase("gold");
  EXPECT_NE(complaint_of([&] { compare({answers, other}); }).find("judged by other gold than answers, query q100; measure both with the same questions and answers"), std::string::npos)
      << complaint_of([&] { compare({answers, other}); });
  unknown.name = "unknown";
  EXPECT_NE(complaint_of([&] { compare({answers, unknown}, {.metrics = {"statements"}}); }).find("it has contains, "), std::string::npos);
}

TEST_F(AnswersCompared, NeverCompareAMeasureThatNoQuestionHasInBoth) {
  const std::vector<Evaluation> both = {read(answered(8, 0, 0), "cites"), read(answered(0, 16, 0), "does not")};
  const Comparison comparison = compare(both);
  EXPECT_EQ(std::ranges::find(comparison.metrics, "citation_precision"), comparison.metrics.end());
  EXPECT_NE(complaint_of([&] { compare(both, {.metrics = {"citation_precision"}}); }), "");
  EXPECT_NE(complaint_of([&] { judge_gate(both[0], both[1], nullptr, {.max_drops = {{"citation_precision", 1}}}); }).find("no question has it in both"), std::string::npos);
}

TEST_F(AnswersCompared, PassAGateOrFailItByTheirQuestions) {
  const Evaluation base = read(answered(12, 0, 0), "base"), worse = read(answered(6, 6, 4), "worse");
  const GateVerdict verdict = judge_gate(base, worse, nullptr, {.max_drops = {{"squad_f1", .01}, {"citation_precision", .01}}});
  EXPECT_FALSE(verdict.passed);
  EXPECT_FALSE(verdict.checks[0].passed);
  EXPECT_EQ(verdict.checks[0].queries, 24U);
  EXPECT_TRUE(verdict.checks[1].passed) << "what both of them cite, both cite rightly";
  EXPECT_NE(verdict_lines(verdict, false)[1].find("of the 24 questions"), std::string::npos) << verdict_lines(verdict, false)[1];
  EXPECT_NE(verdict_lines(verdict, true)[1].find("질문 24개 중"), std::string::npos) << verdict_lines(verdict, true)[1];
  EXPECT_TRUE(judge_gate(base, base, nullptr, {.max_drops = {{"contains", 0}}}).passed);
}

TEST_F(AnswersCompared, GiveTheGateNoFigureForAnotherCorpusModelGeneratorOrJudge) {
  const Evaluation base = read(answered(8, 0, 0), "base");
  const GateRules rules{.max_drops = {{"contains", 1}}};
  for (const auto& [facts, key] : std::vector<std::pair<std::map<std::string, std::string> Evaluation::*, const char*>>{{&Evaluation::fingerprints, "corpus"},
                                                                                                                        {&Evaluation::fingerprints, "gold"},
                                                                                                                        {&Evaluation::fingerprints, "encoder"},
                                                                                                                        {&Evaluation::configuration, "generator"},
                                                                                                                        {&Evaluation::configuration, "entailment"},
                                                                                                                        {&Evaluation::configuration, "judge"}}) {
    Evaluation other = base;
    (other.*facts)[key] = "another";
    try {
      judge_gate(base, other, nullptr, rules);
      FAIL() << key;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::Mismatch) << error.what();
      EXPECT_NE(std::string(error.what()).find("another"), std::string::npos) << error.what();
    }
  }
  Evaluation written = base;
  written.configuration["generator"] = "chat/m";
  GateRules allowing = rules;
  allowing.allow_model_change = true;
  EXPECT_TRUE(judge_gate(base, written, nullptr, allowing).passed);
}

TEST_F(AnswersCompared, StandInAReportWithTheirCurveAndTheWorstAnswers) {
  ReportInput input{.evaluations = {read(answered(8, 4, 2), "only")}};
  const std::string page = report_html(input);
  for (const char* words : {"Risk and coverage of answers", "The worst questions", "answered all the same", "the documents do not answer: right is to refuse", "Perhaps &lt;b&gt;never&lt;/b&gt;.",
                            "<code>hr/leave.md</code>", "It is 12 days.", "refused <bdi>nothing was found</bdi>", "no question has nuggets", "며칠인가요? &lt;2&gt;", "aurc"})
    EXPECT_NE(page.find(words), std::string::npos) << words;
  EXPECT_EQ(page.find("<b>never"), std::string::npos);
  input.evaluations.push_back(read(answered(14, 0, 8), "sure"));
  Silent silent;
  input.comparison = compare_evaluations(input.evaluations, {}, silent);
  input.korean = true;
  const std::string both = report_html(input);
  for (const char* words : {"결론", "답변의 위험과 응답률", "문서에 답이 없음: 거절이 정답", "시스템별 모든 수치"}) EXPECT_NE(both.find(words), std::string::npos) << words;
  EXPECT_EQ(both.find("nan"), std::string::npos);
  EXPECT_EQ(both, report_html(input));
}

TEST_F(AnswersCompared, AreRefusedWhereTheFileIsDamaged) {
  AnswersEvaluation evaluation = answered(2, 1, 1);
  write_answers_evaluation(file_, evaluation);
  const std::string whole = read_file(file_);
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = whole;
    text.replace(text.find(from), from.size(), to);
    write_file_atomically(file_, text);
    return complaint_of([&] { read_evaluation(file_); });
  };
  EXPECT_NE(with("\"questions\":", "\"others\":").find("has means, but no questions"), std::string::npos);
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{{"\"contains\": 1.0", "\"contains\": null"}, {"\"abstained\": false", "\"abstained\": 1"}, {"\"citations\": [", "\"citations\": [7, "}, {"\"risk_coverage\": [", "\"risk_coverage\": [[2, 0], "}})
    EXPECT_NE(with(from, to).find(file_.string()), std::string::npos) << from;
}

}  // namespace
}  // namespace rag
