#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/passage.h"
#include "index/hit.h"

namespace rag {

enum class FusionMethod { Convex, ReciprocalRank };

struct FusionOptions {
  FusionMethod method = FusionMethod::Convex;
  // Weight of the dense leg in the convex combination of min-max normalised scores; the lexical leg has the rest.
  double dense_weight = 0.5;
  double rank_constant = 60;  // of reciprocal rank fusion (Cormack et al. 2009)
};

// What is known about the lexical leg besides its scores.
struct LexicalEvidence {
  // 0 to 1, how much of its weight the leg deserves.  Min-max makes the best chunk 1 even where it shares nothing with the question but
  // a few common words, so that the leg would speak as loudly as where it found every one of them.
  double confidence = 1;
  // Chunks in another script than the question's, which its words can't reach, ascending.  That no word occurs there says nothing, so
  // their lexical share is kForeignShare of their dense one where that is more.
  std::vector<ChunkId> foreign;
  // Added to the lexical score before it is scaled: what neighbouring words of the question are worth that stand together in the chunk.
  // Ascending by chunk.
  std::vector<Hit> pairs;
};
inline constexpr double kForeignShare = 0.85;

// The hits, each with what `pairs` (ascending by chunk) adds to its score.
std::vector<Hit> with_pairs(std::vector<Hit> hits, const std::vector<Hit>& pairs);

struct FusedHit {
  ChunkId chunk;
  Scores scores;
};

// Joins two ranked lists, best first; ties by chunk id.  Convex: Bruch et al. 2023, "An Analysis of Fusion Functions".
// `evidence` counts in the convex combination only.
std::vector<FusedHit> fuse(const std::vector<Hit>& dense, const std::vector<Hit>& lexical, const FusionOptions& options,
                           const LexicalEvidence& evidence = {});

}  // namespace rag
