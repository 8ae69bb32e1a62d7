#include "pipelines/eval/make_questions.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/interrupt.h"
#include "generate/questions/question_checks.h"
#include "generate/terms.h"
#include "pipelines/eval/fingerprints.h"
#include "pipelines/eval/measure_retrieval.h"
#include "pipelines/eval/question_pool.h"
#include "retrieve/eval/compared_text.h"
#include "retrieve/eval/gold_metrics.h"

namespace rag {
namespace {

// A question may repeat so many words of its source in a row: a whole sentence would only look for that string.
constexpr std::size_t kLongestCopyEnglish = 9, kLongestCopyKorean = 7;

// The share of the questions that a kind may make up while there are others.
double most_of(QuestionKind kind) {
  switch (kind) {
    case QuestionKind::Abbreviation: return 0.12;
    case QuestionKind::Content: return 0.2;
    case QuestionKind::Table: return 0.3;
    case QuestionKind::Definition: return 0.3;
    case QuestionKind::Action: return 0.3;
    default: return 1;
  }
}

class QuestionChoice {
 public:
  QuestionChoice(Session& session, const MakeQuestionsOptions& options, const QuestionPool& pool)
      : session_(session), options_(options), pool_(pool) {}

  // Takes one question of each document in turn, kinds within their shares; then, where that was not enough, without the shares.
  void choose(Progress& progress) {
    target_ = options_.wanted + options_.wanted / 20 + 2;  // some will turn out to be neither answerable nor unanswerable
    for (const bool shares : {true, false}) {
      std::vector<std::size_t> next(pool_.documents.size(), 0);
      for (bool any = true; any && !full();) {
        any = false;
        for (std::size_t d = 0; d < pool_.documents.size() && !full(); ++d)
          any = take_next(pool_.documents[d], next[d], shares, progress) || any;
      }
    }
    progress.update("", 1, 1);
    keep_lexical_share();
  }

  // Documents to be left out, the last chosen first, until enough questions have lost their source.
  void make_unanswerable() {
    const auto wanted =
        static_cast<std::size_t>(options_.unanswerable * static_cast<double>(std::min(made_.questions.size(), options_.wanted)) + 0.5);
    std::map<std::string, std::vector<std::size_t>> by_document;
    for (std::size_t i = 0; i < made_.questions.size(); ++i) by_document[made_.questions[i].made.document_id].push_back(i);
    std::vector<std::vector<std::size_t>> groups;
    for (auto& [document, questions] : by_document) groups.push_back(std::move(questions));
    std::ranges::sort(groups,
                      [](const auto& a, const auto& b) { return a.size() != b.size() ? a.size() < b.size() : a.back() > b.back(); });
    std::size_t lost = 0;
    std::set<std::size_t> dropped;
    for (const std::vector<std::size_t>& group : groups) {
      if (lost >= wanted) break;
      if (lost + group.size() > wanted + 2 || answers_other_questions(group)) continue;
      leave_out(group, lost, dropped);
    }
    std::ranges::sort(made_.left_out);
    std::vector<KeptQuestion> left;
    for (std::size_t i = 0; i < made_.questions.size(); ++i)
      if (!dropped.contains(i)) left.push_back(std::move(made_.questions[i]));
    made_.questions = std::move(left);
    keep_wanted();
    for (std::size_t i = 0; i < made_.questions.size(); ++i) {
      made_.questions[i].id = fmt::format("g{:03}", i + 1);
      for (GoldItem& item : made_.questions[i].gold) item.query = made_.questions[i].id;
    }
  }

  MadeQuestions result() { return std::move(made_); }

 private:
  bool full() const { return made_.questions.size() >= target_; }

  // The last ones that words alone find make room until the share is kept.
  void keep_lexical_share() {
    const std::size_t others = made_.questions.size() - lexical_first_;
    if (options_.max_lexical >= 1) return;
    const auto most = static_cast<std::size_t>(options_.max_lexical / (1 - options_.max_lexical) * static_cast<double>(others) + 1e-9);
    for (std::size_t i = made_.questions.size(); i-- > 0 && lexical_first_ > most;)
      if (made_.questions[i].lexical_first) {
        made_.questions.erase(made_.questions.begin() + static_cast<std::ptrdiff_t>(i));
        --lexical_first_;
        ++made_.rejected["found by its words alone"];
      }
  }

  // No more than were wanted: answerable ones go, the last first, those that words alone find before others.
  void keep_wanted() {
    for (const bool lexical : {true, false})
      for (std::size_t i = made_.questions.size(); i-- > 0 && made_.questions.size() > options_.wanted;)
        if (made_.questions[i].answerable && made_.questions[i].lexical_first == lexical)
          made_.questions.erase(made_.questions.begin() + static_cast<std::ptrdiff_t>(i));
  }

  bool within_share(QuestionKind kind) const {
    const auto most = static_cast<std::size_t>(most_of(kind) * static_cast<double>(options_.wanted));
    const auto at = kinds_.find(kind);
    return (at == kinds_.end() ? 0 : at->second) < std::max<std::size_t>(1, most);
  }

  // The next question of the document that is kept; false where it has none left.
  bool take_next(const PooledDocument& document, std::size_t& next, bool shares, Progress& progress) {
    while (next < document.questions.size()) {
      const PooledQuestion& question = document.questions[next++];
      if (tried_.contains(&question) || (shares && !within_share(question.made.kind))) continue;
      throw_if_interrupted();
      progress.update("asking", made_.questions.size(), target_);
      tried_.insert(&question);
      if (keep(question, document)) return true;
    }
    return false;
  }

  bool reject(const char* why) {
    ++made_.rejected[why];
    return false;
  }

