#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "core/progress.h"
#include "generate/prompt.h"
#include "generate/questions/made_question.h"
#include "generate/questions/model_questions.h"
#include "generate/questions/word_forms.h"
#include "index/index_reader.h"
#include "pipelines/eval/document_order.h"

namespace rag {

struct PooledQuestion {
  MadeQuestion made;
  std::vector<MadeQuestion> elsewhere;  // the same question with the same answer, made of other places of the document
  bool tried = false;                   // for whoever chooses among them
};

struct PooledDocument {
  DocumentRecord record;
  std::vector<PooledQuestion> questions;  // in an order that the seed chooses, kinds in turn; what was made so far
  std::vector<ChunkId> unasked;           // chunks that a language model has yet to be asked about
  bool opened = false;
};

struct PoolOfQuestionsOptions {
  std::string language;  // "en" or "ko"; "" for both
  std::uint64_t seed = 1;
  std::size_t window = 2000;   // documents whose questions are held at once
  AskModel ask;                // what a language model replies; null: questions are made by rules
  std::size_t most_calls = 0;  // of `ask`
};

// What became of what was looked at so far.
struct PoolCounts {
  std::size_t documents = 0;   // looked at
  std::size_t candidates = 0;  // questions made of them
  std::size_t calls = 0;       // of the language model
  std::map<std::string, std::size_t> rejected;  // why no question came of a call, or a question was dropped at once -> how many
  std::string last_failure;                     // of the language model's endpoint
};

// So many calls that fail one after the other end the run; one alone is counted.
inline constexpr std::size_t kMostFailuresInARow = 3;

// What could be asked of an index's documents, made only when somebody wants it: document by document in an order that the seed chooses, a
// window of them at a time.  Memory grows with the window, not with the index.
class QuestionPool {
 public:
  // `index` must outlive it.
  QuestionPool(const IndexReader& index, PoolOfQuestionsOptions options);

  // Goes on to the next documents, and lets go of those before; false where there are no more.
  bool next_window(Progress& progress);
  std::vector<PooledDocument>& documents() { return documents_; }

  // Makes more questions of a document of the window: all of them by rules, or that of one more chunk by a language model, which may be none.
  // False where nothing is left to make.  Throws what `ask` throws where it fails too often.
  bool make_more(PooledDocument& document);

  // The questions that the same rules make of other passages, for comparison.
  std::vector<MadeQuestion> questions_in(const std::vector<Passage>& passages) const;

  const PoolCounts& counts() const { return counts_; }
  bool out_of_calls() const { return options_.ask && counts_.calls >= options_.most_calls; }

 private:
  bool wanted(const MadeQuestion& question) const { return options_.language.empty() || question.language == options_.language; }
  void make_by_rules(PooledDocument& document, const std::vector<Passage>& passages);
  bool ask_about_next_chunk(PooledDocument& document);
  ModelQuestion asked_about(const Passage& passage);
  void learn_word_forms(Progress& progress);
  std::mt19937_64 random_for(const PooledDocument& document) const;

  const IndexReader& index_;
  PoolOfQuestionsOptions options_;
  DocumentOrder order_;
  std::vector<PooledDocument> documents_;
  WordForms forms_;
  bool learned_ = false;
  std::size_t failures_in_a_row_ = 0;
  PoolCounts counts_;
};

}  // namespace rag
