#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace rag {

// One way to retrieve, with what it is worth and what it costs: a dot in the plot of cost beside quality.
struct CostPoint {
  std::string name;
  std::map<std::string, double> quality;  // metric -> mean, larger is better
  std::map<std::string, double> cost;     // p50_ms, p95_ms, p99_ms of a query, queries_per_s, peak_memory_bytes, index_bytes, chunks_per_s
};

// A file of points (docs/formats/evaluation.md), a sweep's costs.json, or what 'rag eval retrieval --json' printed, which is one point with the file's
// name.
// Throws Error(Usage) naming the file and what was expected.
std::vector<CostPoint> read_points(const std::filesystem::path& file);

// [point] -> whether it is on the Pareto front (pipelines/eval/pareto.h); points that lack the metric or the cost are not.
std::vector<bool> points_on_front(const std::vector<CostPoint>& points, const std::string& metric, const std::string& cost);

// How wrong answers are among those given, as fewer are given: [share of questions answered, share of those that is wrong], by rising coverage.
struct RiskCurve {
  std::string name;
  std::vector<std::pair<double, double>> points;
};

// Of a file of 'rag eval answers --out': `kind` "rag.answers_evaluation" and `risk_coverage`.  Throws Error(Usage) as above.
RiskCurve read_risk_curve(const std::filesystem::path& file);

}  // namespace rag
