#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "core/interrupt.h"
#include "core/text.h"
#include "generate/answer_builder.h"
#include "generate/candidate.h"
#include "generate/extractive_support.h"
#include "generate/generator.h"
#include "generate/lead_in.h"
#include "generate/prompt.h"
#include "generate/question.h"
#include "generate/standing.h"

namespace rag {
namespace {

constexpr double kSameSentence = 0.75;  // share of common words from which two sentences say the same
constexpr std::size_t kMostCompared =
    16;  // sentences an encoder compares with the question: some 600 tokens, milliseconds where all of them took a quarter of a second
constexpr double kWorthAdding = 0.72;  // of the best sentence's score: what is clearly weaker only dilutes the answer

constexpr double kAsGood = 0.93;  // of the best sentence's score: as good an answer, worth showing even if it adds no word of the question
constexpr double kAsGoodOpen = 0.82;   // the same for a question that asks for no single fact
constexpr double kOutdated = 0.6;      // a sentence of an outdated document must be that much better than those in force
constexpr double kOfTheKind = 0.12;    // for a sentence that holds what is asked for: a number, a date, an amount
constexpr double kOfTheUnit = 0.18;    // and once more where its unit is the one that is asked for
constexpr double kAnotherYear = 0.15;  // taken off where a sentence speaks of another year than the question
constexpr double kYearFactor = 0.35;   // of a year's weight among the words of a question
constexpr double kSaysLittle = 0.75;  // of the score of a sentence that announces what does not follow, or only praises
constexpr double kRankBonus = 0.12;

struct Scored {
  const Candidate* candidate = nullptr;
  double score = 0;
  bool holds = true;  // its document is in force, or was in the year that is asked for
};

// What is read of question and passages before sentences are compared.
struct Reading {
  std::string question;
  std::vector<Surroundings> around;
  std::vector<Keyword> keywords;
  std::vector<Candidate> candidates;
  std::vector<Standing> standings;
  Wanted wanted;
  int year = 0;
  std::vector<Held> held;     // by each candidate
  std::vector<double> words;  // words_score of each candidate
};

// A retriever's scores fall slowly, so the place in the list counts a little and the score does not count again.
double rank_bonus(std::size_t rank) { return kRankBonus / (1.0 + 0.5 * static_cast<double>(rank)); }

int today() {
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()));
  return static_cast<int>(date.year()) * 10000 +
         static_cast<int>(static_cast<unsigned>(date.month()) * 100 + static_cast<unsigned>(date.day()));
}

std::vector<Keyword> keywords_in(const std::string& question, const std::vector<Surroundings>& around) {
  std::vector<const TextTerms*> texts;
  for (const Surroundings& here : around) texts.push_back(&here.text);
  std::vector<Keyword> keywords = weighted_keywords(question, texts);
  // A year picks the document that held in it; its sentences need not repeat it.
  const std::string year = std::to_string(asked_year(question));
  for (Keyword& keyword : keywords)
    if (keyword.form == year && !keyword.frame) keyword.frame = true, keyword.weight *= kYearFactor;
  return keywords;
}

void read_candidates(std::span<const Passage> passages, Reading& reading) {
  reading.candidates = candidates_of(passages);
  reading.standings = standings_of(passages, today());
  reading.wanted = wanted_by(reading.question);
  reading.year = asked_year(reading.question);
  for (Candidate& candidate : reading.candidates) {
    throw_if_interrupted();
    // Who asks for a number, a date or a name is told the line that has it.
    if (candidate.list && reading.wanted.kind != AnswerKind::Any) candidate.complete = false;
    const Held held = candidate.complete ? held_by(candidate.shown, reading.wanted) : Held{};
    const bool number = reading.wanted.kind == AnswerKind::Number || reading.wanted.kind == AnswerKind::Money;
    const bool fits = number && (reading.wanted.unit.empty() ? held.kind : held.unit);
    reading.held.push_back(held);
    reading.words.push_back(candidate.complete ? words_score(reading.keywords, candidate, reading.around[candidate.source.passage], fits)
                                               : 0.0);
  }
}

bool has_any_of(const std::vector<Keyword>& keywords, const TextTerms& terms) {
  return std::ranges::any_of(keywords, [&](const Keyword& keyword) { return terms.match(keyword) > 0; });
}

