#include "generate/extractive_support.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <map>

namespace rag {
namespace {

// Set by measurement on three public question sets; docs/decisions.md has the table.
constexpr double kLeastWords = 0.45;  // of the question's weighted words, in the chosen sentences of one document and their surroundings
constexpr double kLeastSimilarity = 0.45;  // above the background, where an encoder is at hand
constexpr double kFewWordsAtAll = 0.30;    // below that similarity must carry the answer alone

constexpr std::array kBackground = {"The weather was pleasant on the island last spring.",
                                    "He painted the old wooden fence green.",
                                    "Birds migrate south before the first snow falls.",
                                    "어제 저녁에는 강가에서 음악을 들었다.",
                                    "고양이가 창가에서 햇볕을 쬐고 있다.",
                                    "The recipe needs two eggs and a cup of flour."};

// Weighted share of the question's words that stand in these sentences, or in what surrounds them.
double covered(const std::vector<Keyword>& keywords, std::span<const Passage> passages, const std::vector<const Candidate*>& sentences) {
  double found = 0, all = 0;
  for (const Keyword& keyword : keywords) {
    double best = 0;
    for (const Candidate* candidate : sentences) {
      const Passage& passage = passages[candidate->source.passage];
      const TextTerms around(text_with_context(passage.title, Chunk{.heading_path = passage.chunk.heading_path}));
      best = std::max({best, candidate->terms.match(keyword), 0.8 * around.match(keyword), 0.8 * candidate->before.match(keyword),
                       0.5 * TextTerms(passage.chunk.text).match(keyword)});
    }
    found += keyword.weight * best;
    all += keyword.weight;
  }
  return all > 0 ? found / all : 0.0;
}

}  // namespace

double words_score(const std::vector<Keyword>& keywords, const Candidate& candidate, const TextTerms& headings) {
  double own = 0, around = 0, all = 0;
  for (const Keyword& keyword : keywords) {
    const double here = candidate.terms.match(keyword);
    own += keyword.weight * here;
    around += keyword.weight * std::max({0.0, 0.4 * headings.match(keyword) - here, 0.5 * candidate.before.match(keyword) - here});
    all += keyword.weight;
  }
  // Surroundings add to what a sentence says; they don't speak for it.
  return all > 0 ? (own + std::min(around, own)) / all : 0.0;
}

std::vector<double> above_background(const SentenceSimilarity& similarity, const std::string& question,
                                     const std::vector<std::string>& sentences) {
  std::vector<std::string> texts = sentences;
  texts.insert(texts.end(), kBackground.begin(), kBackground.end());
  std::vector<double> scores = similarity(question, texts);
  assert(scores.size() == texts.size());
  double background = 0;
  for (std::size_t i = sentences.size(); i < scores.size(); ++i) background += scores[i] / static_cast<double>(kBackground.size());
  scores.resize(sentences.size());
  for (double& score : scores) score = std::clamp((score - background) / std::max(0.05, 1.0 - background), 0.0, 1.0);
  return scores;
}

bool supported(const std::vector<Keyword>& keywords, std::span<const Passage> passages, const std::vector<Candidate>& candidates,
               const std::vector<const Candidate*>& chosen, const std::vector<double>& similar) {
  // Words scattered over several documents say nothing together.
  std::map<std::string, std::vector<const Candidate*>> by_document;
  for (const Candidate* candidate : chosen) by_document[passages[candidate->source.passage].chunk.document_id].push_back(candidate);
  double words = 0;
  for (const auto& [document, sentences] : by_document) words = std::max(words, covered(keywords, passages, sentences));
  double similarity = 0;
  for (std::size_t i = 0; i < similar.size(); ++i)
    if (std::find(chosen.begin(), chosen.end(), &candidates[i]) != chosen.end()) similarity = std::max(similarity, similar[i]);
  if (similar.empty()) return words >= kLeastWords;
  if (words < kFewWordsAtAll) return similarity >= kLeastSimilarity;
  return words >= kLeastWords || similarity >= kLeastSimilarity;
}

}  // namespace rag
