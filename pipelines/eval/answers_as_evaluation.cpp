#include "pipelines/eval/answers_as_evaluation.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/error.h"

namespace rag {
namespace {

using nlohmann::json;

// Counts, and what says how a system is rather than how good: more of it is not better.
constexpr const char* kNotCompared[] = {"statements",          "noise_drop",           "counterfactual_followed",
                                        "counterfactual_kept", "counterfactual_refused", "counterfactual_other"};

bool is_compared(const std::string& measure) { return std::ranges::find(kNotCompared, measure) == std::end(kNotCompared); }

std::string text_or_none(const json& value) { return value.is_null() ? "" : value.get<std::string>(); }

MeasureMean figure_from(const json& json) {
  MeasureMean figure{.name = json.at("measure"), .count = json.at("count"), .reason = {text_or_none(json.at("reason"))}};
  if (!json.at("value").is_null()) figure.value = json.at("value").get<double>();
  return figure;
}

AnsweredQuestion answered_from(const json& json) {
  AnsweredQuestion one;
  one.question = {.id = json.at("id"), .text = json.at("text"), .references = json.at("references"), .impossible = json.at("impossible"), .documents = json.at("documents")};
  for (const auto& nugget : json.at("nuggets")) one.question.nuggets.push_back({.text = nugget.at("text"), .vital = nugget.at("importance") == "vital"});
  one.answer = {.id = json.at("id"), .text = json.at("answer"), .abstained = json.at("abstained"), .reason = text_or_none(json.at("reason"))};
  if (!json.at("confidence").is_null()) one.answer.confidence = json.at("confidence").get<double>();
  for (const auto& citation : json.at("citations"))
    one.answer.citations.push_back({.answer_span = {},
                                    .number = citation.at("n"),
                                    .document = citation.at("document"),
                                    .uri = citation.at("uri"),
                                    .quote = citation.at("quote"),
                                    .context = ""});
  return one;
}

EvaluatedQuery query_from(const json& json) {
  AnsweredQuestion one = answered_from(json);
  EvaluatedQuery query{.id = one.question.id, .text = one.question.text, .values = json.at("values"), .relevant = {}, .found = {}};
  query.values[one.question.impossible ? "refusal_recall" : "answered"] = one.question.impossible == one.answer.abstained;
  query.values["refusal_accuracy"] = one.question.impossible == one.answer.abstained;
  query.answered = std::make_shared<const AnsweredQuestion>(std::move(one));
  return query;
}

// In the order of the file's table; what is derived and not in it comes last.
std::vector<std::string> metrics_of(const Evaluation& evaluation, std::map<std::string, double>& means) {
  std::map<std::string, std::pair<double, std::size_t>> sums;
  for (const EvaluatedQuery& query : evaluation.queries)
    for (const auto& [measure, value] : query.values) {
      sums[measure].first += value;
      ++sums[measure].second;
    }
  std::vector<std::string> metrics;
  const auto add = [&](const std::string& measure) {
    const auto at = sums.find(measure);
    if (at == sums.end() || !is_compared(measure) || means.contains(measure)) return;
    metrics.push_back(measure);
    means[measure] = at->second.first / static_cast<double>(at->second.second);
  };
  for (const MeasureMean& figure : evaluation.figures) add(figure.name);
  for (const auto& [measure, sum] : sums) add(measure);
  return metrics;
}

}  // namespace

std::vector<std::pair<double, double>> risk_curve_from(const json& json, const std::filesystem::path& file) {
  std::vector<std::pair<double, double>> curve = json.at("risk_coverage");
  for (const auto& [coverage, risk] : curve)
    if (!(coverage >= 0 && coverage <= 1 && risk >= 0 && risk <= 1))
      throw Error(ErrorKind::Usage, file.string() + ": a share in risk_coverage is not between 0 and 1; write the file again with 'rag eval answers --out'");
  std::ranges::stable_sort(curve);
  return curve;
}

Evaluation evaluation_from_answers(const json& json, const std::filesystem::path& file) {
  if (!json.contains("questions"))
    throw Error(ErrorKind::Usage, file.string() + ": has means, but no questions; 'rag eval answers --out FILE' writes both");
  Evaluation evaluation{.name = json.at("name"),
                        .version = json.at("version"),
                        .dataset = "",
                        .split = "",
                        .configuration = json.at("configuration"),
                        .fingerprints = json.at("fingerprints"),
                        .metrics = {},
                        .means = {},
                        .judged = json.at("questions").size(),
                        .queries = {},
                        .documents = {},
                        .missing = json.at("missing"),
                        .unjudged = json.at("unjudged"),
                        .without_relevant = {},
                        .notes = {},
                        .findings = {},
                        .seeds = {}};
  evaluation.of_answers = true;
  for (const auto& note : json.at("notes")) evaluation.notes.push_back({note.get<std::string>()});
  for (const auto& figure : json.at("measures")) evaluation.figures.push_back(figure_from(figure));
  for (const auto& question : json.at("questions")) evaluation.queries.push_back(query_from(question));
  evaluation.metrics = metrics_of(evaluation, evaluation.means);
  evaluation.risk_coverage = risk_curve_from(json, file);
  return evaluation;
}

}  // namespace rag
