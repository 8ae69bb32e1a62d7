#include "retrieve/evidence.h"

#include <algorithm>

#include "core/text.h"

namespace rag {
namespace {

// Share of the question's weight from which on the lexical leg has all of its own: a chunk of average length that holds each word once
// scores 0.4 of it with the usual k1, in Korean 0.8.
constexpr double kFullConfidence = 0.5;
// BM25 counts a pair of words like a word; but where a pair stands, so do its words, which count already.
constexpr double kPairWeight = 0.7;
constexpr std::size_t kLookedAt = 64;  // of each: the best when joined, the nearest in meaning

double best_of(const std::vector<Hit>& hits) {
  double best = 0;
  for (const Hit& hit : hits) best = std::max(best, hit.score);
  return best;
}

std::vector<ChunkId> most_promising(const FoundByLegs& found, const FusionOptions& fusion, double confidence) {
  std::vector<ChunkId> chunks;
  for (const FusedHit& hit : fuse(found.dense, found.lexical, fusion, {.confidence = confidence})) {
    if (chunks.size() == kLookedAt) break;
    chunks.push_back(hit.chunk);
  }
  return chunks;
}

// Ascending by chunk; only those that have a pair.
std::vector<Hit> pairs_in(const IndexReader& index, const std::string& question, const std::vector<ChunkId>& chunks,
                          const Bm25Options& bm25, const std::map<ChunkId, Passage>& seen) {
  std::vector<ChunkId> known;
  std::vector<std::string> texts;
  for (const ChunkId chunk : chunks)
    if (const auto it = seen.find(chunk); it != seen.end()) {
      known.push_back(chunk);
      texts.push_back(text_with_context(it->second.title, it->second.chunk));
    }
  const std::vector<double> scores = index.lexical().score_pairs(question, texts, bm25);
  std::vector<Hit> pairs;
  for (std::size_t i = 0; i < known.size(); ++i)
    if (scores[i] > 0) pairs.push_back({known[i], kPairWeight * scores[i]});
  std::ranges::sort(pairs, {}, &Hit::chunk);
  return pairs;
}

std::vector<ChunkId> in_another_script(const std::string& question, const std::vector<ChunkId>& chunks,
                                       const std::map<ChunkId, Passage>& seen) {
  std::vector<ChunkId> foreign;
  const std::string script = dominant_script(question);
  if (script.empty()) return foreign;
  for (const ChunkId chunk : chunks)
    if (const auto it = seen.find(chunk); it != seen.end()) {
      const std::string other = dominant_script(it->second.chunk.text);
      if (!other.empty() && other != script) foreign.push_back(chunk);
    }
  std::ranges::sort(foreign);
  return foreign;
}

}  // namespace

void read_unseen(const IndexReader& index, std::span<const ChunkId> chunks, std::map<ChunkId, Passage>& seen) {
  std::vector<ChunkId> unseen;
  for (const ChunkId chunk : chunks)
    if (!seen.contains(chunk)) unseen.push_back(chunk);
  for (Passage& passage : index.passages(unseen)) seen.emplace(passage.chunk.id, std::move(passage));
}

LexicalEvidence gather_evidence(const IndexReader& index, const std::string& question, const FoundByLegs& found,
                                const FusionOptions& fusion, const Bm25Options& bm25, std::map<ChunkId, Passage>& seen) {
  LexicalEvidence evidence;
  const double weight = index.lexical().weight(question);
  const auto confidence = [&] {
    return weight > 0 ? std::clamp(best_of(with_pairs(found.lexical, evidence.pairs)) / (kFullConfidence * weight), 0.0, 1.0) : 1.0;
  };
  const std::vector<ChunkId> promising = most_promising(found, fusion, confidence());
  read_unseen(index, promising, seen);
  evidence.pairs = pairs_in(index, question, promising, bm25, seen);
  evidence.confidence = confidence();
  // Where the question's words stand together in some chunk, the other language is not what was missed.
  if (evidence.confidence == 1) return evidence;
  const std::vector<ChunkId> nearest(found.nearest.begin(),
                                     found.nearest.begin() + static_cast<std::ptrdiff_t>(std::min(found.nearest.size(), kLookedAt)));
  read_unseen(index, nearest, seen);
  evidence.foreign = in_another_script(question, nearest, seen);
  return evidence;
}

}  // namespace rag
