#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/progress.h"
#include "generate/questions/made_question.h"
#include "pipelines/eval/question_pool.h"
#include "pipelines/session.h"
#include "retrieve/eval/gold.h"

namespace rag {

struct MakeQuestionsOptions {
  SessionOptions session;
  RetrieveOptions retrieve;  // how the round trip searches; k is `within`
  std::size_t wanted = 200;
  std::uint64_t seed = 1;
  std::size_t within = 10;    // a question is kept whose source is among the first so many chunks found for it
  double unanswerable = 0.1;  // share of the questions whose documents are to be left out
  double max_lexical = 0.8;   // share of the questions that may find their source first by words alone
  std::string language;       // "en" or "ko"; "" for both
  AskModel ask;  // writes the questions instead of the rules, about one and a half calls for each that is wanted; null: the rules
  bool plain_names = false;  // documents whose uri holds white space are named by id, as a run file needs it
};

// A question that was kept.
struct KeptQuestion {
  std::string id;        // "g001", in the order they were made
  MadeQuestion made;     // `text` as it is to be asked
  std::string document;  // how gold names it: by uri, or by id where two documents share that
  std::vector<GoldItem>
      gold;  // where the answer stands, each with span, content hash and quote; of one that is unanswerable where it stood
  bool lexical_first = false;  // a search by words alone finds the source first
  bool answerable = true;      // false: its document is to be left out
};

// A document that is to be left out.
struct LeftOutDocument {
  std::string name;  // as gold would name it
  std::string id;
  auto operator<=>(const LeftOutDocument&) const = default;
};

struct MadeQuestions {
  std::vector<KeptQuestion> questions;
  std::vector<LeftOutDocument> left_out;        // ascending; copies of them as well
  std::size_t documents = 0;                    // looked at
  std::size_t documents_there = 0;              // in the index, copies included
  std::size_t candidates = 0;                   // questions made of those that were looked at
  std::size_t calls = 0;                        // of a language model
  bool out_of_calls = false;                    // it may not be asked more often, though there is more to ask about
  std::map<std::string, std::size_t> rejected;  // why -> how many of those that were tried
  std::string last_failure;                     // of the language model's endpoint; "" where it never failed
  std::uint64_t generation = 0;                 // of the index
  std::map<std::string, std::string> fingerprints;
};

// Makes questions of an index's own documents (generate/questions), none of them near to another, and keeps those that find their source
// again.
//
// - Documents are taken in an order that the seed chooses (document_order.h), as many as it takes: 2,000 are held at a time, and the next
//   come when these give nothing more.  Of each one question in turn, so that large documents do not crowd out small ones; no kind makes up
//   more than its share while there are others among them.
// - A question that the passages found for it would be asked of as well, with another answer, is dropped; with the same answer, each place
//   is gold.
// - Unanswerable questions are questions that were answerable: their document is listed in `left_out`, no other question has its source
//   there, and nothing that is found for them outside of it holds their answer.
// Deterministic: the same index, encoder and options give the same questions, as far as a language model that is asked does.  Throws
// Error(Usage) for an empty index.
MadeQuestions make_questions(const MakeQuestionsOptions& options, Progress& progress);

}  // namespace rag
