#include "pipelines/eval/evaluation.h"

#include <algorithm>
#include <unordered_map>

namespace rag {

Evaluation figures_of(EvalReport report, const std::vector<Metric>& metrics) {
  Evaluation made;
  for (const Metric& metric : metrics) made.metrics.push_back(metric.name);
  made.means = std::move(report.means);
  made.judged = report.queries;
  made.missing = std::move(report.missing);
  made.unjudged = std::move(report.unjudged);
  made.without_relevant = std::move(report.without_relevant);
  made.queries.reserve(report.per_query.size());
  for (auto& [id, values] : report.per_query) made.queries.push_back({.id = id, .text = "", .values = std::move(values), .relevant = {}, .found = {}});
  return made;
}

Evaluation evaluation_of(EvalReport report, const std::vector<Metric>& metrics, const std::vector<EvalQuery>& queries, const Qrels& qrels, const Run& run) {
  Evaluation made = figures_of(std::move(report), metrics);
  std::unordered_map<std::string, const std::string*> texts;
  for (const EvalQuery& query : queries) texts.emplace(query.id, &query.text);
  for (EvaluatedQuery& query : made.queries) {
    if (const auto text = texts.find(query.id); text != texts.end()) query.text = *text->second;
    if (const auto judged = qrels.find(query.id); judged != qrels.end())
      for (const auto& [document, grade] : judged->second)
        if (grade > 0) query.relevant.emplace_hint(query.relevant.end(), document, grade);
    if (const auto answered = run.find(query.id); answered != run.end()) {
      for (const std::size_t place : trec_places(answered->second)) {
        if (query.found.size() == kFoundKept) break;
        query.found.push_back(answered->second[place]);
      }
    }
  }
  return made;
}

}  // namespace rag
