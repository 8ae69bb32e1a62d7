#pragma once

#include "pipelines/eval/compare/comparison.h"

// Private to cli/: a comparison for a terminal.
namespace rag::cli {

void print_comparison(const Comparison& comparison);

}  // namespace rag::cli
