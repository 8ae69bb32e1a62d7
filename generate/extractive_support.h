#pragma once

#include <span>
#include <string>
#include <vector>

#include "generate/candidate.h"
#include "generate/generator.h"
#include "generate/question.h"

namespace rag {

// What a passage says around its sentences, its words read once.
struct Surroundings {
  TextTerms headings;  // its title and the headings above it
  TextTerms text;      // all of it
};
std::vector<Surroundings> surroundings_of(std::span<const Passage> passages);

// How much of the question's words a sentence has: its own in full, those of its surroundings in part.  Surroundings count for more
// where the sentence `fits`: holds the very quantity that is asked for ("Annual leave": "Everybody has 27 days").
double words_score(const std::vector<Keyword>& keywords, const Candidate& candidate, const Surroundings& around, bool fits);

// Cosines mean something else for every encoder (unrelated texts: 0.0 for one, 0.75 for another), so they are measured against
// sentences that have nothing to do with any question: 0 is as similar as those, 1 is the same text.
std::vector<double> above_background(const SentenceSimilarity& similarity, const std::string& question,
                                     const std::vector<std::string>& sentences);

// Whether the chosen sentences, the best one first, bear on the question closely enough to be shown as its answer.  They do not where it
// names somebody or something that no passage mentions; and where much of what it is about is mentioned nowhere, the best sentence must
// make up for it.
bool supported(const std::string& question, const std::vector<Keyword>& keywords, std::span<const Passage> passages,
               const std::vector<Surroundings>& around, const std::vector<Candidate>& candidates,
               const std::vector<const Candidate*>& chosen, const std::vector<double>& similar);

}  // namespace rag
