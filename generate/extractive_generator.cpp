#include <algorithm>
#include <map>
#include <utility>

#include "core/interrupt.h"
#include "core/text.h"
#include "generate/answer_builder.h"
#include "generate/candidate.h"
#include "generate/extractive_support.h"
#include "generate/generator.h"
#include "generate/prompt.h"
#include "generate/question.h"

namespace rag {
namespace {

constexpr double kSameSentence = 0.75;  // share of common words from which two sentences say the same
constexpr std::size_t kMostCompared = 16;  // sentences an encoder compares with the question: some 600 tokens, milliseconds where all of them took a quarter of a second
constexpr double kWorthAdding = 0.72;   // of the best sentence's score: what is clearly weaker only dilutes the answer

struct Scored {
  const Candidate* candidate = nullptr;
  double score = 0;
};

// A retriever's scores fall slowly, so the place in the list counts a little and the score does not count again.
double rank_bonus(std::size_t rank) { return 0.12 / (1.0 + 0.5 * static_cast<double>(rank)); }

class ExtractiveGenerator : public Generator {
 public:
  ExtractiveGenerator(const ExtractiveOptions& options, SentenceSimilarity similarity)
      : options_(options), similarity_(std::move(similarity)) {}

  std::string name() const override { return similarity_ ? "extractive+similarity" : "extractive"; }

  Answer answer(const std::string& question, std::span<const Passage> passages, std::span<const Turn>,
                const OnText& on_text) const override {
    AnswerBuilder builder(passages);
    builder.usage().prompt_tokens = estimate_tokens(question);
    if (passages.empty()) return std::move(builder).abstain(abstention_reason(Abstention::NoPassages, question));
    const std::string asked = question.substr(0, floor_to_character(question, kLongestQuestion));
    std::vector<TextTerms> texts;
    for (const Passage& passage : passages) texts.emplace_back(text_with_context(passage.title, passage.chunk));
    const std::vector<Keyword> keywords = weighted_keywords(asked, texts);
    if (keywords.empty() && !similarity_) return std::move(builder).abstain(abstention_reason(Abstention::NoQuestion, question));

    const std::vector<Candidate> candidates = candidates_of(passages);
    const std::vector<double> similar = similarities(asked, keywords, passages, candidates);
    const std::vector<Scored> ranked = rank(asked, keywords, passages, candidates, similar);
    const std::vector<const Candidate*> chosen = choose(ranked);
    if (chosen.empty() || !supported(keywords, passages, candidates, chosen, similar))
      return std::move(builder).abstain(abstention_reason(Abstention::NothingSupports, question));
    write(chosen, builder);
    Answer answer = std::move(builder).finish();
    answer.usage.completion_tokens = estimate_tokens(answer.text);
    if (on_text) on_text(answer.text);
    return answer;
  }

 private:
  static constexpr std::size_t kLongestQuestion = 4000;  // bytes; what is longer is a pasted document, not a question

  // Of each candidate, 0 for those that are too far behind by words and place to be worth the encoder's time.
  std::vector<double> similarities(const std::string& question, const std::vector<Keyword>& keywords, std::span<const Passage> passages,
                                   const std::vector<Candidate>& candidates) const {
    if (!similarity_ || candidates.empty()) return {};
    const std::vector<std::size_t> promising = most_promising(keywords, passages, candidates);
    std::vector<std::string> sentences;
    for (const std::size_t i : promising) sentences.push_back(candidates[i].shown);
    const std::vector<double> found = above_background(similarity_, question, sentences);
    std::vector<double> similar(candidates.size());
    for (std::size_t i = 0; i < promising.size(); ++i) similar[promising[i]] = found[i];
    return similar;
  }

  // By the words they share with the question and by their passage's rank; where no words are shared, as between two languages, the rank decides.
  static std::vector<std::size_t> most_promising(const std::vector<Keyword>& keywords, std::span<const Passage> passages,
                                                 const std::vector<Candidate>& candidates) {
    const std::vector<TextTerms> contexts = contexts_of(passages);
    std::vector<std::pair<double, std::size_t>> order;
    for (std::size_t i = 0; i < candidates.size(); ++i)
      if (candidates[i].complete)
        order.emplace_back(-words_score(keywords, candidates[i], contexts[candidates[i].source.passage]) - rank_bonus(candidates[i].source.passage), i);
    std::ranges::sort(order);
    if (order.size() > kMostCompared) order.resize(kMostCompared);
    std::vector<std::size_t> chosen;
    for (const auto& [score, i] : order) chosen.push_back(i);
    return chosen;
  }

