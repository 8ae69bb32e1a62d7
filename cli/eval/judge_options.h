#pragma once

#include <memory>

#include "cli/options.h"
#include "generate/eval/judge.h"

// Private to cli/: verbs of `rag eval` that ask a judge.
namespace rag::cli {

// --judge, --judge-model, --transcript, --replay.
void add_judge_options(po::options_description& options);

// Null where none is asked for.  Throws Error(Usage) where options contradict each other.
std::unique_ptr<Judge> make_judge(const po::variables_map& values, const Config& config);

}  // namespace rag::cli
