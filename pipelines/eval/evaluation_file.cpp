#include "pipelines/eval/evaluation_file.h"

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/file.h"
#include "pipelines/eval/answers_as_evaluation.h"
#include "pipelines/json_output.h"

namespace rag {
namespace {

using Json = nlohmann::ordered_json;
constexpr const char* kKind = "rag.evaluation";

Json to_json(const EvaluatedQuery& query) {
  Json found = Json::array();
  for (const ScoredDocument& document : query.found) found.push_back({document.document, document.score});
  return {{"id", query.id}, {"text", query.text}, {"values", query.values}, {"relevant", query.relevant}, {"found", found}};
}

Json to_json(const ShownDocument& document) {
  Json out = Json::object();
  if (!document.title.empty()) out["title"] = document.title;
  if (!document.uri.empty()) out["uri"] = document.uri;
  if (!document.extract.empty()) out["extract"] = document.extract;
  return out;
}

EvaluatedQuery query_from(const nlohmann::json& json) {
  EvaluatedQuery query{.id = json.at("id"), .text = json.at("text"), .values = json.at("values"), .relevant = json.at("relevant"), .found = {}};
  for (const auto& entry : json.at("found")) query.found.push_back({entry.at(0), entry.at(1)});
  return query;
}

}  // namespace

std::string evaluation_json(const Evaluation& evaluation) {
  Json queries = Json::array();
  for (const EvaluatedQuery& query : evaluation.queries) queries.push_back(to_json(query));
  Json documents = Json::object();
  for (const auto& [name, document] : evaluation.documents) documents[name] = to_json(document);
  const Json out = {{"schema_version", kSchemaVersion},
                    {"kind", kKind},
                    {"name", evaluation.name},
                    {"version", evaluation.version},
                    {"dataset", evaluation.dataset},
                    {"split", evaluation.split},
                    {"seeds", evaluation.seeds},
                    {"configuration", evaluation.configuration},
                    {"fingerprints", evaluation.fingerprints},
                    {"metrics", evaluation.metrics},
                    {"means", evaluation.means},
                    {"missing", evaluation.missing},
                    {"unjudged", evaluation.unjudged},
                    {"without_relevant", evaluation.without_relevant},
                    {"notes", english_of(evaluation.notes)},
                    {"findings", evaluation.findings},
                    {"queries", queries},
                    {"documents", documents}};
  return out.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string cost_json(const EvaluationCost& cost) {
  Json stages = Json::object();
  for (const auto& [stage, ms] : cost.stages_ms) stages[stage] = {{"mean", ms.mean}, {"p50", ms.p50}, {"p95", ms.p95}, {"p99", ms.p99}};
  const Json out = {{"stages_ms", stages},
                    {"queries_per_s", cost.queries_per_s},
                    {"peak_memory_bytes", cost.peak_memory_bytes},
                    {"index_bytes", cost.index_bytes},
                    {"chunks_per_s", cost.chunks_per_s},
                    {"context_tokens", cost.context_tokens},
                    {"context_bytes", cost.context_bytes}};
  return out.dump();
}

void write_evaluation(const std::filesystem::path& file, const Evaluation& evaluation) { write_file_atomically(file, evaluation_json(evaluation)); }

namespace {

constexpr const char* kWriters = "'rag eval retrieval --out FILE' and 'rag eval answers --out FILE' write one";

Evaluation evaluation_from(const nlohmann::json& json) {
  Evaluation evaluation{.name = json.at("name"),
                        .version = json.at("version"),
                        .dataset = json.value("dataset", ""),
                        .split = json.value("split", ""),
                        .configuration = json.at("configuration"),
                        .fingerprints = json.at("fingerprints"),
                        .metrics = json.at("metrics"),
                        .means = json.at("means"),
                        .judged = json.at("queries").size(),
                        .queries = {},
                        .documents = {},
                        .missing = json.at("missing"),
                        .unjudged = json.at("unjudged"),
                        .without_relevant = json.at("without_relevant"),
                        .notes = {},
                        .findings = json.value("findings", std::vector<std::string>{}),
                        .seeds = json.value("seeds", std::map<std::string, std::uint64_t>{})};
  for (const auto& note : json.at("notes")) evaluation.notes.push_back({note.get<std::string>()});
  for (const auto& query : json.at("queries")) evaluation.queries.push_back(query_from(query));
  if (json.contains("documents"))
    for (const auto& [name, document] : json.at("documents").items())
      evaluation.documents.emplace(name, ShownDocument{document.value("title", ""), document.value("uri", ""), document.value("extract", "")});
  return evaluation;
}

}  // namespace

Evaluation read_evaluation(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored)) throw Error(ErrorKind::Usage, file.string() + ": no such file; " + kWriters);
  try {
    const auto json = nlohmann::json::parse(read_file(file));
    const bool of_answers = json.at("kind") == kAnswersKind;
    if (!of_answers && json.at("kind") != kKind) throw Error(ErrorKind::Usage, file.string() + ": not an evaluation; " + kWriters);
    if (const int version = json.at("schema_version"); version > kSchemaVersion)
      throw Error(ErrorKind::Usage, file.string() + ": schema_version " + std::to_string(version) + ", this program knows up to " +
                                        std::to_string(kSchemaVersion) + "; use a newer rag");
    Evaluation evaluation = of_answers ? evaluation_from_answers(json, file) : evaluation_from(json);
    if (evaluation.name.empty()) evaluation.name = file.stem().string();
    return evaluation;
  } catch (const nlohmann::json::exception&) {
    throw Error(ErrorKind::Usage, file.string() + ": not an evaluation, or a damaged one; " + kWriters);
  }
}

}  // namespace rag
