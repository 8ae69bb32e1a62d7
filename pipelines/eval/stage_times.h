#pragma once

#include <map>
#include <string>
#include <vector>

namespace rag {

// How long the stages of a question took, in milliseconds.
struct Percentiles {
  double mean = 0, p50 = 0, p95 = 0, p99 = 0;
};

// Of at least one value: the smallest that so many percent do not exceed (nearest rank, no interpolation).  All 0 where there are none.
Percentiles percentiles_of(std::vector<double> values);

// Collects one value a stage and question.
class StageTimes {
 public:
  void add(const std::string& stage, double milliseconds) { values_[stage].push_back(milliseconds); }
  std::map<std::string, Percentiles> summary() const;
  std::map<std::string, double> means() const;

 private:
  std::map<std::string, std::vector<double>> values_;
};

}  // namespace rag
