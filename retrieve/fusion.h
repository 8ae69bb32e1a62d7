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

struct FusedHit {
  ChunkId chunk;
  Scores scores;
};

// Joins two ranked lists, best first; ties by chunk id.  Convex: Bruch et al. 2023, "An Analysis of Fusion Functions".
std::vector<FusedHit> fuse(const std::vector<Hit>& dense, const std::vector<Hit>& lexical, const FusionOptions& options);

}  // namespace rag
