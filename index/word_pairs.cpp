#include "index/word_pairs.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace rag {
namespace {

using TermNumber = std::uint32_t;
constexpr TermNumber kUnasked = ~TermNumber{0};

struct Pair {
  double asked = 0;            // how often the question has it
  double texts_with_both = 0;  // terms, anywhere
  double texts_with_pair = 0;
  std::vector<std::uint32_t> found;  // by each text
};
using Pairs = std::map<std::pair<TermNumber, TermNumber>, Pair>;

class QuestionTerms {
 public:
  explicit QuestionTerms(std::span<const std::string> terms) {
    for (const std::string& term : terms)
      if (numbers_.try_emplace(term, static_cast<TermNumber>(terms_.size())).second) terms_.push_back(&term);
  }
  std::size_t size() const { return terms_.size(); }
  const std::string& operator[](TermNumber number) const { return *terms_[number]; }
  TermNumber number(std::string_view term) const {
    const auto found = numbers_.find(term);
    return found == numbers_.end() ? kUnasked : found->second;
  }

 private:
  std::unordered_map<std::string_view, TermNumber> numbers_;
  std::vector<const std::string*> terms_;
};

Pairs pairs_of(std::span<const std::string> question, const QuestionTerms& terms, std::size_t texts) {
  Pairs pairs;
  for (std::size_t i = 0; i + 1 < question.size(); ++i) {
    Pair& pair = pairs[{terms.number(question[i]), terms.number(question[i + 1])}];
    pair.asked += 1;
    pair.found.resize(texts);
  }
  return pairs;
}

void count(const std::vector<std::string>& text, std::size_t at, const QuestionTerms& terms, Pairs& pairs) {
  std::vector<bool> has(terms.size());
  TermNumber before = kUnasked;
  for (const std::string& term : text) {
    const TermNumber here = terms.number(term);
    if (here != kUnasked) {
      has[here] = true;
      if (before != kUnasked)
        if (const auto pair = pairs.find({before, here}); pair != pairs.end()) ++pair->second.found[at];
    }
    before = here;
  }
  for (auto& [of, pair] : pairs) {
    if (has[of.first] && has[of.second]) ++pair.texts_with_both;
    if (pair.found[at] > 0) ++pair.texts_with_pair;
  }
}

}  // namespace

std::vector<double> word_pair_scores(std::span<const std::string> question, std::span<const std::vector<std::string>> texts,
                                     const TermStatistics& statistics, const Bm25Options& options) {
  const QuestionTerms terms(question);
  Pairs pairs = pairs_of(question, terms, texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) count(texts[i], i, terms, pairs);

  std::vector<double> norms, scores(texts.size());
  for (const std::vector<std::string>& text : texts)
    norms.push_back(options.k1 * (1 - options.b + options.b * static_cast<double>(text.size()) / statistics.average_length));
  for (const auto& [of, pair] : pairs) {
    if (pair.texts_with_pair == 0) continue;
    const auto rarer =
        static_cast<double>(std::min(statistics.chunks_with_term(terms[of.first]), statistics.chunks_with_term(terms[of.second])));
    const double with_pair = std::max(1.0, rarer * pair.texts_with_pair / pair.texts_with_both);
    const double all = std::max(static_cast<double>(statistics.chunks), with_pair);
    const double weight = pair.asked * std::log(1 + (all - with_pair + 0.5) / (with_pair + 0.5));
    for (std::size_t i = 0; i < texts.size(); ++i)
      if (const double tf = pair.found[i]; tf > 0) scores[i] += weight * tf / (tf + norms[i]);
  }
  return scores;
}

}  // namespace rag
