#include "generate/eval/citation_scores.h"

#include <algorithm>
#include <set>

#include "generate/eval/statements.h"

namespace rag {
namespace {

std::string premise_of(const GivenCitation& citation) { return citation.context.empty() ? citation.quote : citation.context + "\n\n" + citation.quote; }

std::string premises_of(const GivenAnswer& answer, const std::vector<std::size_t>& cited, std::size_t without) {
  std::string all;
  for (const std::size_t i : cited)
    if (i != without) all += (all.empty() ? "" : "\n\n") + premise_of(answer.citations[i]);
  return all;
}

bool names(const GivenCitation& citation, const std::string& document) { return citation.document == document || (!citation.uri.empty() && citation.uri == document); }

}  // namespace

CitationScores score_citations(const GivenAnswer& answer, const Entailment& entailment) {
  constexpr std::size_t kNobody = static_cast<std::size_t>(-1);
  CitationScores scores;
  std::size_t supported = 0, precise = 0;
  for (const Statement& statement : statements_of(answer)) {
    const Entails together = statement.cited.empty() ? Entails::No : entailment.decide(premises_of(answer, statement.cited, kNobody), statement.text);
    if (together == Entails::CannotTell) {
      ++scores.undecided;
      continue;
    }
    ++scores.statements;
    scores.citations += statement.cited.size();
    if (together == Entails::No) continue;
    ++supported;
    for (const std::size_t i : statement.cited) {
      const bool needed = statement.cited.size() == 1 || entailment.decide(premise_of(answer.citations[i]), statement.text) == Entails::Yes ||
                          entailment.decide(premises_of(answer, statement.cited, i), statement.text) != Entails::Yes;
      precise += needed;
    }
  }
  if (scores.statements > 0) scores.recall = static_cast<double>(supported) / static_cast<double>(scores.statements);
  if (scores.citations > 0) scores.precision = static_cast<double>(precise) / static_cast<double>(scores.citations);
  return scores;
}

GoldCitationScores score_gold_citations(const GivenAnswer& answer, const std::vector<std::string>& gold_documents) {
  GoldCitationScores scores;
  if (gold_documents.empty()) return scores;
  std::size_t right = 0;
  std::set<std::string> found;
  for (const GivenCitation& citation : answer.citations) {
    bool is_gold = false;
    for (const std::string& document : gold_documents)
      if (names(citation, document)) is_gold = true, found.insert(document);
    right += is_gold;
  }
  if (!answer.citations.empty()) scores.cited_gold = static_cast<double>(right) / static_cast<double>(answer.citations.size());
  scores.gold_cited = static_cast<double>(found.size()) / static_cast<double>(std::set<std::string>(gold_documents.begin(), gold_documents.end()).size());
  return scores;
}

}  // namespace rag
