#include "retrieve/eval/roll_up.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "retrieve/retriever.h"

namespace rag {

std::vector<ScoredDocument> roll_up(std::span<const Passage> passages) {
  std::vector<ScoredDocument> documents;
  std::unordered_map<std::string_view, std::size_t> place;
  const std::vector<double> scores = ranking_scores(passages);
  for (std::size_t i = 0; i < passages.size(); ++i) {
    const Passage& passage = passages[i];
    const double score = scores[i];
    const auto [at, is_new] = place.emplace(passage.chunk.document_id, documents.size());
    if (is_new) documents.push_back({passage.chunk.document_id, score});
    ScoredDocument& document = documents[at->second];
    document.score = std::max(document.score, score);
  }
  std::ranges::stable_sort(documents, [](const ScoredDocument& a, const ScoredDocument& b) { return a.score > b.score; });
  separate_scores(documents);
  return documents;
}

}  // namespace rag
