#pragma once

#include "cli/options.h"
#include "pipelines/eval/answers_evaluation.h"
#include "pipelines/eval/stage_times.h"

// Private to cli/: what `rag eval answers` prints.
namespace rag::cli {

// Figures, or with --format json all of it, on standard output; what is missing on standard error; --out, --per-query and --show as asked.
void print_answers_evaluation(const AnswersEvaluation& evaluation, const std::string& correct, const po::variables_map& values);

// A line on standard error.
void print_answer_times(const StageTimes& times);

}  // namespace rag::cli
