#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/options.h"
#include "pipelines/eval/evaluation.h"

// Private to cli/: what the verbs of `rag eval` share.
namespace rag::cli {

// --metric, -m, and what bears on all of them: --gain, --drop-self-hits.
void add_metric_option(po::options_description& options);
// Those two alone, for a verb that has a --metric of its own.
void add_gain_options(po::options_description& options);
// A metric as an evaluation calls it.  Of answers the names of its table, and EM, F1, ROUGE-L for those of SQuAD's rules and rouge_l; else what
// parse_metric knows.  Throws Error(Usage), naming the evaluation, where it has none of that name.
std::string metric_called(const std::string& name, const Evaluation& evaluation);
// Each once, in the order asked for.
std::vector<Metric> metrics_of(const po::variables_map& values);

// "3 queries without judgements: a b c" ("3개의 질문에 판정이 없음: a b c") on standard error, at most five of them by name; nothing where there are none.
// `what` follows the number.
void print_list(const char* what, const std::vector<std::string>& items);

// --format, --per-query, --out.
void add_report_options(po::options_description& options);
// The figures on standard output, what they lack on standard error; `cost` null where nothing was measured.
void print_evaluation(const Evaluation& evaluation, const EvaluationCost* cost, const po::variables_map& values);

}  // namespace rag::cli
