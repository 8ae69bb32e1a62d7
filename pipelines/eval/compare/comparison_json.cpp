#include <nlohmann/json.hpp>

#include "pipelines/eval/compare/comparison_output.h"
#include "pipelines/json_output.h"

namespace rag {
namespace {

using Json = nlohmann::ordered_json;

Json found_json(const std::vector<ScoredDocument>& found) {
  Json list = Json::array();
  for (const ScoredDocument& document : found) list.push_back({document.document, document.score});
  return list;
}

Json answer_json(const GivenAnswer& answer) {
  Json citations = Json::array();
  for (const GivenCitation& citation : answer.citations) citations.push_back({{"n", citation.number}, {"document", citation.document}, {"uri", citation.uri}, {"quote", citation.quote}});
  return {{"answer", answer.text}, {"abstained", answer.abstained}, {"citations", citations}};
}

Json to_json(const ComparedPair& pair, const std::vector<ComparedSystem>& systems) {
  return {{"metric", pair.metric},
          {"first", systems[pair.first].name},
          {"second", systems[pair.second].name},
          {"queries", pair.queries},
          {"difference", pair.difference},
          {"interval", pair.interval ? Json{pair.interval->low, pair.interval->high} : Json()},
          {"p", pair.p},
          {"p_holm", pair.p_holm},
          {"significant", pair.significant},
          {"randomisation", {{"p", pair.randomisation.p}, {"exact", pair.randomisation.exact}}},
          {"t_test", pair.t ? Json{{"t", pair.t->t}, {"df", pair.t->df}, {"p", pair.t->p}} : Json()},
          {"effect", pair.effect ? Json{{"d_z", pair.effect->d_z}, {"hedges_g", pair.effect->hedges_g}} : Json()},
          {"detectable", pair.detectable ? Json(*pair.detectable) : Json()},
          {"wins", pair.wins},
          {"ties", pair.ties},
          {"losses", pair.losses}};
}

}  // namespace

std::string comparison_json(const Comparison& comparison) {
  Json documents = Json::object(), systems = Json::array(), pairs = Json::array(), changed = Json::array();
  for (std::size_t i = 0; i < comparison.systems.size(); ++i) {
    const ComparedSystem& system = comparison.systems[i];
    systems.push_back({{"name", system.name}, {"letter", system_letter(i)}, {"means", system.means}, {"beats", system.beats}, {"counted_zero", system.counted_zero}});
  }
  for (const ComparedPair& pair : comparison.pairs) {
    pairs.push_back(to_json(pair, comparison.systems));
    pairs.back()["conclusion"] = conclusion_of(comparison, pair, false);
  }
  for (const ChangedQuery& query : comparison.changed) {
    changed.push_back({{"id", query.id},
                       {"text", query.text},
                       {"first", comparison.systems[query.first].name},
                       {"second", comparison.systems[query.second].name},
                       {"values", {query.first_value, query.second_value}},
                       {"relevant", query.relevant},
                       {"found", {found_json(query.first_found), found_json(query.second_found)}}});
    if (!query.first_answer || !query.second_answer) continue;
    changed.back()["references"] = query.first_answer->question.references;
    changed.back()["impossible"] = query.first_answer->question.impossible;
    changed.back()["answers"] = {answer_json(query.first_answer->answer), answer_json(query.second_answer->answer)};
  }
  for (const auto& [name, document] : comparison.documents) documents[name] = {{"title", document.title}, {"uri", document.uri}, {"extract", document.extract}};
  const Json out = {{"schema_version", kSchemaVersion},
                    {"kind", "rag.comparison"},
                    {"queries", comparison.queries},
                    {"test", comparison.test == SignificanceTest::Randomisation ? "randomisation" : "t"},
                    {"alpha", comparison.alpha},
                    {"resamples", comparison.resampling.resamples},
                    {"seed", comparison.resampling.seed},
                    {"metrics", comparison.metrics},
                    {"systems", systems},
                    {"pairs", pairs},
                    {"changed", changed},
                    {"documents", documents},
                    {"left_out", comparison.left_out},
                    {"notes", english_of(comparison.notes)}};
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace rag
