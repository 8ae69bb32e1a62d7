#pragma once

#include <cstddef>

#include "core/progress.h"
#include "pipelines/eval/answers_evaluation.h"
#include "pipelines/eval/ask_questions.h"

namespace rag {

// How answers change with their passages, after RGB (Chen et al. 2024, "Benchmarking Large Language Models in Retrieval-Augmented Generation").
struct RobustnessOptions {
  std::size_t noise = 0;        // passages about other questions put among those found; 0: neither noise nor rejection is tried
  bool counterfactual = false;  // passages whose answer is replaced by another
  std::string correct;          // as in AnswersScoring
};

// Asks the answerable questions again and adds to `evaluation`, for each question and as means:
//   noise_correct, noise_drop   `correct` with the noise, and how much less that is than without it
//   noise_rejected              1 where nothing but noise was given and the answer was refused (negative rejection)
//   counterfactual_followed, _kept, _refused, _other
//                               of the questions answered right: the answer holds what the passages say now, what they said before, is a refusal, or none
//                               of these.  They add up to 1
// Noise are the best passages of other questions, chosen and placed by hashes of the ids: none that holds a reference of the question, none of its
// known documents.  Notes say how many questions could not be tried.
void measure_robustness(AnswersEvaluation& evaluation, const AskedQuestions& asked, const Generator& generator, const AnswersScoring& scoring,
                        const RobustnessOptions& options, Progress& progress);

}  // namespace rag
