#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "pipelines/eval/evaluation.h"

namespace rag {

// What becomes of queries that not every system answers.
enum class MissingQueries {
  Error,     // the comparison stops and says what to do
  Zero,      // what a system does not answer counts 0, as trec_eval -c does
  LeaveOut,  // only queries that every system was judged on and answers
};

// Queries that several evaluations share, in one order.
struct PairedQueries {
  std::vector<std::string> ids;                      // ascending
  std::vector<std::vector<std::size_t>> positions;   // [system][query]: into Evaluation::queries
  std::vector<std::string> left_out;                 // ids, LeaveOut only
  std::vector<std::vector<std::string>> counted_zero;  // [system]: ids without an answer that are among `ids`
};

// Pairs the queries of at least one evaluation, each named by `name`.
//
// Throws Error(Usage), naming both and what to do, where systems were judged by different gold, on different queries (but for LeaveOut), or do
// not answer some of them.  An evaluation that was measured by 'rag eval retrieval' asked every query, so finding nothing is its result and
// counts 0; of a run file nobody knows whether it was cut short, so there it is an error (but for Zero and LeaveOut).
PairedQueries pair_queries(const std::vector<Evaluation>& evaluations, MissingQueries missing);

// [query] -> the metric's value, in the order of `paired.ids`.  Throws Error(Usage) where the evaluation lacks it.
std::vector<double> values_of(const Evaluation& evaluation, const std::vector<std::size_t>& positions, const std::string& metric);

double mean_of(const std::vector<double>& values);  // 0 of none

}  // namespace rag
