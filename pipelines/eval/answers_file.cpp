#include "pipelines/eval/answers_file.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/file.h"
#include "core/text.h"
#include "generate/eval/statements.h"
#include "pipelines/eval/answers_as_evaluation.h"
#include "pipelines/json_output.h"

namespace rag {
namespace {

using Json = nlohmann::ordered_json;

Json or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

Json to_json(const MeasureMean& measure) {
  Json out = {{"measure", measure.name}, {"value", or_null(measure.value)}, {"count", measure.count}};
  out["reason"] = measure.reason.english.empty() ? Json(nullptr) : Json(measure.reason.english);
  return out;
}

Json to_json(const Nugget& nugget) { return {{"text", nugget.text}, {"importance", nugget.vital ? "vital" : "okay"}}; }

Json to_json(const EvaluatedAnswer& one) {
  Json citations = Json::array(), nuggets = Json::array();
  for (const GivenCitation& citation : one.answer.citations)
    citations.push_back({{"n", citation.number}, {"document", citation.document}, {"uri", citation.uri}, {"quote", citation.quote}});
  for (const Nugget& nugget : one.question.nuggets) nuggets.push_back(to_json(nugget));
  return {{"id", one.question.id},
          {"text", one.question.text},
          {"references", one.question.references},
          {"impossible", one.question.impossible},
          {"nuggets", nuggets},
          {"documents", one.question.documents},
          {"answer", one.answer.text},
          {"abstained", one.answer.abstained},
          {"reason", one.answer.reason.empty() ? Json(nullptr) : Json(one.answer.reason)},
          {"confidence", or_null(one.answer.confidence)},
          {"citations", citations},
          {"values", one.values}};
}

Json figures(const AnswersEvaluation& evaluation) {
  Json measures = Json::array(), failures = Json::array(), curve = Json::array();
  for (const MeasureMean& measure : evaluation.measures) measures.push_back(to_json(measure));
  for (const JudgeFailure& failure : evaluation.judge_failures)
    failures.push_back({{"question", failure.question}, {"measure", failure.measure}, {"problem", failure.problem}});
  for (const auto& [coverage, risk] : evaluation.risk_coverage.curve) curve.push_back({coverage, risk});
  return {{"schema_version", kSchemaVersion},
          {"kind", kAnswersKind},
          {"name", evaluation.name},
          {"version", evaluation.version},
          {"configuration", evaluation.configuration},
          {"fingerprints", evaluation.fingerprints},
          {"measures", measures},
          {"risk_coverage", curve},
          {"questions_judged", evaluation.questions.size()},
          {"unjudged", evaluation.unjudged},
          {"missing", evaluation.missing},
          {"unknown", evaluation.unknown},
          {"judge_failures", failures},
          {"notes", english_of(evaluation.notes)}};
}

Json whole(const AnswersEvaluation& evaluation) {
  Json out = figures(evaluation);
  out["questions"] = Json::array();
  for (const EvaluatedAnswer& one : evaluation.questions) out["questions"].push_back(to_json(one));
  return out;
}

std::size_t words_in(const std::string& text) {
  const std::string plain = collapse_white_space(text);
  return plain.empty() ? 0 : static_cast<std::size_t>(std::ranges::count(plain, ' ')) + 1;
}

Json trec_line(const EvaluatedAnswer& one, const std::string& run_id) {
  std::vector<std::string> references;
  Json sentences = Json::array();
  std::size_t length = 0;
  for (const Statement& statement : statements_of(one.answer)) {
    Json cited = Json::array();
    for (const std::size_t i : statement.cited) {
      const std::string& document = one.answer.citations[i].document;
      const std::size_t at = static_cast<std::size_t>(std::ranges::find(references, document) - references.begin());
      if (at == references.size()) references.push_back(document);
      if (std::ranges::find(cited, Json(at)) == cited.end()) cited.push_back(at);
    }
    sentences.push_back({{"text", statement.text}, {"citations", cited}});
    length += words_in(statement.text);
  }
  return {{"run_id", run_id},         {"topic_id", one.question.id}, {"topic", one.question.text},
          {"references", references}, {"response_length", length},   {"answer", sentences}};
}

}  // namespace

std::string answers_evaluation_json(const AnswersEvaluation& evaluation, bool with_questions) {
  return (with_questions ? whole(evaluation) : figures(evaluation)).dump(-1, ' ', false, Json::error_handler_t::replace);
}

void write_answers_evaluation(const std::filesystem::path& file, const AnswersEvaluation& evaluation) {
  write_file_atomically(file, whole(evaluation).dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
}

std::string trec_rag_jsonl(const AnswersEvaluation& evaluation, const std::string& run_id) {
  std::string lines;
  for (const EvaluatedAnswer& one : evaluation.questions) lines += trec_line(one, run_id).dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
  return lines;
}

}  // namespace rag
