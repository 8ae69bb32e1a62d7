#pragma once

#include <string>
#include <vector>

#include "cli/options.h"
#include "pipelines/eval/compare/paired_queries.h"

// Private to cli/: files of evaluations, and runs that are scored on the way.
namespace rag::cli {

// --qrels, --queries, --metric and --missing.
void add_compared_options(po::options_description& options);

// Each argument is FILE or NAME=FILE: what 'rag eval retrieval|score|answers --out' wrote, or a run in TREC's six columns, which is scored by --qrels.
// Throws Error(Usage), naming the file, for what is neither.
std::vector<Evaluation> read_compared(const std::vector<std::string>& files, const po::variables_map& values);

// Names of --metric as the evaluations have them; empty where it was not given.
std::vector<std::string> compared_metrics(const po::variables_map& values, const std::vector<Evaluation>& evaluations);

MissingQueries missing_queries(const po::variables_map& values);

}  // namespace rag::cli
