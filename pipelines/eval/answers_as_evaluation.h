#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "pipelines/eval/evaluation.h"

// Private to pipelines/: evaluations of answers (docs/formats/evaluation.md#answers) in the form in which evaluations are compared.
namespace rag {

inline constexpr const char* kAnswersKind = "rag.answers_evaluation";

// Beside the values that a question has in the file: `answered` (answerable ones), `refusal_recall` (unanswerable ones) and `refusal_accuracy` (all:
// answered or refused as it should be).  Throws Error(Usage) where a share is none, and nlohmann's exceptions where a field is missing or of
// another type.
Evaluation evaluation_from_answers(const nlohmann::json& json, const std::filesystem::path& file);

// `risk_coverage` of such a file, by rising coverage.  Throws as above.
std::vector<std::pair<double, double>> risk_curve_from(const nlohmann::json& json, const std::filesystem::path& file);

}  // namespace rag
