#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/progress.h"
#include "generate/prompt.h"
#include "generate/questions/made_question.h"
#include "index/index_reader.h"

namespace rag {

// Everything that could be asked of an index, document by document in an order that the seed chooses.
struct PooledQuestion {
  MadeQuestion made;
  std::vector<MadeQuestion> elsewhere;  // the same question with the same answer, made of other places
};

struct PooledDocument {
  DocumentRecord record;
  std::string name;                       // uri, or id where two documents share that
  std::vector<PooledQuestion> questions;  // in an order that the seed chooses, kinds in turn
};

struct QuestionPool {
  std::vector<PooledDocument> documents;          // those of which a question can be made
  std::map<std::string, DocumentRecord> records;  // of the documents looked at, by id
  std::map<std::string, std::string> names;       // id -> name
  std::size_t looked_at = 0, candidates = 0;
  std::size_t ambiguous = 0;  // candidates dropped because the same question has another answer elsewhere
};

// What a language model replies to messages; null: questions are made by rules.
using AskModel = std::function<std::string(const std::vector<ChatMessage>&)>;

struct PoolOfQuestionsOptions {
  std::string language;  // "en" or "ko"; "" for both
  std::uint64_t seed = 1;
  std::size_t most_documents = 2000;
  AskModel ask;
  std::size_t most_calls = 0;  // of `ask`: one a chunk, chunks of different documents in turn
};
QuestionPool pool_questions(const IndexReader& index, const PoolOfQuestionsOptions& options, Progress& progress);

}  // namespace rag
