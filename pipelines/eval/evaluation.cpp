#include "pipelines/eval/evaluation.h"

#include <algorithm>

namespace rag {

Evaluation evaluation_of(const EvalReport& report, const std::vector<Metric>& metrics, const std::vector<EvalQuery>& queries, const Qrels& qrels,
                         const Run& run) {
  Evaluation made;
  for (const Metric& metric : metrics) made.metrics.push_back(metric.name);
  made.means = report.means;
  made.missing = report.missing;
  made.unjudged = report.unjudged;
  made.without_relevant = report.without_relevant;
  std::map<std::string, std::string> texts;
  for (const EvalQuery& query : queries) texts.emplace(query.id, query.text);
  for (const auto& [id, values] : report.per_query) {
    EvaluatedQuery query{.id = id, .text = texts.contains(id) ? texts.at(id) : "", .values = values, .relevant = {}, .found = {}};
    if (const auto judged = qrels.find(id); judged != qrels.end())
      for (const auto& [document, grade] : judged->second)
        if (grade > 0) query.relevant.emplace_hint(query.relevant.end(), document, grade);
    if (const auto answered = run.find(id); answered != run.end()) {
      for (const std::size_t place : trec_places(answered->second)) {
        if (query.found.size() == kFoundKept) break;
        query.found.push_back(answered->second[place]);
      }
    }
    made.queries.push_back(std::move(query));
  }
  return made;
}

}  // namespace rag
