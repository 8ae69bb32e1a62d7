#include "pipelines/eval/stage_times.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace rag {

Percentiles percentiles_of(std::vector<double> values) {
  if (values.empty()) return {};
  std::ranges::sort(values);
  const double count = static_cast<double>(values.size());
  const auto at = [&](double share) { return values[static_cast<std::size_t>(std::max(1.0, std::ceil(share * count))) - 1]; };
  return {.mean = std::accumulate(values.begin(), values.end(), 0.0) / count, .p50 = at(.50), .p95 = at(.95), .p99 = at(.99)};
}

std::map<std::string, Percentiles> StageTimes::summary() const {
  std::map<std::string, Percentiles> all;
  for (const auto& [stage, values] : values_) all.emplace(stage, percentiles_of(values));
  return all;
}

std::map<std::string, double> StageTimes::means() const {
  std::map<std::string, double> all;
  for (const auto& [stage, percentiles] : summary()) all.emplace(stage, percentiles.mean);
  return all;
}

}  // namespace rag
