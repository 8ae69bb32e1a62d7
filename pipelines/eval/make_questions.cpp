#include "pipelines/eval/make_questions.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "core/error.h"
#include "core/interrupt.h"
#include "core/text.h"
#include "generate/questions/question_checks.h"
#include "generate/terms.h"
#include "pipelines/eval/document_order.h"
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
  QuestionChoice(Session& session, const MakeQuestionsOptions& options, QuestionPool& pool)
      : session_(session), options_(options), pool_(pool) {}

  // Takes one question of each document of a window in turn, kinds within their shares; then, where that was not enough, without the
  // shares; then of the next window.
  void choose(Progress& progress) {
    target_ = options_.wanted + options_.wanted / 20 + 2;  // some will turn out to be neither answerable nor unanswerable
    while (!full() && !pool_.out_of_calls() && pool_.next_window(progress))
      for (const bool shares : {true, false})
        for (bool any = true; any && !full();) {
          any = false;
          for (PooledDocument& document : pool_.documents()) {
            if (full()) break;
            any = take_next(document, shares, progress) || any;
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
    leave_out_copies();
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

  // The next question of the document that is kept; false where it has none left.  A language model is asked about one chunk a turn.
  bool take_next(PooledDocument& document, bool shares, Progress& progress) {
    for (bool more = true;; more = false) {
      for (PooledQuestion& question : document.questions) {
        if (question.tried || (shares && !within_share(question.made.kind))) continue;
        throw_if_interrupted();
        progress.update("asking", made_.questions.size(), target_);
        question.tried = true;
        if (keep(question, document)) return true;
      }
      if (!more) return options_.ask && !document.unasked.empty() && !pool_.out_of_calls();
      throw_if_interrupted();
      progress.update("asking", made_.questions.size(), target_);
      if (!pool_.make_more(document)) return false;
    }
  }

  bool reject(const char* why) {
    ++made_.rejected[why];
    return false;
  }

  bool keep(const PooledQuestion& question, const PooledDocument& document) {
    KeptQuestion kept{.made = question.made, .document = name_of(document.record), .gold = {}};
    kept.gold.push_back(gold_at(question.made, document.record));
    for (const MadeQuestion& other : question.elsewhere) kept.gold.push_back(gold_at(other, document.record));
    const std::size_t longest = kept.made.language == "ko" ? kLongestCopyKorean : kLongestCopyEnglish;
    if (copied_words(kept.made.text, kept.gold.front().quote) > longest) return reject("copies its source");
    PlacedItem source{.label = "", .grade = 1, .places = {}};
    source.places.push_back({question.made.document_id, question.made.span});
    for (const MadeQuestion& other : question.elsewhere) source.places.push_back({other.document_id, other.span});
    if (!look_elsewhere(question.made, kept.gold, source)) return reject("has several answers");
    if (!found(kept.made.text, source, options_.within, options_.retrieve.mode)) {
      kept.made.text = kept.made.with_context;
      if (kept.made.text.empty() || !found(kept.made.text, source, options_.within, options_.retrieve.mode))
        return reject("does not find its source");
    }
    kept.lexical_first = found(kept.made.text, source, 1, SearchMode::Lexical);
    if (kept.lexical_first && static_cast<double>(lexical_first_ + 1) > options_.max_lexical * static_cast<double>(target_))
      return reject("found by its words alone");
    // The names of document and part would make two questions of one sentence that stands in both.
    const bool asked_before = !asked_.emplace(fold_case(question.made.answer), collapse_white_space(fold_case(kept.gold.front().quote))).second;
    if (asked_before || !near_.add(kept.made.text)) return reject("near to another question");
    lexical_first_ += kept.lexical_first;
    ++kinds_[kept.made.kind];
    made_.questions.push_back(std::move(kept));
    return true;
  }

  std::string name_of(const DocumentRecord& record) const { return gold_name(session_.index(), record, options_.plain_names); }

  GoldItem gold_at(const MadeQuestion& made, const DocumentRecord& record) const {
    return {.document = name_of(record),
            .grade = 1,
            .span = made.span,
            .content_hash = record.content_hash,
            .quote = session_.index().text_of(record.id, made.span)};
  }

  // Of the passages found for a question, those of other documents of which the same question would be made: further gold where they give
  // the same answer.  False where one gives another.  A language model words each question anew, so there it finds nothing.
  bool look_elsewhere(const MadeQuestion& question, std::vector<GoldItem>& gold, PlacedItem& source) {
    if (options_.ask) return true;
    std::map<std::string, std::vector<Passage>> by_document;
    for (Passage& passage : search(question.text, 2 * options_.within, options_.retrieve.mode))
      if (passage.chunk.document_id != question.document_id) by_document[passage.chunk.document_id].push_back(std::move(passage));
    const std::string text = fold_case(question.text), answer = fold_case(question.answer);
    for (auto& [document, passages] : by_document) {
      std::ranges::sort(passages, {}, [](const Passage& passage) { return passage.chunk.span.begin; });
      for (const MadeQuestion& other : pool_.questions_in(passages)) {
        if (fold_case(other.text) != text) continue;
        if (fold_case(other.answer) != answer && !may_have_several_answers(question.kind)) return false;
        const auto record = session_.index().find_document(document);
        if (!record || record->uri.find_first_of("\t\r\n") != std::string::npos) continue;
        gold.push_back(gold_at(other, *record));
        source.places.push_back({other.document_id, other.span});
      }
    }
    return true;
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
    if (lost > before) made_.left_out.push_back({made_.questions[group.front()].document, made_.questions[group.front()].made.document_id});
  }

  // A copy would answer what its document no longer does.
  void leave_out_copies() {
    std::set<std::string> contents;
    for (const LeftOutDocument& document : made_.left_out)
      if (const auto record = session_.index().find_document(document.id)) contents.insert(record->content_hash);
    std::vector<DocumentRecord> copies;
    session_.index().for_each_document([&](const DocumentRecord& record) {
      if (contents.contains(record.content_hash) && std::ranges::find(made_.left_out, record.id, &LeftOutDocument::id) == made_.left_out.end())
        copies.push_back(record);
    });
    for (const DocumentRecord& record : copies) made_.left_out.push_back({name_of(record), record.id});
    std::ranges::sort(made_.left_out);
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
  QuestionPool& pool_;
  MadeQuestions made_;
  NearQuestions near_;
  std::set<std::pair<std::string, std::string>> asked_;  // answers, and the sentences they stand in
  std::map<QuestionKind, std::size_t> kinds_;
  std::size_t lexical_first_ = 0;
  std::size_t target_ = 0;
};

}  // namespace

MadeQuestions make_questions(const MakeQuestionsOptions& options, Progress& progress) {
  Session session(options.session);
  if (session.index().statistics().documents == 0)
    throw Error(ErrorKind::Usage, options.session.index.string() + ": the collection is empty; there is nothing to ask about");
  QuestionPool pool(session.index(), {.language = options.language,
                                      .seed = options.seed,
                                      .ask = options.ask,
                                      .most_calls = options.wanted + options.wanted / 2 + 2});
  QuestionChoice choice(session, options, pool);
  choice.choose(progress);
  choice.make_unanswerable();
  MadeQuestions made = choice.result();
  made.documents = pool.counts().documents;
  made.documents_there = session.index().statistics().documents;
  made.candidates = pool.counts().candidates;
  made.calls = pool.counts().calls;
  made.out_of_calls = pool.out_of_calls();
  made.last_failure = pool.counts().last_failure;
  for (const auto& [why, number] : pool.counts().rejected) made.rejected[why] += number;
  made.generation = session.index().generation();
  made.fingerprints = {{"corpus", corpus_fingerprint(session.index())},
                       {"encoder", session.index().settings().embedder},
                       {"chunker", session.index().settings().chunker}};
  return made;
}

}  // namespace rag
