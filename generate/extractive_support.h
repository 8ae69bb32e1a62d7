#pragma once

#include <span>
#include <string>
#include <vector>

#include "generate/candidate.h"
#include "generate/generator.h"
#include "generate/question.h"

namespace rag {

// How much of the question's words a sentence has: its own in full, those of its surroundings in part.
double words_score(const std::vector<Keyword>& keywords, const Candidate& candidate, const TextTerms& headings);

// Cosines mean something else for every encoder (unrelated texts: 0.0 for one, 0.75 for another), so they are measured against
// sentences that have nothing to do with any question: 0 is as similar as those, 1 is the same text.
std::vector<double> above_background(const SentenceSimilarity& similarity, const std::string& question,
                                     const std::vector<std::string>& sentences);

// Whether the chosen sentences bear on the question closely enough to be shown as its answer.
bool supported(const std::vector<Keyword>& keywords, std::span<const Passage> passages, const std::vector<Candidate>& candidates,
               const std::vector<const Candidate*>& chosen, const std::vector<double>& similar);

}  // namespace rag
