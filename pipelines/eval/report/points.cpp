#include "pipelines/eval/report/points.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/file.h"
#include "pipelines/eval/answers_as_evaluation.h"
#include "pipelines/eval/pareto.h"
#include "pipelines/json_output.h"

namespace rag {
namespace {

constexpr const char* kPointsWanted = ": expected a file of points (\"kind\":\"rag.points\"), what 'rag eval retrieval --json' or 'rag eval sweep --json' prints, or a sweep's costs.json";
constexpr const char* kAnswersWanted = ": expected an evaluation of answers with \"risk_coverage\", as 'rag eval answers --out' writes it";
constexpr std::size_t kMostBytes = std::size_t{256} << 20;

nlohmann::json parsed(const std::filesystem::path& file, const char* wanted) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored)) throw Error(ErrorKind::Usage, file.string() + ": no such file" + wanted);
  auto json = nlohmann::json::parse(read_file(file, kMostBytes), nullptr, false);
  if (!json.is_object()) throw Error(ErrorKind::Usage, file.string() + ": not a JSON object" + wanted);
  if (json.contains("schema_version") && json["schema_version"].is_number_integer() && json["schema_version"] > kSchemaVersion)
    throw Error(ErrorKind::Usage, file.string() + ": schema_version " + json["schema_version"].dump() + ", this program knows up to " + std::to_string(kSchemaVersion) +
                                      "; use a newer rag");
  return json;
}

CostPoint figures_of(const nlohmann::json& json) {
  CostPoint point{.name = "", .quality = json.at("metrics"), .cost = {}};
  const auto& cost = json.at("cost");
  const auto& query = cost.at("stages_ms").at("query");
  for (const char* share : {"p50", "p95", "p99"}) point.cost[std::string(share) + "_ms"] = query.at(share);
  for (const char* figure : {"queries_per_s", "peak_memory_bytes", "index_bytes", "chunks_per_s"}) point.cost[figure] = cost.at(figure);
  return point;
}

CostPoint printed_point(const std::filesystem::path& file, const nlohmann::json& json) {
  CostPoint point = figures_of(json);
  point.name = file.stem().string();
  if (point.name.ends_with(".cost")) point.name.resize(point.name.size() - 5);
  return point;
}

// One of a sweep's configurations.
CostPoint swept_point(const nlohmann::json& json) {
  CostPoint point = figures_of(json);
  for (const auto& [key, value] : json.at("settings").items()) point.name += (point.name.empty() ? "" : " ") + key + "=" + value.get<std::string>();
  if (point.name.empty()) point.name = "as it is now";
  return point;
}

}  // namespace

std::vector<CostPoint> read_points(const std::filesystem::path& file) {
  const auto json = parsed(file, kPointsWanted);
  try {
    const std::string kind = json.value("kind", "");
    std::vector<CostPoint> points;
    if (kind == "rag.sweep") {
      for (const auto& point : json.at("points")) points.push_back(swept_point(point));
      return points;
    }
    if (kind != "rag.points") return {printed_point(file, json)};
    for (const auto& point : json.at("points")) points.push_back({.name = point.at("name"), .quality = point.at("quality"), .cost = point.at("cost")});
    return points;
  } catch (const nlohmann::json::exception&) {
    throw Error(ErrorKind::Usage, file.string() + kPointsWanted);
  }
}

std::vector<bool> points_on_front(const std::vector<CostPoint>& points, const std::string& metric, const std::string& cost) {
  std::vector<QualityAtCost> tried;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!points[i].quality.contains(metric) || !points[i].cost.contains(cost)) continue;
    tried.push_back({.quality = points[i].quality.at(metric), .cost = points[i].cost.at(cost)});
    places.push_back(i);
  }
  std::vector<bool> front(points.size(), false);
  for (const std::size_t at : pareto_front(tried)) front[places[at]] = true;
  return front;
}

RiskCurve read_risk_curve(const std::filesystem::path& file) {
  const auto json = parsed(file, kAnswersWanted);
  try {
    if (json.at("kind") != kAnswersKind) throw Error(ErrorKind::Usage, file.string() + kAnswersWanted);
    RiskCurve curve{.name = json.value("name", ""), .points = risk_curve_from(json, file)};
    if (curve.name.empty()) curve.name = file.stem().string();
    return curve;
  } catch (const nlohmann::json::exception&) {
    throw Error(ErrorKind::Usage, file.string() + kAnswersWanted);
  }
}

}  // namespace rag
