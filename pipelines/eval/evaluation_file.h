#pragma once

#include <filesystem>
#include <string>

#include "pipelines/eval/evaluation.h"

namespace rag {

// An evaluation as a file (docs/formats/evaluation.md): JSON, keys in order, the same bytes for the same evaluation.
std::string evaluation_json(const Evaluation& evaluation);
std::string cost_json(const EvaluationCost& cost);

// `file`, whole or not at all.  Throws Error(Io).
void write_evaluation(const std::filesystem::path& file, const Evaluation& evaluation);

// What that wrote, or write_answers_evaluation (pipelines/eval/answers_file.h).  Throws Error(Usage), naming the file and what it lacks, for one that no
// version up to this wrote.
Evaluation read_evaluation(const std::filesystem::path& file);

}  // namespace rag
