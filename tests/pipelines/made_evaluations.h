#pragma once

#include <map>
#include <string>
#include <vector>

#include "pipelines/eval/evaluation.h"

namespace rag::test {

// An evaluation of q001, q002 ... with these values; each query wants "right", which is found where its value is above 0.
inline Evaluation evaluation_with(const std::string& name, const std::vector<double>& values, const std::string& metric = "nDCG@10") {
  Evaluation made{.name = name, .version = "0", .fingerprints = {{"gold", "G"}, {"corpus", "C"}, {"queries", "Q"}, {"encoder", "E"}}, .metrics = {metric}};
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string number = std::to_string(1001 + i).substr(1);
    EvaluatedQuery query{.id = "q" + number, .text = "질문 " + number, .values = {{metric, values[i]}}, .relevant = {{"right", 1}}, .found = {{"wrong-" + name, 2}}};
    if (values[i] > 0) query.found.push_back({"right", 1});
    made.queries.push_back(query);
    sum += values[i];
  }
  made.means[metric] = values.empty() ? 0 : sum / static_cast<double>(values.size());
  return made;
}

// The words of the Error(Usage or Mismatch) that `call` throws; "" where it throws none.
template <typename Call>
std::string complaint_of(const Call& call) {
  try {
    call();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

}  // namespace rag::test
