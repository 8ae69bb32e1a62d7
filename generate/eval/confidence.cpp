#include "generate/eval/confidence.h"

#include <algorithm>
#include <set>

#include "generate/eval/given_answer.h"
#include "generate/terms.h"

namespace rag {
namespace {

using Score = std::optional<double>;

bool is_cited(const Passage& passage, const Answer& answer) {
  return std::ranges::any_of(answer.citations, [&](const Citation& citation) { return holds(passage, citation); });
}

template <typename Of>
Score best(const Answer& answer, const Of& score_of) {
  Score best;
  for (const Passage& passage : answer.passages)
    if (const Score score = score_of(passage); score && (!best || *score > *best)) best = score;
  return best;
}

Score best_cosine(const Answer& answer) {
  return best(answer, [&](const Passage& passage) { return is_cited(passage, answer) ? passage.scores.dense : Score{}; });
}

Score best_passage(const Answer& answer) {
  const Score reranked = best(answer, [&](const Passage& passage) { return is_cited(passage, answer) ? passage.scores.rerank : Score{}; });
  return reranked ? reranked : best_cosine(answer);
}

Score words(const std::string& question, const Answer& answer) {
  std::string evidence;
  for (const Citation& citation : answer.citations) evidence += citation.quote + '\n';
  for (const Passage& passage : answer.passages)
    if (is_cited(passage, answer)) evidence += text_with_context(passage.title, Chunk{.heading_path = passage.chunk.heading_path}) + '\n';
  return coverage(keywords_of(question), TextTerms(evidence));
}

Score margin(const Answer& answer) {
  std::set<std::string> cited;
  for (const Citation& citation : answer.citations) cited.insert(citation.document_id);
  const Score own = best_cosine(answer);
  const Score other = best(answer, [&](const Passage& passage) { return cited.contains(passage.chunk.document_id) ? Score{} : passage.scores.dense; });
  return own ? Score(*own - other.value_or(0.0)) : Score{};
}

}  // namespace

std::optional<double> confidence_of(ConfidenceKind kind, const std::string& question, const Answer& answer) {
  if (answer.abstained) return std::nullopt;
  switch (kind) {
    case ConfidenceKind::Passage: return best_passage(answer);
    case ConfidenceKind::Words: return words(question, answer);
    case ConfidenceKind::Evidence: {
      const Score cosine = best_cosine(answer);
      return cosine ? Score((*words(question, answer) + std::clamp(*cosine, 0.0, 1.0)) / 2) : words(question, answer);
    }
    case ConfidenceKind::Margin: return margin(answer);
  }
  return std::nullopt;
}

}  // namespace rag
