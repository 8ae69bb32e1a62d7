#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "retrieve/eval/judgements.h"

namespace rag {

// A piece of information that a good answer has, as in TREC's nugget evaluation.
struct Nugget {
  std::string text;
  bool vital = true;  // else "okay": good to have
};

// A question with what is known about its answer.
struct GoldQuestion {
  std::string id;
  std::string text;
  std::vector<std::string> references;  // each an answer that is right
  bool impossible = false;              // the documents do not answer it: right is to say so
  std::vector<Nugget> nuggets;
  std::vector<std::string> documents;   // ids or uris of those that answer it
  bool draws_on_all = false;            // the answer was made from these documents together; false: each may answer by itself, as judgements have it

  bool answerable() const { return !impossible && (!references.empty() || !nuggets.empty()); }
  bool judged() const { return impossible || answerable(); }
};

// Questions as JSON Lines: `_id`, and `text` or `question`.  A line may have the gold itself:
//     answers (list) or answer (text or list)     references; an empty list says that there is no answer, as in SQuAD 2.0
//     is_impossible or impossible (true, false), kind "unanswerable"
//     nuggets                                     texts, or {"text", "importance": "vital" or "okay"} or {"text", "vital": true or false}
//     documents                                   a list of ids or uris; or evidence, spans: a list of objects with "document", "file", "uri" or "corpus-id":
//                                                 what the answer draws on
// Also id TAB text, without gold.  Throws Error(Usage) with file and line for anything else, an id that comes twice, and no question at all.
std::vector<GoldQuestion> read_gold_questions(const std::filesystem::path& file);

// Puts the same fields of another file, by `_id`, over what the questions have.  Returns the ids it has that no question has.
std::vector<std::string> add_gold(std::vector<GoldQuestion>& questions, const std::filesystem::path& file);

// Documents with a grade above 0, for the questions that name none yet.
void add_gold_documents(std::vector<GoldQuestion>& questions, const Qrels& qrels);

}  // namespace rag
