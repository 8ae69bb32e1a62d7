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

// Filled up at the left; Hangul takes two columns.
std::string at_right(const std::string& text, std::size_t columns) {
  return std::string(padded(text, columns + 1).size() - text.size() - 1, ' ') + text;
}

// As evaluations are called, but for the one that sets nothing.
std::string shown_name(const SweepConfiguration& configuration) {
  return configuration.settings.empty() ? tr("as it is now", "지금 설정") : configuration_name(configuration);
}

void print_text(const SweepOptions& options, const SweepResult& result) {
  const std::string& metric = options.metrics.front().name;
  std::cout << std::string(4, ' ') << "  " << at_right(metric, 9) << ' ' << at_right(tr("other half", "다른 절반"), 10) << "  " << at_right("ms, 50 %", 8) << ' ' << at_right("95 %", 8) << "  "
            << at_right(tr("index", "색인"), 9) << ' ' << at_right(tr("chunks/s", "청크/초"), 8) << "  \n";
  for (const std::size_t i : best_first(result)) {
    const SweepPoint& point = result.points[i];
    const Percentiles& query = point.cost.stages_ms.at("query");
    std::cout << fmt::format("{:>3}{} {:>9.4f} {:>10.4f}  {:>8.1f} {:>8.1f}  {:>9} {}  {}\n", i, on_front(result, i) ? '*' : ' ', point.tuned, point.reported,
                             query.p50, query.p95, human_bytes(point.cost.index_bytes),
                             at_right(point.cost.chunks_per_s > 0 ? fmt::format("{:.0f}", point.cost.chunks_per_s) : tr("kept", "보관됨"), 8),
                             escape_for_terminal(shown_name(options.configurations[i])));
  }
  const SweepPoint &best = result.points[result.best], &now = result.points.front();
  std::cout << fmt::format(fmt::runtime(tr("\n* no other one is better without being slower.  {} of {} questions were tuned on.\n",
                                           "\n* 더 느리지 않으면서 더 좋은 설정이 없음. 질문 {1}개 중 {0}개로 조정함.\n")),
                           result.tuning.size(), best.evaluation.queries.size());
  if (result.best == 0) {
    std::cout << tr("Best is what is set now.\n", "지금 설정이 가장 좋습니다.\n");
  } else {
    std::cout << fmt::format(fmt::runtime(tr("Best on them: {}, {}.  On the other half: {:.4f}, as it is now {:.4f} ({:+.4f}).\n",
                                             "그 질문들에서 가장 좋은 것: {}, {}. 다른 절반에서: {:.4f}, 지금 설정은 {:.4f} ({:+.4f}).\n")),
                             result.best, escape_for_terminal(shown_name(options.configurations[result.best])), best.reported, now.reported, best.reported - now.reported);
    if (best.reported <= now.reported)
      std::cout << tr("The gain did not show on the other half: it was found by trying often.\n", "다른 절반에서는 나아지지 않았습니다: 여러 번 시도해서 얻은 우연한 결과입니다.\n");
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
