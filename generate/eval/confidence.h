#pragma once

#include <optional>
#include <string>

#include "core/answer.h"

namespace rag {

// How sure an answer is, for asking only where it is surer than something.  Each is comparable between questions, which a fused score is not: it
// is scaled within one question's passages.
enum class ConfidenceKind {
  Passage,   // the best score of a cited passage by itself: the reranker's where there is one, else the cosine to the question
  Words,     // weighted share of the question's content words that stand in the quotations or their passages' title and headings
  Evidence,  // the mean of Words and the best cosine of a cited passage, each from 0 to 1; Words alone in a lexical search
  Margin,    // by how much the best cosine of a cited passage exceeds that of the best passage of any document that is not cited; 0 for
             // the latter where all passages are of cited documents
};

// None for an abstention, and where what it is made of is missing: Passage and Margin in a lexical search.
std::optional<double> confidence_of(ConfidenceKind kind, const std::string& question, const Answer& answer);

}  // namespace rag
