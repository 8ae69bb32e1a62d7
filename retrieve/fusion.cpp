#include "retrieve/fusion.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/error.h"

namespace rag {
namespace {

// By score, ties by chunk id; each chunk once, with its best score.  Scores that are no numbers are as good as none.
std::vector<Hit> ranked(std::vector<Hit> hits) {
  std::erase_if(hits, [](const Hit& hit) { return !std::isfinite(hit.score); });
  std::ranges::sort(hits, [](const Hit& a, const Hit& b) { return a.score != b.score ? a.score > b.score : a.chunk < b.chunk; });
  std::map<ChunkId, bool> seen;
  std::erase_if(hits, [&](const Hit& hit) { return !seen.emplace(hit.chunk, true).second; });
  return hits;
}

// The worst of the list becomes 0, the best 1.  Where all are equal each is the best: 1.
std::vector<double> min_max(const std::vector<Hit>& hits) {
  std::vector<double> shares;
  const double best = hits.front().score, worst = hits.back().score;
  for (const Hit& hit : hits) shares.push_back(best > worst ? (hit.score - worst) / (best - worst) : 1.0);
  return shares;
}

// 1 / (constant + rank).  Equal scores share the best of their ranks: which chunk was stored first says nothing about relevance.
// A score of 0 or less in the lexical leg means that no term of the question occurs, so such a chunk has no rank there.
std::vector<double> reciprocal_ranks(const std::vector<Hit>& hits, double constant, bool positive_only) {
  std::vector<double> shares;
  std::size_t rank = 1;
  for (std::size_t i = 0; i < hits.size(); ++i) {
    if (i > 0 && hits[i].score < hits[i - 1].score) rank = i + 1;
    shares.push_back(positive_only && hits[i].score <= 0 ? 0.0 : 1.0 / (constant + static_cast<double>(rank)));
  }
  return shares;
}

void check(const FusionOptions& options) {
  if (!(options.dense_weight >= 0 && options.dense_weight <= 1))
    throw Error(ErrorKind::Usage,
                "dense_weight: " + std::to_string(options.dense_weight) + ", expected 0 to 1; 0.5 weighs both legs alike");
  if (!(options.rank_constant >= 0) || !std::isfinite(options.rank_constant))
    throw Error(ErrorKind::Usage, "rank_constant: " + std::to_string(options.rank_constant) + ", expected 0 or more; 60 is usual");
}

}  // namespace

std::vector<Hit> with_pairs(std::vector<Hit> hits, const std::vector<Hit>& pairs) {
  for (Hit& hit : hits)
    if (const auto pair = std::ranges::lower_bound(pairs, hit.chunk, {}, &Hit::chunk); pair != pairs.end() && pair->chunk == hit.chunk)
      hit.score += pair->score;
  return hits;
}

// A chunk that a leg does not list gets nothing from that leg: with min-max it counts as the worst that the leg does list, with
// reciprocal rank as infinitely far down.  The retriever asks both legs for every candidate's score, so that this is rare there.
//
// Where one leg found nothing at all, the other decides alone with its full weight, so that a fused score of 1 is always
// "best in every leg that had something to say".
std::vector<FusedHit> fuse(const std::vector<Hit>& dense, const std::vector<Hit>& lexical, const FusionOptions& options,
                           const LexicalEvidence& evidence) {
  check(options);
  struct Shares {
    Scores scores;
    double dense = 0;
    double lexical = 0;
  };
  std::map<ChunkId, Shares> joined;
  const bool convex = options.method == FusionMethod::Convex;
  const std::vector<Hit> dense_ranked = ranked(dense), lexical_ranked = ranked(convex ? with_pairs(lexical, evidence.pairs) : lexical);
  const auto add = [&](const std::vector<Hit>& hits, std::optional<double> Scores::*leg, double Shares::*share) {
    if (hits.empty()) return;
    const std::vector<double> shares = convex ? min_max(hits) : reciprocal_ranks(hits, options.rank_constant, leg == &Scores::lexical);
    for (std::size_t i = 0; i < hits.size(); ++i) {
      joined[hits[i].chunk].scores.*leg = hits[i].score;
      joined[hits[i].chunk].*share = shares[i];
    }
  };
  add(dense_ranked, &Scores::dense, &Shares::dense);
  add(lexical_ranked, &Scores::lexical, &Shares::lexical);

  double dense_weight = 1, lexical_weight = 1;
  if (convex) {
    dense_weight = dense_ranked.empty() ? 0 : lexical_ranked.empty() ? 1 : options.dense_weight;
    lexical_weight = lexical_ranked.empty() ? 0 : dense_ranked.empty() ? 1 : (1 - options.dense_weight) * evidence.confidence;
    if (lexical_weight > 0 && dense_weight > 0)
      for (const ChunkId chunk : evidence.foreign)
        if (const auto it = joined.find(chunk); it != joined.end())
          it->second.lexical = std::max(it->second.lexical, kForeignShare * it->second.dense);
  }
  if (convex && !evidence.pairs.empty()) {  // each score is shown as its leg gave it
    for (const Hit& hit : ranked(lexical)) joined[hit.chunk].scores.lexical = hit.score;
    for (const Hit& pair : evidence.pairs)
      if (const auto it = joined.find(pair.chunk); it != joined.end()) it->second.scores.pairs = pair.score;
  }
  const double whole = convex && dense_weight + lexical_weight > 0 ? dense_weight + lexical_weight : 1;
  std::vector<FusedHit> fused;
  fused.reserve(joined.size());
  for (auto& [chunk, shares] : joined) {
    shares.scores.fused = (dense_weight * shares.dense + lexical_weight * shares.lexical) / whole;
    fused.push_back({chunk, shares.scores});
  }
  // The map is in order of chunk ids, so a stable sort breaks ties by them.
  std::ranges::stable_sort(fused, [](const FusedHit& a, const FusedHit& b) { return *a.scores.fused > *b.scores.fused; });
  return fused;
}

}  // namespace rag