// The question names the key of one row ("E-4417", "Germany"): the others of its table, which have no key of the question, are only its
// neighbours.
std::vector<bool> neighbours_of_keyed_rows(const Reading& reading, std::span<const Passage> passages) {
  using Row = std::pair<std::size_t, TextTerms>;
  std::map<std::pair<std::string, std::string>, std::vector<Row>> tables;
  for (std::size_t i = 0; i < reading.candidates.size(); ++i) {
    const Candidate& candidate = reading.candidates[i];
    if (candidate.row.empty()) continue;
    tables[{passages[candidate.source.passage].chunk.document_id, candidate.table}].emplace_back(
        i, has_any_of(reading.keywords, *candidate.terms) ? TextTerms(candidate.row) : TextTerms());
  }
  std::vector<bool> neighbours(reading.candidates.size());
  for (const auto& [table, rows] : tables) {
    std::set<std::string> keyed;  // rows as they are written: overlapping passages hold the same one twice
    const TextTerms header(table.second);
    std::set<std::string> all;
    for (const auto& [i, cells] : rows) all.insert(reading.candidates[i].row);
    for (const Keyword& keyword : reading.keywords) {
      if (header.match(keyword) > 0) continue;  // a column's name, which some cell repeats
      std::set<std::string> with;
      for (const auto& [i, cells] : rows)
        if (cells.match(keyword) >= 0.9) with.insert(reading.candidates[i].row);
      if (with.size() == 1 || (keyword.name && 3 * with.size() <= all.size())) keyed.insert(with.begin(), with.end());
    }
    for (const auto& [i, cells] : rows) neighbours[i] = all.size() > 1 && !keyed.empty() && !keyed.contains(reading.candidates[i].row);
  }
  return neighbours;
}

