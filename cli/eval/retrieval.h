#pragma once

#include <optional>

#include "cli/options.h"
#include "pipelines/eval/measure_retrieval.h"

// Private to cli/: what `retrieval`, `baseline` and `gate` have in common.
namespace rag::cli {

// The questions, the index or collection, the metrics, how to search, and the output.
po::options_description retrieval_options();

// Indexes what is not indexed yet, asks and scores, as the options say.  `metrics` stand in for --metric where they are not empty.
// Nothing, and said why on standard error, where --strict is given and the collection has a blemish.
std::optional<MeasuredRetrieval> measure_as_asked(const Globals& globals, const po::variables_map& values, std::vector<Metric> metrics = {});

}  // namespace rag::cli
