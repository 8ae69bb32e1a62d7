#include "generate/extractive_support.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cctype>
#include <map>

namespace rag {
namespace {

// Set by measurement on three public question sets; docs/decisions.md has the table.
constexpr double kLeastWords = 0.45;  // of the question's weighted words, in the chosen sentences of one document and their surroundings
constexpr double kLeastSimilarity = 0.45;  // above the background, where an encoder is at hand
constexpr double kFewWordsAtAll = 0.30;    // below that similarity must carry the answer alone

constexpr double kMentioned = 0.7;            // from which match a word counts as mentioned: not where half of a Korean word occurs
constexpr double kMuchMissing = 0.30;         // share of the question's weight that is mentioned nowhere
constexpr double kBothDespiteMissing = 0.75;  // then: words and similarity of the best sentence together
constexpr double kWordsDespiteMissing = 0.55;

constexpr std::array kBackground = {"The weather was pleasant on the island last spring.",
                                    "He painted the old wooden fence green.",
                                    "Birds migrate south before the first snow falls.",
                                    "어제 저녁에는 강가에서 음악을 들었다.",
                                    "고양이가 창가에서 햇볕을 쬐고 있다.",
                                    "The recipe needs two eggs and a cup of flour."};

// Weighted share of the question's words that stand in these sentences, or in what surrounds them.
double covered(const std::vector<Keyword>& keywords, const std::vector<Surroundings>& around,
               const std::vector<const Candidate*>& sentences) {
  double found = 0, all = 0;
  for (const Keyword& keyword : keywords) {
    double best = 0;
    for (const Candidate* candidate : sentences) {
      const Surroundings& here = around[candidate->source.passage];
      best = std::max(best, candidate->terms->match(keyword));
      if (best < 0.8) best = std::max({best, 0.8 * here.headings.match(keyword), 0.8 * candidate->before->match(keyword)});
      if (best < 0.5) best = std::max(best, 0.5 * here.text.match(keyword));
    }
    found += keyword.weight * best;
    all += keyword.weight;
  }
  return all > 0 ? found / all : 0.0;
}

// What of a question no passage mentions.
struct Missing {
  bool name = false;  // somebody or something by name, or a code: "Platinum", "E-9999"
  double share = 0;   // of the weight of its words
};

bool is_number(const Keyword& keyword) { return keyword.form.find_first_not_of("0123456789.") == std::string::npos; }

// "4417" of "E-4417": numbers else may be compared with what the documents say, and need not stand there.
bool is_part_of_code(const std::string& question, const std::string& number) {
  const std::size_t at = question.find('-' + number);
  return number.size() >= 3 && at != std::string::npos && at > 0 && std::isalpha(static_cast<unsigned char>(question[at - 1]));
}

Missing missing_of(const std::string& question, const std::vector<Keyword>& keywords, const std::vector<Surroundings>& around) {
  Missing missing;
  double all = 0;
  // Where every word is written large, none of them is a name for that.
  const bool names_stand_out = std::ranges::any_of(keywords, [](const Keyword& keyword) { return !keyword.name && !keyword.frame; });
  for (const Keyword& keyword : keywords) {
    double best = 0;
    for (const Surroundings& here : around) best = std::max(best, here.text.match(keyword));
    all += keyword.weight;
    if (best >= kMentioned || keyword.frame || keyword.verb) continue;
    missing.share += keyword.weight;
    if (keyword.name && keyword.bigrams.empty() && best == 0)
      missing.name = missing.name || (is_number(keyword) ? is_part_of_code(question, keyword.form) : names_stand_out);
  }
  missing.share = all > 0 ? missing.share / all : 0.0;
  return missing;
}

std::size_t index_of(const std::vector<Candidate>& candidates, const Candidate* one) {
  return static_cast<std::size_t>(one - candidates.data());
}

}  // namespace

std::vector<Surroundings> surroundings_of(std::span<const Passage> passages) {
  std::vector<Surroundings> around;
  for (const Passage& passage : passages)
    around.push_back({.headings = TextTerms(text_with_context(passage.title, Chunk{.heading_path = passage.chunk.heading_path})),
                      .text = TextTerms(text_with_context(passage.title, passage.chunk))});
  return around;
}

double words_score(const std::vector<Keyword>& keywords, const Candidate& candidate, const Surroundings& around, bool fits) {
  const double of_headings = fits ? 0.8 : 0.4, of_before = fits ? 0.8 : 0.5;
  double own = 0, more = 0, all = 0;
  for (const Keyword& keyword : keywords) {
    const double here = candidate.terms->match(keyword);
    own += keyword.weight * here;
    if (here < of_before)
      more += keyword.weight *
              std::max({0.0, of_headings * around.headings.match(keyword) - here, of_before * candidate.before->match(keyword) - here});
    all += keyword.weight;
  }
  // Surroundings add to what a sentence says; they don't speak for it.
  return all > 0 ? (own + (fits ? more : std::min(more, own))) / all : 0.0;
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

bool supported(const std::string& question, const std::vector<Keyword>& keywords, std::span<const Passage> passages,
               const std::vector<Surroundings>& around, const std::vector<Candidate>& candidates,
               const std::vector<const Candidate*>& chosen, const std::vector<double>& similar) {
  // Words scattered over several documents say nothing together.
  std::map<std::string, std::vector<const Candidate*>> by_document;
  for (const Candidate* candidate : chosen) by_document[passages[candidate->source.passage].chunk.document_id].push_back(candidate);
  double words = 0;
  for (const auto& [document, sentences] : by_document) words = std::max(words, covered(keywords, around, sentences));
  double similarity = 0;
  for (std::size_t i = 0; i < similar.size(); ++i)
    if (std::find(chosen.begin(), chosen.end(), &candidates[i]) != chosen.end()) similarity = std::max(similarity, similar[i]);

  // Words of two languages cannot be compared, so nothing follows from those that are missing.
  if (mostly_cjk(question) == mostly_cjk(chosen.front()->shown)) {
    const Missing missing = missing_of(question, keywords, around);
    if (missing.name) return false;
    if (missing.share >= kMuchMissing) {
      const double best = covered(keywords, around, {chosen.front()});
      if (similar.empty() ? best < kWordsDespiteMissing : best + similar[index_of(candidates, chosen.front())] < kBothDespiteMissing)
        return false;
    }
  }
  if (similar.empty()) return words >= kLeastWords;
  if (words < kFewWordsAtAll) return similarity >= kLeastSimilarity;
  return words >= kLeastWords || similarity >= kLeastSimilarity;
}

}  // namespace rag
