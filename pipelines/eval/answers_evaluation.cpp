#include "pipelines/eval/answers_evaluation.h"

#include <algorithm>
#include <cstdint>

#include "core/error.h"
#include "core/listing.h"
#include "core/text.h"

namespace rag {
namespace {

constexpr const char* kFromZeroToOne[] = {"contains",   "first_contains", "squad_em_answerable", "squad_f1_answerable", "korquad_em",      "korquad_f1",
                                          "rouge_l",    "nugget_vital",   "nugget_vital_strict", "nugget_all",          "nugget_weighted"};

void add_value(AnswersEvaluation& evaluation, const char* name, const std::optional<double>& value, std::size_t count, const Wording& none) {
  evaluation.measures.push_back({.name = name, .value = value, .count = count, .reason = value ? Wording{} : none});
}

void add_refusals(AnswersEvaluation& evaluation) {
  Refusals refusals;
  for (const EvaluatedAnswer& one : evaluation.questions) {
    ++(one.question.impossible ? refusals.unanswerable : refusals.answerable);
    if (one.answer.abstained) ++(one.question.impossible ? refusals.right : refusals.wrong);
  }
  const std::size_t refused = refusals.right + refusals.wrong;
  add_value(evaluation, "answered", refusals.answered(), refusals.answerable, {"no question can be answered", "답할 수 있는 질문이 없음"});
  add_value(evaluation, "refusal_precision", refusals.precision(), refused, {"nothing was refused", "거절한 답변이 없음"});
  const Wording none{"no question is unanswerable", "답할 수 없는 질문이 없음"};
  add_value(evaluation, "refusal_recall", refusals.recall(), refusals.unanswerable, none);
  add_value(evaluation, "refusal_f1", refusals.f1(), refusals.unanswerable, none);
  add_value(evaluation, "refusal_accuracy", refusals.accuracy(), refusals.unanswerable + refusals.answerable, {});
}

void add_selection(AnswersEvaluation& evaluation, const std::string& correct) {
  std::vector<ConfidentLoss> given;
  std::size_t answers = 0, comparable = 0;
  double lost = 0;
  for (const EvaluatedAnswer& one : evaluation.questions) {
    if (one.answer.abstained) continue;
    ++answers;
    if (!one.question.impossible && !one.values.contains(correct)) continue;
    ++comparable;
    const double loss = loss_of(one, correct);
    lost += loss;
    if (one.answer.confidence) given.push_back({*one.answer.confidence, loss});
  }
  const Wording none = answers == 0 ? Wording{"no answer was given", "답변이 하나도 없음"}
                                    : Wording{"no question that was answered has " + correct, "답변한 질문 중 " + correct + " 값이 있는 것이 없음"};
  add_value(evaluation, "selective_accuracy", comparable > 0 ? std::optional(1 - lost / static_cast<double>(comparable)) : std::nullopt, comparable, none);
  const bool complete = comparable > 0 && given.size() == comparable;
  if (complete) evaluation.risk_coverage = risk_coverage(std::move(given));
  const std::string all = std::to_string(comparable), lacking = std::to_string(comparable - given.size());
  const Wording why = comparable == 0 ? none : Wording{lacking + " of " + all + " answers have no confidence", "답변 " + all + "개 중 " + lacking + "개에 확신도가 없음"};
  add_value(evaluation, "aurc", evaluation.risk_coverage.aurc, comparable, why);
  add_value(evaluation, "excess_aurc", evaluation.risk_coverage.excess_aurc, comparable, why);
}

// RGB's information integration: questions that several documents answer together.
void add_integration(AnswersEvaluation& evaluation, const std::string& correct) {
  for (EvaluatedAnswer& one : evaluation.questions) {
    if (one.question.impossible || !one.question.draws_on_all || one.question.documents.size() < 2 || !one.values.contains(correct)) continue;
    one.values["integration_correct"] = one.values.at(correct);
    one.values["integration_cited"] = one.values.contains("gold_cited") ? one.values.at("gold_cited") : 0.0;
  }
  const Wording none{"no answerable question has " + correct + " and an answer that draws on several documents", correct + " 값이 있고 여러 문서에 걸친 답이 있는 질문이 없음"};
  add_mean(evaluation, "integration_correct", none);
  add_mean(evaluation, "integration_cited", none);
}

// Nobody repeats a sentence to the letter: `contains` is near 0 then for the best answers too, and what is made of it says nothing.
void note_long_references(AnswersEvaluation& evaluation, const std::string& correct) {
  constexpr std::size_t kSentence = 12;  // words; the longest names and dates have fewer
  if (correct != "contains" && correct != "first_contains") return;
  std::vector<std::size_t> words;
  for (const EvaluatedAnswer& one : evaluation.questions) {
    std::size_t shortest = SIZE_MAX;
    for (const std::string& reference : one.question.references) {
      const std::string text = collapse_white_space(reference);
      shortest = std::min<std::size_t>(shortest, 1 + static_cast<std::size_t>(std::ranges::count(text, ' ')));
    }
    if (shortest != SIZE_MAX) words.push_back(shortest);
  }
  if (words.empty()) return;
  std::ranges::nth_element(words, words.begin() + static_cast<std::ptrdiff_t>(words.size() / 2));
  const std::size_t median = words[words.size() / 2];
  if (median < kSentence) return;
  const std::string number = std::to_string(median);
  evaluation.notes.push_back({"half of the reference answers have " + number + " words or more, and no answer repeats so many to the letter: " + correct +
                                  ", selective_accuracy and aurc say little; take --correct rouge_l or squad_f1_answerable",
                              "정답의 절반이 " + number + "낱말 이상이라 그대로 되풀이하는 답이 없음: " + correct +
                                  ", selective_accuracy, aurc는 뜻이 적음; --correct rouge_l이나 squad_f1_answerable을 쓰세요"});
}

}  // namespace

void check_scoring(const AnswersScoring& scoring) {
  if (std::ranges::find(kFromZeroToOne, scoring.correct) != std::end(kFromZeroToOne)) return;
  throw Error(ErrorKind::Usage, "--correct " + scoring.correct + ": not one of " + joined(kFromZeroToOne));
}

double loss_of(const EvaluatedAnswer& one, const std::string& correct) { return one.question.impossible ? 1.0 : 1.0 - one.values.at(correct); }

void add_mean(AnswersEvaluation& evaluation, const std::string& name, const Wording& none) {
  std::vector<std::map<std::string, double>> values;
  for (const EvaluatedAnswer& one : evaluation.questions) values.push_back(one.values);
  evaluation.measures.push_back(mean_over(name, values, none));
}

AnswersEvaluation evaluate_answers(const std::vector<GoldQuestion>& questions, const std::map<std::string, GivenAnswer>& answers, const AnswersScoring& scoring) {
  check_scoring(scoring);
  AnswersEvaluation evaluation;
  std::map<std::string, const GoldQuestion*> by_id;
  for (const GoldQuestion& question : questions) by_id.emplace(question.id, &question);
  for (const auto& [id, answer] : answers)
    if (!by_id.contains(id)) evaluation.unknown.push_back(id);
  for (const auto& [id, question] : by_id) {
    const auto answer = answers.find(id);
    if (!question->judged()) {
      evaluation.unjudged.push_back(id);
      continue;
    }
    if (answer == answers.end()) evaluation.missing.push_back(id);
    EvaluatedAnswer one{.question = *question, .answer = answer == answers.end() ? GivenAnswer{.id = id, .abstained = true, .reason = "no answer is there"} : answer->second};
    one.values = measure_answer(one.question, one.answer, *scoring.entailment);
    evaluation.questions.push_back(std::move(one));
  }
  if (evaluation.questions.empty())
    throw Error(ErrorKind::Usage, "no question has a reference answer, nuggets or \"is_impossible\"; say what is right with --answers FILE");
  for (const AnswerMeasure& measure : answer_measures()) add_mean(evaluation, measure.name, {measure.none, measure.none_korean});
  add_refusals(evaluation);
  add_selection(evaluation, scoring.correct);
  add_integration(evaluation, scoring.correct);
  note_long_references(evaluation, scoring.correct);
  return evaluation;
}

}  // namespace rag
