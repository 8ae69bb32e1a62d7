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

// Throws Error(Usage) where some are evaluations of answers and others of retrieval: no figure of the one is one of the other.
void require_one_kind(const std::vector<Evaluation>& evaluations);

// Pairs the queries of at least one evaluation, each named by `name`.
//
// Throws Error(Usage), naming both and what to do, where systems were judged by different gold, on different queries (but for LeaveOut), or do
// not answer some of them.  An evaluation that was measured by 'rag eval retrieval' asked every query, so finding nothing is its result and
// counts 0; of a run file nobody knows whether it was cut short, so there it is an error (but for Zero and LeaveOut).  Of evaluations of answers a question
// without an answer is a refusal, whatever that counts.
PairedQueries pair_queries(const std::vector<Evaluation>& evaluations, MissingQueries missing);

// A metric's values for the queries in which every system has one: a measure of answers may not be defined for a question (whose documents are not
// known, say) or for what a system answered (nothing was cited).
struct PairedValues {
  std::vector<std::size_t> queries;         // places in PairedQueries::ids, ascending
  std::vector<std::vector<double>> values;  // [system][place in `queries`]
};
// Throws Error(Usage) where an evaluation of retrieval lacks a value: there every query has every metric.
PairedValues paired_values(const std::vector<Evaluation>& evaluations, const PairedQueries& paired, const std::string& metric);

double mean_of(const std::vector<double>& values);  // 0 of none

}  // namespace rag
