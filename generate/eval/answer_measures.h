#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "core/wording.h"
#include "generate/eval/entailment.h"
#include "generate/eval/given_answer.h"
#include "generate/eval/gold_question.h"

namespace rag {

// A figure that one answer has by itself.
struct AnswerMeasure {
  const char* name;
  const char* none;  // why there is no mean: what no question has
  const char* none_korean;
};

// In the order in which tables show them.  docs/evaluation.md says what each means.
std::span<const AnswerMeasure> answer_measures();

// The values that are defined for this question and answer, by name; others are not there.  An abstention counts 0 in what measures an answer to an
// answerable question.
std::map<std::string, double> measure_answer(const GoldQuestion& question, const GivenAnswer& answer, const Entailment& entailment);

// A mean, or why there is none.
struct MeasureMean {
  std::string name;
  std::optional<double> value;
  std::size_t count = 0;  // what it is over: questions, mostly
  Wording reason;         // empty where there is a value
};
// Over the questions that have the value.
MeasureMean mean_over(const std::string& name, std::span<const std::map<std::string, double>> values, const Wording& none);

}  // namespace rag
