#include "cli/eval/sweep_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <numeric>

#include "cli/terminal.h"
#include "core/file.h"
#include "core/text.h"
#include "pipelines/eval/evaluation_file.h"
#include "pipelines/json_output.h"

namespace rag::cli {
namespace {

using Json = nlohmann::ordered_json;

bool on_front(const SweepResult& result, std::size_t i) { return std::ranges::find(result.front, i) != result.front.end(); }

std::vector<std::size_t> best_first(const SweepResult& result) {
  std::vector<std::size_t> order(result.points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t i) { return result.points[i].tuned; });
  return order;
}

void print_text(const SweepOptions& options, const SweepResult& result) {
  const std::string& metric = options.metrics.front().name;
  std::cout << fmt::format("{:>4}  {:>9} {:>10}  {:>8} {:>8}  {:>9} {:>8}  \n", "", metric, "other half", "ms, 50 %", "95 %", "index", "chunks/s");
  for (const std::size_t i : best_first(result)) {
    const SweepPoint& point = result.points[i];
    const Percentiles& query = point.cost.stages_ms.at("query");
    std::cout << fmt::format("{:>3}{} {:>9.4f} {:>10.4f}  {:>8.1f} {:>8.1f}  {:>9} {:>8}  {}\n", i, on_front(result, i) ? '*' : ' ', point.tuned, point.reported,
                             query.p50, query.p95, human_bytes(point.cost.index_bytes),
                             point.cost.chunks_per_s > 0 ? fmt::format("{:.0f}", point.cost.chunks_per_s) : "kept", escape_for_terminal(point.evaluation.name));
  }
  const SweepPoint &best = result.points[result.best], &now = result.points.front();
  std::cout << fmt::format("\n* no other one is better without being slower.  {} of {} questions were tuned on.\n", result.tuning.size(),
                           best.evaluation.queries.size());
  if (result.best == 0) {
    std::cout << "Best is what is set now.\n";
  } else {
    std::cout << fmt::format("Best on them: {}, {}.  On the other half: {:.4f}, as it is now {:.4f} ({:+.4f}).\n", result.best,
                             escape_for_terminal(best.evaluation.name), best.reported, now.reported, best.reported - now.reported);
    if (best.reported <= now.reported) std::cout << "The gain did not show on the other half: it was found by trying often.\n";
  }
  for (const std::string& loss : result.losses) std::cerr << escape_for_terminal(loss) << '\n';
}

Json point_json(const SweepOptions& options, const SweepResult& result, std::size_t i) {
  const SweepPoint& point = result.points[i];
  Json means = Json::object();
  for (const Metric& metric : options.metrics) means[metric.name] = point.evaluation.means.at(metric.name);
  return {{"configuration", i},
          {"settings", options.configurations[i].settings},
          {"tuned", point.tuned},
          {"reported", point.reported},
          {"metrics", means},
          {"cost", Json::parse(cost_json(point.cost))},
          {"on_front", on_front(result, i)}};
}

Json sweep_json(const SweepOptions& options, const SweepResult& result) {
  Json points = Json::array();
  for (std::size_t i = 0; i < result.points.size(); ++i) points.push_back(point_json(options, result, i));
  return {{"schema_version", kSchemaVersion},
          {"kind", "rag.sweep"},
          {"metric", options.metrics.front().name},
          {"seed", options.seed},
          {"tuned_on", result.tuning.size()},
          {"queries", result.points.front().evaluation.queries.size()},
          {"best", result.best},
          {"front", result.front},
          {"points", points},
          {"notes", result.losses}};
}

void print_csv(const SweepResult& result) {
  std::cout << "configuration,settings,tuned,reported,query_p50_ms,query_p95_ms,index_bytes,chunks_per_s,on_front\n";
  for (const std::size_t i : best_first(result)) {
    const SweepPoint& point = result.points[i];
    std::string name = point.evaluation.name;
    for (std::size_t at = 0; (at = name.find('"', at)) != std::string::npos; at += 2) name.insert(at, 1, '"');
    std::cout << fmt::format("{},\"{}\",{},{},{:.3f},{:.3f},{},{:.1f},{}\n", i, name, point.tuned, point.reported, point.cost.stages_ms.at("query").p50,
                             point.cost.stages_ms.at("query").p95, point.cost.index_bytes, point.cost.chunks_per_s, on_front(result, i));
  }
}

std::string dumped(const Json& json, int indent) { return json.dump(indent, ' ', false, Json::error_handler_t::replace) + "\n"; }

}  // namespace

std::string configuration_name(const SweepConfiguration& configuration) {
  std::string name;
  for (const auto& [key, value] : configuration.settings) name += (name.empty() ? "" : " ") + key + "=" + value;
  return name.empty() ? "as it is now" : name;
}

void print_sweep(const SweepOptions& options, const SweepResult& result, const std::string& format) {
  if (format == "json") std::cout << dumped(sweep_json(options, result), -1);
  else if (format == "csv") print_csv(result);
  else print_text(options, result);
}

void write_sweep(const std::filesystem::path& folder, const SweepOptions& options, const SweepResult& result) {
  std::filesystem::create_directories(folder);
  for (std::size_t i = 0; i < result.points.size(); ++i) write_evaluation(folder / fmt::format("{:03}.json", i), result.points[i].evaluation);
  write_file_atomically(folder / "costs.json", dumped(sweep_json(options, result), 1));
}

}  // namespace rag::cli
