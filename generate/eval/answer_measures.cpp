#include "generate/eval/answer_measures.h"

#include "generate/draft.h"
#include "generate/eval/citation_scores.h"
#include "generate/eval/nuggets.h"
#include "generate/eval/rouge.h"
#include "generate/eval/short_answers.h"
#include "generate/eval/statements.h"

namespace rag {
namespace {

struct None {
  const char *english, *korean;
};
constexpr None kNoReference = {"no answerable question has a reference answer", "정답이 있는, 답할 수 있는 질문이 없음"};
constexpr None kNoShort = {"no question has a reference answer or is unanswerable", "정답이 있거나 답할 수 없는 질문이 없음"};
constexpr None kNoNugget = {"no question has nuggets", "너깃이 있는 질문이 없음"};
constexpr None kNoVital = {"no question has vital nuggets", "필수 너깃이 있는 질문이 없음"};
constexpr None kNoStatement = {"no answer was given, or none whose citations could be told", "답변이 없거나, 인용을 가려낼 수 있는 답변이 없음"};
constexpr None kNoCitation = {"no answer has citations", "인용이 있는 답변이 없음"};
constexpr None kNoGoldCitation = {"no answer to a question with known documents has citations", "정답 문서를 아는 질문의 답변에 인용이 없음"};
constexpr None kNoGold = {"no answer was given to a question with known documents", "정답 문서를 아는 질문에 대한 답변이 없음"};
constexpr None kNoAnswer = {"no answer was given", "답변이 하나도 없음"};

constexpr AnswerMeasure measure(const char* name, const None& none) { return {name, none.english, none.korean}; }

constexpr AnswerMeasure kMeasures[] = {
    measure("contains", kNoReference),
    measure("first_contains", kNoReference),
    measure("squad_em", kNoShort),
    measure("squad_f1", kNoShort),
    measure("squad_em_answerable", kNoReference),
    measure("squad_f1_answerable", kNoReference),
    measure("korquad_em", kNoReference),
    measure("korquad_f1", kNoReference),
    measure("rouge_l", kNoReference),
    measure("nugget_vital_strict", kNoVital),
    measure("nugget_vital", kNoVital),
    measure("nugget_all", kNoNugget),
    measure("nugget_weighted", kNoNugget),
    measure("citation_recall", kNoStatement),
    measure("citation_precision", kNoCitation),
    measure("cited_gold", kNoGoldCitation),
    measure("gold_cited", kNoGold),
    measure("statements", kNoAnswer),
};

using Values = std::map<std::string, double>;

void set(Values& values, const char* name, const std::optional<double>& value) {
  if (value) values[name] = *value;
}

void compare_with_references(const GoldQuestion& question, const GivenAnswer& answer, const std::vector<Statement>& statements, Values& values) {
  if (!question.impossible && question.references.empty()) return;
  const std::string text = without_markers(answer.text);
  const ShortAnswerScore squad = score_short_answer(text, question.references, ShortAnswerRules::Squad);
  values["squad_em"] = squad.exact;
  values["squad_f1"] = squad.f1;
  if (question.impossible) return;
  const ShortAnswerScore korquad = score_short_answer(text, question.references, ShortAnswerRules::Korquad);
  values["squad_em_answerable"] = squad.exact;
  values["squad_f1_answerable"] = squad.f1;
  values["korquad_em"] = korquad.exact;
  values["korquad_f1"] = korquad.f1;
  values["contains"] = holds_any_answer(text, question.references);
  values["first_contains"] = !statements.empty() && holds_any_answer(statements.front().text, question.references);
  values["rouge_l"] = best_rouge_l(text, question.references);
}

void look_for_nuggets(const GoldQuestion& question, const GivenAnswer& answer, Values& values) {
  if (question.impossible) return;
  const NuggetScores nuggets = score_nuggets(without_markers(answer.text), question.nuggets);
  set(values, "nugget_vital_strict", nuggets.vital_strict);
  set(values, "nugget_vital", nuggets.vital);
  set(values, "nugget_all", nuggets.all);
  set(values, "nugget_weighted", nuggets.weighted);
}

void look_at_citations(const GoldQuestion& question, const GivenAnswer& answer, const Entailment& entailment, Values& values) {
  const CitationScores scores = score_citations(answer, entailment);
  set(values, "citation_recall", scores.recall);
  set(values, "citation_precision", scores.precision);
  const GoldCitationScores gold = score_gold_citations(answer, question.documents);
  set(values, "cited_gold", gold.cited_gold);
  set(values, "gold_cited", gold.gold_cited);
}

}  // namespace

std::span<const AnswerMeasure> answer_measures() { return kMeasures; }

std::map<std::string, double> measure_answer(const GoldQuestion& question, const GivenAnswer& answer, const Entailment& entailment) {
  Values values;
  const std::vector<Statement> statements = statements_of(answer);
  compare_with_references(question, answer, statements, values);
  look_for_nuggets(question, answer, values);
  if (answer.abstained) return values;
  look_at_citations(question, answer, entailment, values);
  values["statements"] = static_cast<double>(statements.size());
  return values;
}

MeasureMean mean_over(const std::string& name, std::span<const std::map<std::string, double>> values, const Wording& none) {
  MeasureMean mean{.name = name};
  double sum = 0;
  for (const Values& one : values)
    if (const auto found = one.find(name); found != one.end()) sum += found->second, ++mean.count;
  if (mean.count > 0)
    mean.value = sum / static_cast<double>(mean.count);
  else
    mean.reason = none;
  return mean;
}

}  // namespace rag