  static std::vector<TextTerms> contexts_of(std::span<const Passage> passages) {
    std::vector<TextTerms> contexts;
    for (const Passage& passage : passages)
      contexts.emplace_back(text_with_context(passage.title, Chunk{.heading_path = passage.chunk.heading_path}));
    return contexts;
  }

  std::vector<Scored> rank(const std::string& question, const std::vector<Keyword>& keywords, std::span<const Passage> passages,
                           const std::vector<Candidate>& candidates, const std::vector<double>& similar) const {
    const AnswerKind kind = answer_kind(question);
    const std::vector<TextTerms> contexts = contexts_of(passages);
    std::vector<Scored> ranked;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      throw_if_interrupted();
      const Candidate& candidate = candidates[i];
      if (!candidate.complete) continue;
      double score = words_score(keywords, candidate, contexts[candidate.source.passage]);
      if (!similar.empty()) score = 0.5 * score + 0.5 * similar[i];
      if (score <= 0) continue;
      if (kind != AnswerKind::Any && holds_kind(kind, candidate.shown)) score += 0.12;
      score += rank_bonus(candidate.source.passage);
      ranked.push_back({&candidate, score});
    }
    std::stable_sort(ranked.begin(), ranked.end(), [](const Scored& a, const Scored& b) { return a.score > b.score; });
    return ranked;
  }

  // The best sentence and what comes near it, without saying anything twice.
  std::vector<const Candidate*> choose(const std::vector<Scored>& ranked) const {
    std::vector<const Candidate*> chosen;
    std::vector<std::vector<Keyword>> said;
    std::size_t bytes = 0;
    for (const Scored& next : ranked) {
      if (chosen.size() == options_.max_sentences) break;
      if (!chosen.empty() && next.score < kWorthAdding * ranked.front().score) break;
      if (!chosen.empty() && bytes + next.candidate->shown.size() > options_.max_bytes) continue;
      std::vector<Keyword> words = keywords_of(next.candidate->shown);
      const auto repeats = [&](std::size_t i) {
        return std::min(coverage(words, chosen[i]->terms), coverage(said[i], next.candidate->terms)) >= kSameSentence ||
               coverage(words, chosen[i]->terms) >= 0.9;
      };
      bool again = false;
      for (std::size_t i = 0; i < chosen.size() && !again; ++i) again = repeats(i);
      if (again) continue;
      bytes += next.candidate->shown.size();
      chosen.push_back(next.candidate);
      said.push_back(std::move(words));
    }
    return chosen;
  }

  // The passage with the best sentence first; inside a passage as the document has them.
  void write(std::vector<const Candidate*> chosen, AnswerBuilder& builder) const {
    std::map<std::size_t, std::size_t> place;
    for (const Candidate* candidate : chosen) place.try_emplace(candidate->source.passage, place.size());
    std::stable_sort(chosen.begin(), chosen.end(), [&](const Candidate* a, const Candidate* b) {
      return std::pair(place[a->source.passage], a->source.span.begin) < std::pair(place[b->source.passage], b->source.span.begin);
    });
    for (const Candidate* candidate : chosen) {
      ++builder.usage().sentences;
      builder.add(cut(candidate->shown), {candidate->source});
    }
  }

  std::string cut(const std::string& shown) const {
    if (shown.size() <= options_.max_bytes) return shown;
    std::size_t end = floor_to_character(shown, options_.max_bytes);
    if (const std::size_t blank = shown.rfind(' ', end); blank != std::string::npos && blank > end / 2) end = blank;
    return shown.substr(0, end) + " …";
  }

  ExtractiveOptions options_;
  SentenceSimilarity similarity_;
};

}  // namespace

std::unique_ptr<Generator> make_extractive_generator(const ExtractiveOptions& options, SentenceSimilarity similarity) {
  return std::make_unique<ExtractiveGenerator>(options, std::move(similarity));
}

}  // namespace rag
