#include "pipelines/eval/robustness.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <span>
#include <utility>

#include "core/hash.h"
#include "core/interrupt.h"
#include "generate/eval/counterfactual.h"
#include "generate/eval/short_answers.h"

namespace rag {
namespace {

constexpr std::size_t kOfOneQuestion = 2;  // passages of another question that may be noise: its best ones

// A number for this question and that thing which is the same in every run.
std::uint64_t draw(const std::string& question, const std::string& thing) { return checksum64(question + '\n' + thing); }

class Trials {
 public:
  Trials(const AnswersEvaluation& evaluation, const AskedQuestions& asked, const Generator& generator, const AnswersScoring& scoring, const RobustnessOptions& options)
      : asked_(asked), generator_(generator), scoring_(scoring), options_(options) {
    std::set<std::string> names;
    for (const EvaluatedAnswer& one : evaluation.questions) names.insert(one.question.references.begin(), one.question.references.end());
    references_.assign(names.begin(), names.end());
  }

  void try_question(EvaluatedAnswer& one) {
    const auto passages = asked_.passages.find(one.question.id);
    if (one.question.impossible || passages == asked_.passages.end() || !one.values.contains(options_.correct)) return;
    if (options_.noise > 0) try_noise(one, passages->second);
    if (options_.counterfactual) try_counterfactual(one, passages->second);
  }

  std::size_t without_noise = 0, without_counterfactual = 0;

 private:
  GivenAnswer ask(const EvaluatedAnswer& one, const std::vector<Passage>& passages) const {
    Answer answer = generator_.answer(one.question.text, passages);
    return given_answer_of(one.question.id, answer);
  }

  double correct(const EvaluatedAnswer& one, const GivenAnswer& answer) const {
    return measure_answer(one.question, answer, *scoring_.entailment).at(options_.correct);
  }

  static bool is_noise_for(const GoldQuestion& question, const Passage& passage) {
    const auto is_gold = [&](const std::string& document) { return document == passage.chunk.document_id || document == passage.uri; };
    return std::ranges::none_of(question.documents, is_gold) && !holds_any_answer(passage.title + '\n' + passage.chunk.text, question.references);
  }

  std::vector<Passage> noise_for(const GoldQuestion& question, std::size_t count, std::set<std::int64_t> seen) const {
    std::vector<std::pair<std::uint64_t, const std::vector<Passage>*>> others;
    for (const auto& [id, passages] : asked_.passages)
      if (id != question.id && !passages.empty()) others.emplace_back(draw(question.id, id), &passages);
    std::ranges::sort(others, {}, [](const auto& entry) { return entry.first; });
    std::vector<Passage> noise;
    for (std::size_t depth = 0; depth < kOfOneQuestion; ++depth)
      for (const auto& [order, passages] : others) {
        if (noise.size() == count) return noise;
        if (depth >= passages->size() || !is_noise_for(question, (*passages)[depth])) continue;
        if (seen.insert((*passages)[depth].chunk.id.value).second) noise.push_back((*passages)[depth]);
      }
    return noise;
  }

  void try_noise(EvaluatedAnswer& one, const std::vector<Passage>& passages) {
    std::set<std::int64_t> own;
    for (const Passage& passage : passages) own.insert(passage.chunk.id.value);
    const std::vector<Passage> alone = noise_for(one.question, std::max(options_.noise, passages.size()), own);
    if (alone.size() < options_.noise) {
      ++without_noise;
      return;
    }
    std::vector<Passage> mixed = passages;
    for (const Passage& passage : std::span(alone).first(options_.noise)) {
      const std::uint64_t place = draw(one.question.id, std::to_string(passage.chunk.id.value)) % (mixed.size() + 1);
      mixed.insert(mixed.begin() + static_cast<std::ptrdiff_t>(place), passage);
    }
    one.values["noise_correct"] = correct(one, ask(one, mixed));
    one.values["noise_drop"] = one.values.at(options_.correct) - one.values.at("noise_correct");
    one.values["noise_rejected"] = ask(one, alone).abstained;
  }

  void try_counterfactual(EvaluatedAnswer& one, const std::vector<Passage>& passages) {
    if (!holds_any_answer(one.answer.text, one.question.references)) return;
    const auto other = counterfactual_of(one.question, passages, references_);
    if (!other) {
      ++without_counterfactual;
      return;
    }
    const GivenAnswer answer = ask(one, other->passages);
    const bool followed = holds_answer(answer.text, other->substitute);
    const bool kept = !followed && holds_any_answer(answer.text, one.question.references);
    one.values["counterfactual_followed"] = followed;
    one.values["counterfactual_kept"] = kept;
    one.values["counterfactual_refused"] = answer.abstained;
    one.values["counterfactual_other"] = !followed && !kept && !answer.abstained;
  }

  const AskedQuestions& asked_;
  const Generator& generator_;
  const AnswersScoring& scoring_;
  const RobustnessOptions& options_;
  std::vector<std::string> references_;
};

}  // namespace

void measure_robustness(AnswersEvaluation& evaluation, const AskedQuestions& asked, const Generator& generator, const AnswersScoring& scoring,
                        const RobustnessOptions& options, Progress& progress) {
  Trials trials(evaluation, asked, generator, scoring, options);
  std::size_t done = 0;
  for (EvaluatedAnswer& one : evaluation.questions) {
    throw_if_interrupted();
    progress.update("asking with other passages", done++, evaluation.questions.size());
    trials.try_question(one);
  }
  progress.update("", done, done);
  const std::string noise = std::to_string(options.noise);
  if (options.noise > 0)
    for (const char* name : {"noise_correct", "noise_drop", "noise_rejected"})
      add_mean(evaluation, name, {"no answerable question could be given " + noise + " passages of other questions", "다른 질문의 구절 " + noise + "개를 줄 수 있는 질문이 없음"});
  if (options.counterfactual)
    for (const char* name : {"counterfactual_followed", "counterfactual_kept", "counterfactual_refused", "counterfactual_other"})
      add_mean(evaluation, name, {"no question was answered right whose answer could be replaced in the passages", "맞게 답했고 구절에서 답을 바꿀 수 있는 질문이 없음"});
  if (trials.without_noise > 0)
    evaluation.notes.push_back({std::to_string(trials.without_noise) + " questions not tried with noise: fewer than " + noise + " passages of other questions that do not answer them",
                                "질문 " + std::to_string(trials.without_noise) + "개는 잡음을 섞어 묻지 않음: 답이 없는 다른 질문의 구절이 " + noise + "개보다 적음"});
  if (trials.without_counterfactual > 0)
    evaluation.notes.push_back({std::to_string(trials.without_counterfactual) + " questions not tried with a replaced answer: it could not be replaced everywhere, or by nothing of its kind",
                                "질문 " + std::to_string(trials.without_counterfactual) + "개는 답을 바꾸어 묻지 않음: 모든 곳에서 바꿀 수 없거나, 같은 종류의 다른 답이 없음"});
}

}  // namespace rag
