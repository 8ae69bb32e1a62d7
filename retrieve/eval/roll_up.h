#pragma once

#include <span>
#include <vector>

#include "core/passage.h"
#include "retrieve/eval/judgements.h"

namespace rag {

// Passages to their documents, as collections judge them: each document once, with the score of its best passage, best first; where
// two are equal, the one whose passage stood higher.  Scores are separated (see separate_scores), so that a run made of these is
// evaluated alike in memory and after a way through a file.
std::vector<ScoredDocument> roll_up(std::span<const Passage> passages);

}  // namespace rag
