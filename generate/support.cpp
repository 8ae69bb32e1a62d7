#include <algorithm>
#include <utility>
#include <vector>

#include "core/sentences.h"
#include "core/text.h"
#include "generate/citation_check.h"
#include "generate/facts.h"
#include "generate/terms.h"

namespace rag {
namespace {

// Share of a claim's content words that the best window must have.  A paraphrase keeps about half of them; of an unrelated
// passage of the same handbook a claim finds a fifth.  Measured: docs/decisions.md.
constexpr double kLeastCoverage = 0.34;
constexpr std::size_t kLongestWindow = 3;   // sentences
constexpr double kPricePerSentence = 0.04;  // a shorter quote wins unless a longer one says clearly more

// Words cannot be compared across languages, numbers and names can.
bool other_language(const std::string& claim, const Passage& passage) {
  if (mostly_cjk(claim) != mostly_cjk(passage.chunk.text)) return true;
  const std::string of_claim = guess_language(claim);
  return !of_claim.empty() && !passage.language.empty() && of_claim != passage.language;
}

Span in_document(const Passage& passage, Span span) { return {passage.chunk.span.begin + span.begin, passage.chunk.span.begin + span.end}; }

template <typename Score>
std::pair<double, Span> best_window(std::string_view text, const std::vector<Span>& sentences, const Score& score) {
  std::pair<double, Span> best{0.0, {}};
  for (std::size_t first = 0; first < sentences.size(); ++first) {
    for (std::size_t n = 1; n <= kLongestWindow && first + n <= sentences.size(); ++n) {
      const Span window{sentences[first].begin, sentences[first + n - 1].end};
      const double value = score(text.substr(window.begin, window.size()));
      const double priced = value - kPricePerSentence * static_cast<double>(n - 1);
      if (value > 0 && priced > best.first) best = {priced, window};
    }
  }
  return best;
}

}  // namespace

Span find_support(const std::string& claim, const Passage& passage) {
  const std::string& text = passage.chunk.text;
  const std::vector<Span> sentences = split_sentences(text);
  if (sentences.empty()) return {};
  const Facts facts = facts_of(claim);
  const auto count_facts = [&](std::string_view window) {
    FactSource source;
    source.add(window);
    return static_cast<double>(source.count(facts));
  };
  if (other_language(claim, passage)) {
    // Without a number or a name nothing ties the claim to one sentence: then the passage as a whole is quoted.
    if (facts.empty()) return in_document(passage, {sentences.front().begin, sentences.back().end});
    return in_document(passage, best_window(text, sentences, count_facts).second);
  }
  const std::vector<Keyword> keywords = keywords_of(claim);
  if (keywords.empty()) return {};
  const TextTerms context(
      text_with_context(passage.title, Chunk{.heading_path = passage.chunk.heading_path, .table_header = passage.chunk.table_header}));
  double all = 0;
  for (const Keyword& keyword : keywords) all += keyword.weight;
  const auto [score, window] = best_window(text, sentences, [&](std::string_view piece) {
    const TextTerms terms(piece);
    double found = 0, own = 0;
    for (const Keyword& keyword : keywords) {
      const double here = terms.match(keyword);
      own += here;
      // What the title or a heading says need not be repeated by the sentence.
      found += keyword.weight * std::max(here, 0.5 * context.match(keyword));
    }
    return own == 0 ? 0.0 : found / all + (facts.empty() ? 0.0 : 0.02 * count_facts(piece));
  });
  return score >= kLeastCoverage ? in_document(passage, window) : Span{};
}

}  // namespace rag