bool leans_on_the_one_before(std::string_view sentence) {
  constexpr std::array kLeaning = {"They ", "It ",  "These ",  "This ", "Those ", "He ",  "She ",
                                   "Both ", "이때", "이 경우", "그 ",   "이는 ",  "이를 "};
  return std::ranges::any_of(kLeaning, [&](std::string_view word) { return sentence.starts_with(word); });
}

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
    Reading reading;
    reading.question = question.substr(0, floor_to_character(question, kLongestQuestion));
    if (keywords_of(reading.question).empty()) return std::move(builder).abstain(abstention_reason(Abstention::NoQuestion, question));
    reading.around = surroundings_of(passages);
    reading.keywords = keywords_in(reading.question, reading.around);
    read_candidates(passages, reading);

    const std::vector<double> similar = similarities(reading);
    const std::vector<Scored> ranked = rank(reading, passages, similar);
    // Sentences in force and outdated ones are not mixed: the others are asked only where the first ones do not answer.
    for (const bool holds : {!ranked.empty() && ranked.front().holds, !(!ranked.empty() && ranked.front().holds)}) {
      const std::vector<const Candidate*> chosen = choose(reading, ranked, holds);
      if (chosen.empty() || !supported(reading.question, reading.keywords, passages, reading.around, reading.candidates, chosen, similar))
        continue;
      write(chosen, reading, passages, builder);
      Answer answer = std::move(builder).finish();
      answer.usage.completion_tokens = estimate_tokens(answer.text);
      if (on_text) on_text(answer.text);
      return answer;
    }
    return std::move(builder).abstain(abstention_reason(Abstention::NothingSupports, question));
  }

 private:
  static constexpr std::size_t kLongestQuestion = 4000;  // bytes; what is longer is a pasted document, not a question

  // Of each candidate, 0 for those that are too far behind by words and place to be worth the encoder's time.
  std::vector<double> similarities(const Reading& reading) const {
    if (!similarity_ || reading.candidates.empty()) return {};
    const std::vector<std::size_t> promising = most_promising(reading);
    std::vector<std::string> sentences;
    for (const std::size_t i : promising) sentences.push_back(reading.candidates[i].shown);
    const std::vector<double> found = above_background(similarity_, reading.question, sentences);
    std::vector<double> similar(reading.candidates.size());
    for (std::size_t i = 0; i < promising.size(); ++i) similar[promising[i]] = found[i];
    return similar;
  }

  // What all sentences can be ranked by without an encoder.
  static double at_sight(const Reading& reading, std::size_t i) {
    const double another_year = names_another_year(reading.candidates[i].shown, reading.year) ? kAnotherYear : 0.0;
    return (reading.held[i].kind ? kOfTheKind : 0.0) + (reading.held[i].unit ? kOfTheUnit : 0.0) - another_year +
           rank_bonus(reading.candidates[i].source.passage);
  }

  // By the words they share with the question and by their passage's rank; where no words are shared, as between two languages, the rank
  // decides.
  static std::vector<std::size_t> most_promising(const Reading& reading) {
    std::vector<std::pair<double, std::size_t>> order;
    for (std::size_t i = 0; i < reading.candidates.size(); ++i)
      if (reading.candidates[i].complete) order.emplace_back(-reading.words[i] - at_sight(reading, i), i);
    std::ranges::sort(order);
    if (order.size() > kMostCompared) order.resize(kMostCompared);
    std::vector<std::size_t> chosen;
    for (const auto& [score, i] : order) chosen.push_back(i);
    return chosen;
  }

  static std::vector<Scored> rank(const Reading& reading, std::span<const Passage> passages, const std::vector<double>& similar) {
    const std::vector<bool> neighbour = neighbours_of_keyed_rows(reading, passages);
    std::vector<Scored> ranked;
    for (std::size_t i = 0; i < reading.candidates.size(); ++i) {
      const Candidate& candidate = reading.candidates[i];
      if (!candidate.complete || neighbour[i]) continue;
      const Standing& standing = reading.standings[candidate.source.passage];
      if (standing.outdated() && is_about_its_document(candidate.shown)) continue;
      double score = reading.words[i];
      if (!similar.empty()) score = 0.5 * score + 0.5 * similar[i];
      if (score <= 0) continue;
      score += at_sight(reading, i);
      if (says_little(candidate.shown) || (candidate.announced.empty() && !candidate.list && is_lead_in(candidate.shown))) score *= kSaysLittle;
      const bool holds = standing.holds_in(reading.year);
      ranked.push_back({&candidate, holds ? score : kOutdated * score, holds});
    }
    std::stable_sort(ranked.begin(), ranked.end(), [](const Scored& a, const Scored& b) { return a.score > b.score; });
    return ranked;
  }

  // The best sentence and what adds to it, without saying anything twice.
  std::vector<const Candidate*> choose(const Reading& reading, const std::vector<Scored>& ranked, bool holds) const {
    std::vector<const Candidate*> chosen;
    std::vector<std::vector<Keyword>> said;
    std::vector<double> told(reading.keywords.size());  // how well each word of the question is covered by now
    double best = 0;
    std::size_t bytes = 0;
    for (const Scored& next : ranked) {
      if (next.holds != holds) continue;
      if (chosen.size() == options_.max_sentences) break;
      if (!chosen.empty() && next.score < kWorthAdding * best) break;
      if (!chosen.empty() && bytes + next.candidate->shown.size() > options_.max_bytes) continue;
      const double as_good = reading.wanted.kind == AnswerKind::Any ? kAsGoodOpen : kAsGood;
      if (!chosen.empty() && next.score < as_good * best && !adds(reading.keywords, *next.candidate, told)) continue;
      std::vector<Keyword> words = keywords_of(next.candidate->shown);
      const auto repeats = [&](std::size_t i) {
        return std::min(coverage(words, *chosen[i]->terms), coverage(said[i], *next.candidate->terms)) >= kSameSentence ||
               coverage(words, *chosen[i]->terms) >= 0.9;
      };
      bool again = false;
      for (std::size_t i = 0; i < chosen.size() && !again; ++i) again = overlap(*chosen[i], *next.candidate) || repeats(i);
      if (again) continue;
      if (chosen.empty()) best = next.score;
      const auto take = [&](const Candidate& candidate, std::vector<Keyword> its_words) {
        for (std::size_t i = 0; i < told.size(); ++i) told[i] = std::max(told[i], candidate.terms->match(reading.keywords[i]));
        bytes += candidate.shown.size();
        chosen.push_back(&candidate);
        said.push_back(std::move(its_words));
      };
      take(*next.candidate, std::move(words));
      // An announcement brings what it announces, however little of the question that repeats.
      for (const std::size_t place : next.candidate->announced) {
        const Candidate& told_next = reading.candidates[place];
        const bool there = std::ranges::any_of(chosen, [&](const Candidate* one) { return overlap(*one, told_next); });
        if (there || chosen.size() == options_.max_sentences || bytes + told_next.shown.size() > options_.max_bytes) break;
        take(told_next, keywords_of(told_next.shown));
      }
    }
    return chosen;
  }

  static bool overlap(const Candidate& a, const Candidate& b) {
    return a.source.passage == b.source.passage && a.source.span.begin < b.source.span.end && b.source.span.begin < a.source.span.end;
  }

  static bool adds(const std::vector<Keyword>& keywords, const Candidate& next, const std::vector<double>& told) {
    for (std::size_t i = 0; i < keywords.size(); ++i)
      if (!keywords[i].frame && !keywords[i].verb && next.terms->match(keywords[i]) > told[i] + 0.4) return true;
    return false;
  }

  // The best sentence first, then its passage as the document has it, then the others.  A best sentence that leans on the one before it
  // ("They must be taken by ...") stays behind it.
  void write(std::vector<const Candidate*> chosen, const Reading& reading, std::span<const Passage> passages,
             AnswerBuilder& builder) const {
    const Candidate* best = chosen.front();
    std::map<std::size_t, std::size_t> place;
    for (const Candidate* candidate : chosen) place.try_emplace(candidate->source.passage, place.size());
    const auto belongs_to_best = [&](const Candidate* c) {
      return c == best || std::ranges::any_of(best->announced, [&](std::size_t i) { return &reading.candidates[i] == c; });
    };
    const auto order = [&](const Candidate* c) {
      return std::tuple(place[c->source.passage], !belongs_to_best(c) || leans_on_the_one_before(best->shown) ? 1 : 0, c->source.span.begin);
    };
    std::stable_sort(chosen.begin(), chosen.end(), [&](const Candidate* a, const Candidate* b) { return order(a) < order(b); });
    for (const Candidate* candidate : chosen) {
      ++builder.usage().sentences;
      const std::size_t passage = candidate->source.passage;
      builder.add(cut(candidate->shown) + standing_note(reading.standings[passage], passages[passage], reading.question),
                  {candidate->source});
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
