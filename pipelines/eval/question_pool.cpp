#include "pipelines/eval/question_pool.h"

#include <algorithm>
#include <random>
#include <set>

#include "core/interrupt.h"
#include "core/text.h"
#include "generate/questions/model_questions.h"
#include "generate/questions/question_maker.h"

namespace rag {
namespace {

// std::shuffle may differ from library to library; this does not.
template <typename T>
void shuffle(std::vector<T>& items, std::mt19937_64& random) {
  for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[random() % i]);
}

std::vector<Passage> passages_of(const IndexReader& index, const DocumentRecord& record) {
  std::vector<Passage> passages;
  for (Chunk& chunk : index.chunks_of(record.id))
    passages.push_back(
        {.chunk = std::move(chunk), .uri = record.uri, .title = record.title, .language = record.language, .metadata = record.metadata});
  return passages;
}

// Copies are one document; the first by uri stands for them.
std::vector<DocumentRecord> distinct_documents(const IndexReader& index, QuestionPool& pool) {
  std::vector<DocumentRecord> documents;
  std::set<std::string> contents;
  std::map<std::string, std::size_t> uses;
  index.for_each_document([&](const DocumentRecord& record) {
    ++uses[record.uri];
    if (record.uri.find_first_of("\t\r\n") != std::string::npos || !contents.insert(record.content_hash).second) return;
    documents.push_back(record);
  });
  for (const DocumentRecord& record : documents) pool.names[record.id] = uses[record.uri] == 1 ? record.uri : record.id;
  return documents;
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

// The same question made of several places.
struct Places {
  std::set<std::string> answers;  // folded
  std::vector<MadeQuestion> questions;
};

bool may_have_several_answers(QuestionKind kind) { return kind == QuestionKind::Definition || kind == QuestionKind::Abbreviation; }

using QuestionsOfDocuments = std::vector<std::vector<MadeQuestion>>;

QuestionsOfDocuments made_by_rules(const IndexReader& index, const std::vector<DocumentRecord>& documents, Progress& progress) {
  WordForms forms;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    throw_if_interrupted();
    progress.update("reading", i, 2 * documents.size());
    for (const Chunk& chunk : index.chunks_of(documents[i].id)) forms.add(chunk.text);
  }
  QuestionsOfDocuments made;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    throw_if_interrupted();
    progress.update("reading", documents.size() + i, 2 * documents.size());
    made.push_back(questions_of(passages_of(index, documents[i]), forms));
  }
  return made;
}

// Chunks worth a call: with something to ask about.
constexpr std::size_t kShortestChunk = 120;  // bytes

QuestionsOfDocuments made_by_model(const IndexReader& index, const std::vector<DocumentRecord>& documents,
                                   const PoolOfQuestionsOptions& options, std::mt19937_64& random, Progress& progress) {
  std::vector<std::vector<Passage>> passages;
  for (const DocumentRecord& document : documents) {
    throw_if_interrupted();
    passages.push_back(passages_of(index, document));
    std::erase_if(passages.back(), [](const Passage& passage) { return passage.chunk.text.size() < kShortestChunk; });
    shuffle(passages.back(), random);
  }
  QuestionsOfDocuments made(documents.size());
  std::size_t calls = 0;
  for (std::size_t round = 0; calls < options.most_calls; ++round) {
    const std::size_t before = calls;
    for (std::size_t i = 0; i < documents.size() && calls < options.most_calls; ++i) {
      if (round >= passages[i].size()) continue;
      throw_if_interrupted();
      progress.update("writing", calls++, options.most_calls);
      if (auto question = question_by_model(passages[i][round], options.ask)) made[i].push_back(std::move(*question));
    }
    if (calls == before) break;
  }
  return made;
}

}  // namespace

QuestionPool pool_questions(const IndexReader& index, const PoolOfQuestionsOptions& options, Progress& progress) {
  QuestionPool pool;
  std::vector<DocumentRecord> documents = distinct_documents(index, pool);
  std::mt19937_64 random(options.seed);
  shuffle(documents, random);
  if (documents.size() > options.most_documents) documents.resize(options.most_documents);
  pool.looked_at = documents.size();
  for (const DocumentRecord& document : documents) pool.records.emplace(document.id, document);

  QuestionsOfDocuments made =
      options.ask ? made_by_model(index, documents, options, random, progress) : made_by_rules(index, documents, progress);
  progress.update("", 1, 1);
  std::map<std::string, Places> same;
  for (std::vector<MadeQuestion>& questions : made) {
    std::erase_if(questions,
                  [&](const MadeQuestion& question) { return !options.language.empty() && question.language != options.language; });
    pool.candidates += questions.size();
    for (const MadeQuestion& question : questions) {
      Places& places = same[fold_case(question.text)];
      places.answers.insert(fold_case(question.answer));
      places.questions.push_back(question);
    }
    questions = kinds_in_turn(std::move(questions), random);
  }

  std::set<std::string> taken;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    PooledDocument document{.record = documents[i], .name = pool.names.at(documents[i].id), .questions = {}};
    for (MadeQuestion& question : made[i]) {
      const std::string key = fold_case(question.text);
      const Places& places = same.at(key);
      if (places.answers.size() > 1 && !may_have_several_answers(question.kind)) {
        ++pool.ambiguous;
        continue;
      }
      if (!taken.insert(key).second) continue;
      PooledQuestion pooled{.made = std::move(question), .elsewhere = {}};
      for (const MadeQuestion& other : places.questions)
        if (other.document_id != pooled.made.document_id || !(other.span == pooled.made.span)) pooled.elsewhere.push_back(other);
      document.questions.push_back(std::move(pooled));
    }
    if (!document.questions.empty()) pool.documents.push_back(std::move(document));
  }
  return pool;
}

}  // namespace rag