  bool keep(const PooledQuestion& question, const PooledDocument& document) {
    KeptQuestion kept{.made = question.made, .document = document.name, .gold = gold_of(question)};
    const std::size_t longest = kept.made.language == "ko" ? kLongestCopyKorean : kLongestCopyEnglish;
    if (copied_words(kept.made.text, kept.gold.front().quote) > longest) return reject("copies its source");
    PlacedItem source{.label = "", .grade = 1, .places = {}};
    source.places.push_back({question.made.document_id, question.made.span});
    for (const MadeQuestion& other : question.elsewhere) source.places.push_back({other.document_id, other.span});
    if (!found(kept.made.text, source, options_.within, options_.retrieve.mode)) {
      kept.made.text = kept.made.with_context;
      if (kept.made.text.empty() || !found(kept.made.text, source, options_.within, options_.retrieve.mode))
        return reject("does not find its source");
    }
    kept.lexical_first = found(kept.made.text, source, 1, SearchMode::Lexical);
    if (kept.lexical_first && static_cast<double>(lexical_first_ + 1) > options_.max_lexical * static_cast<double>(target_))
      return reject("found by its words alone");
    if (!near_.add(kept.made.text)) return reject("near to another question");
    lexical_first_ += kept.lexical_first;
    ++kinds_[kept.made.kind];
    made_.questions.push_back(std::move(kept));
    return true;
  }

  std::vector<GoldItem> gold_of(const PooledQuestion& question) const {
    std::vector<GoldItem> gold;
    const auto add = [&](const MadeQuestion& made) {
      const DocumentRecord& record = pool_.records.at(made.document_id);
      gold.push_back({.document = pool_.names.at(record.id),
                      .grade = 1,
                      .span = made.span,
                      .content_hash = record.content_hash,
                      .quote = session_.index().text_of(record.id, made.span)});
    };
    add(question.made);
    for (const MadeQuestion& other : question.elsewhere) add(other);
    return gold;
  }

  std::vector<Passage> search(const std::string& text, std::size_t k, SearchMode mode) {
    RetrieveOptions retrieve = options_.retrieve;
    retrieve.k = k;
    retrieve.mode = mode;
    return session_.search(text, retrieve);
  }

  bool found(const std::string& text, const PlacedItem& source, std::size_t k, SearchMode mode) {
    std::vector<FoundChunk> chunks;
    for (const Passage& passage : search(text, k, mode))
      chunks.push_back({.label = "", .document_id = passage.chunk.document_id, .span = passage.chunk.span});
    return GoldRanking({source}, chunks).score({.kind = Metric::Kind::R, .cutoff = static_cast<int>(k)}) > 0;
  }

  // Whether another question counts on one of these documents, as a second place of its answer.
  bool answers_other_questions(const std::vector<std::size_t>& group) const {
    const std::string& document = made_.questions[group.front()].document;
    for (std::size_t i = 0; i < made_.questions.size(); ++i) {
      const bool of_group = std::ranges::find(group, i) != group.end();
      for (const GoldItem& item : made_.questions[i].gold)
        if ((item.document == document) != of_group) return true;
    }
    return false;
  }

  // Questions whose answer stands elsewhere as well are neither answerable nor unanswerable, and are dropped.
  void leave_out(const std::vector<std::size_t>& group, std::size_t& lost, std::set<std::size_t>& dropped) {
    const std::size_t before = lost;
    for (const std::size_t i : group) {
      if (answered_elsewhere(made_.questions[i])) {
        dropped.insert(i);
        ++made_.rejected["answered by another document"];
        continue;
      }
      made_.questions[i].answerable = false;
      ++lost;
    }
    if (lost > before) made_.left_out.push_back(made_.questions[group.front()].document);
  }

  bool answered_elsewhere(const KeptQuestion& question) {
    const std::u32string answer = compared_text(question.made.answer).characters;
    const std::vector<Keyword> keywords = keywords_of(question.made.text);
    for (const Passage& passage : search(question.made.text, 2 * options_.within, options_.retrieve.mode)) {
      if (passage.chunk.document_id == question.made.document_id) continue;
      const std::string text = text_with_context(passage.title, passage.chunk);
      if (compared_text(text).characters.find(answer) != std::u32string::npos && coverage(keywords, TextTerms(text)) >= 0.6) return true;
    }
    return false;
  }

  Session& session_;
  const MakeQuestionsOptions& options_;
  const QuestionPool& pool_;
  MadeQuestions made_;
  NearQuestions near_;
  std::set<const PooledQuestion*> tried_;
  std::map<QuestionKind, std::size_t> kinds_;
  std::size_t lexical_first_ = 0;
  std::size_t target_ = 0;
};

}  // namespace

MadeQuestions make_questions(const MakeQuestionsOptions& options, Progress& progress) {
  Session session(options.session);
  if (session.index().statistics().documents == 0)
    throw Error(ErrorKind::Usage, options.session.index.string() + ": the collection is empty; there is nothing to ask about");
  const QuestionPool pool = pool_questions(session.index(),
                                           {.language = options.language,
                                            .seed = options.seed,
                                            .most_documents = kMostDocuments,
                                            .ask = options.ask,
                                            .most_calls = options.wanted + options.wanted / 2 + 2},
                                           progress);
  QuestionChoice choice(session, options, pool);
  choice.choose(progress);
  choice.make_unanswerable();
  MadeQuestions made = choice.result();
  made.documents = pool.looked_at;
  made.candidates = pool.candidates;
  if (pool.ambiguous > 0) made.rejected["has several answers"] += pool.ambiguous;
  made.fingerprints = {{"corpus", corpus_fingerprint(session.index())},
                       {"encoder", session.index().settings().embedder},
                       {"chunker", session.index().settings().chunker}};
  return made;
}

}  // namespace rag
