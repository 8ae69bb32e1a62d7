#pragma once

#include <optional>
#include <string>
#include <vector>

#include "generate/eval/gold_question.h"

namespace rag {

// How much of a nugget an answer has.  TREC's assessors say support, partial support or none; without them:
//   1    the answer holds its text (holds_answer), or at least three quarters of its content words and every number, name and quotation of it
//   0.5  at least half of its content words
//   0    less
double nugget_support(const std::string& answer, const std::string& nugget);

// Recall of a question's nuggets, by the names of TREC 2024's RAG track (Pradeep et al. 2024, "Initial Nugget Evaluation Results").
struct NuggetScores {
  std::optional<double> all;           // mean support of all nuggets ("A"); none without nuggets
  std::optional<double> vital;         // of the vital ones ("V"); none where none is vital
  std::optional<double> vital_strict;  // the same, partial support counting 0 ("V_strict", the track's headline)
  std::optional<double> weighted;      // vital ones weigh 1, the others one half ("W")
};
NuggetScores score_nuggets(const std::string& answer, const std::vector<Nugget>& nuggets);

}  // namespace rag
