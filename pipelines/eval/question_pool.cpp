#include "pipelines/eval/question_pool.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "core/error.h"
#include "core/hash.h"
#include "core/interrupt.h"
#include "core/text.h"
#include "generate/questions/question_maker.h"

namespace rag {
namespace {

// How words are written inside sentences is learned from so many documents of the first window; more tell hardly anything new.
constexpr std::size_t kLearnedFrom = 500;
constexpr std::size_t kShortestChunk = 120;  // bytes of a chunk that is worth a call

// std::shuffle may differ from library to library; this does not.
template <typename T>
void shuffle(std::vector<T>& items, std::mt19937_64& random) {
  for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[random() % i]);
}

Passage passage_of(const DocumentRecord& record, Chunk chunk) {
  return {.chunk = std::move(chunk), .uri = record.uri, .title = record.title, .language = record.language, .metadata = record.metadata};
}

std::vector<Passage> passages_of(const IndexReader& index, const DocumentRecord& record) {
  std::vector<Passage> passages;
  for (Chunk& chunk : index.chunks_of(record.id)) passages.push_back(passage_of(record, std::move(chunk)));
  return passages;
}

// One of each kind, then the next of each: no kind stands at the head of every document.
std::vector<MadeQuestion> kinds_in_turn(std::vector<MadeQuestion> questions, std::mt19937_64& random) {
  shuffle(questions, random);
  std::vector<int> kinds;
  for (int kind = 0; kind < kQuestionKinds; ++kind) kinds.push_back(kind);
  shuffle(kinds, random);
  std::map<int, std::size_t> seen;
  std::vector<std::pair<std::pair<std::size_t, std::ptrdiff_t>, std::size_t>> order;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const int kind = static_cast<int>(questions[i].kind);
    order.push_back({{seen[kind]++, std::ranges::find(kinds, kind) - kinds.begin()}, i});
  }
  std::ranges::sort(order);
  std::vector<MadeQuestion> sorted;
  for (const auto& [key, i] : order) sorted.push_back(std::move(questions[i]));
  return sorted;
}

// The same question made of several places of a document.
struct Places {
  std::set<std::string> answers;  // folded
  std::vector<MadeQuestion> questions;
  bool taken = false;
};

}  // namespace

QuestionPool::QuestionPool(const IndexReader& index, PoolOfQuestionsOptions options)
    : index_(index), options_(std::move(options)), order_(index, options_.seed) {}

bool QuestionPool::next_window(Progress& progress) {
  documents_.clear();
  for (DocumentRecord& record : order_.next(options_.window))
    documents_.push_back({.record = std::move(record), .questions = {}, .unasked = {}, .opened = false});
  if (!learned_ && !options_.ask) learn_word_forms(progress);
  return !documents_.empty();
}

bool QuestionPool::make_more(PooledDocument& document) {
  if (!document.opened) {
    ++counts_.documents;
    document.opened = true;
    std::vector<Passage> passages = passages_of(index_, document.record);
    if (!options_.ask) {
      make_by_rules(document, passages);
      return true;
    }
    for (const Passage& passage : passages)
      if (passage.chunk.text.size() >= kShortestChunk) document.unasked.push_back(passage.chunk.id);
    std::mt19937_64 random = random_for(document);
    shuffle(document.unasked, random);
  }
  return options_.ask && ask_about_next_chunk(document);
}

std::vector<MadeQuestion> QuestionPool::questions_in(const std::vector<Passage>& passages) const { return questions_of(passages, forms_); }

void QuestionPool::make_by_rules(PooledDocument& document, const std::vector<Passage>& passages) {
  std::vector<MadeQuestion> questions = questions_of(passages, forms_);
  std::erase_if(questions, [&](const MadeQuestion& question) { return !wanted(question); });
  counts_.candidates += questions.size();
  std::map<std::string, Places> same;
  for (const MadeQuestion& question : questions) {
    Places& places = same[fold_case(question.text)];
    places.answers.insert(fold_case(question.answer));
    places.questions.push_back(question);
  }
  std::mt19937_64 random = random_for(document);
  for (MadeQuestion& question : kinds_in_turn(std::move(questions), random)) {
    Places& places = same.at(fold_case(question.text));
    if (places.answers.size() > 1 && !may_have_several_answers(question.kind)) {
      ++counts_.rejected["has several answers"];
      continue;
    }
    if (std::exchange(places.taken, true)) continue;
    PooledQuestion pooled{.made = std::move(question), .elsewhere = {}, .tried = false};
    for (const MadeQuestion& other : places.questions)
      if (!(other.span == pooled.made.span)) pooled.elsewhere.push_back(other);
    document.questions.push_back(std::move(pooled));
  }
}

bool QuestionPool::ask_about_next_chunk(PooledDocument& document) {
  if (document.unasked.empty() || out_of_calls()) return false;
  const ChunkId chunk = document.unasked.back();
  document.unasked.pop_back();
  for (const Passage& passage : index_.passages(std::span(&chunk, 1))) {
    ++counts_.calls;
    ModelQuestion made = asked_about(passage);
    if (!made.question) {
      ++counts_.rejected[made.reason];
    } else if (wanted(*made.question)) {
      ++counts_.candidates;
      document.questions.push_back({.made = std::move(*made.question), .elsewhere = {}, .tried = false});
    } else {
      ++counts_.rejected["in the other language"];
    }
  }
  return true;
}

ModelQuestion QuestionPool::asked_about(const Passage& passage) {
  try {
    ModelQuestion made = question_by_model(passage, options_.ask);
    failures_in_a_row_ = 0;
    return made;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::Backend || ++failures_in_a_row_ == kMostFailuresInARow) throw;
    counts_.last_failure = error.what();
    return {.question = std::nullopt, .reason = "the endpoint failed"};
  }
}

void QuestionPool::learn_word_forms(Progress& progress) {
  learned_ = true;
  const std::size_t most = std::min(kLearnedFrom, documents_.size());
  for (std::size_t i = 0; i < most; ++i) {
    throw_if_interrupted();
    progress.update("reading", i, most);
    for (const Chunk& chunk : index_.chunks_of(documents_[i].record.id)) forms_.add(chunk.text);
  }
  progress.update("", 1, 1);
}

// Of its own for each document, so that what is made of it does not depend on what was wanted before.
std::mt19937_64 QuestionPool::random_for(const PooledDocument& document) const {
  return std::mt19937_64(checksum64("questions\n" + std::to_string(options_.seed) + '\n' + document.record.id));
}

}  // namespace rag
