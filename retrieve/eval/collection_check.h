#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/text_signature.h"
#include "core/wording.h"
#include "index/stored_signatures.h"
#include "retrieve/eval/judgements.h"

namespace rag {

// Something about a collection that makes figures say less than they seem to.
struct Finding {
  std::string kind;                   // "missing-gold"; kFindingKinds lists them
  std::size_t count = 0;
  Wording what;                       // one line for people, without the count: "documents judged relevant are not in the collection"
  std::vector<Wording> examples;      // the first of them, a line each, at most kExamplesKept
  bool only_a_note = false;           // usual, and no reason to mistrust anything
};
inline constexpr std::size_t kExamplesKept = 5;

struct FindingKind {
  const char* name;
  const char* english;
  const char* korean;
};
// Every kind there is, in the order they are reported in.
std::span<const FindingKind> finding_kinds();

// What should be answered; of a question that the documents do not answer, nothing.
struct ExpectedAnswer {
  std::string query;
  std::vector<std::string> answers;
};

struct CheckedDocument {
  std::string id;     // as judgements name it
  std::string name;   // its file's name, where that is something else
  std::string title;
  std::string text;
  std::optional<TextSignature> signature;  // computed where it is not there and the text has a word
};

// Looks through a collection document by document: about 400 bytes of memory each, every text read once and compared by hashes alone.
class CollectionCheck {
 public:
  CollectionCheck(std::vector<EvalQuery> queries, Qrels qrels, std::vector<ExpectedAnswer> answers);

  // On all cores.  Documents may come in as many pieces as the caller likes; the findings do not depend on it.
  void add(std::span<const CheckedDocument> documents);

  // All there are, by kind; nothing where the collection is as it should be.
  std::vector<Finding> findings() const;

  std::size_t documents() const { return ids_.size(); }

 private:
  struct Question {
    std::size_t query;                     // place in queries_
    std::vector<std::uint64_t> shingles;
  };
  struct Occurrence {
    std::size_t query;
    std::size_t document;  // place in ids_
  };
  // What a single document tells, computed apart from all others.
  struct Look;

  Look look_at(const CheckedDocument& document) const;
  bool is_relevant_to_any(const std::string& document) const { return relevant_.contains(document); }

  void find_gaps(std::vector<Finding>& findings) const;
  void find_copies(std::vector<Finding>& findings) const;
  void find_questions(std::vector<Finding>& findings) const;
  void find_leaks(std::vector<Finding>& findings) const;

  std::vector<EvalQuery> queries_;
  Qrels qrels_;
  std::vector<ExpectedAnswer> answers_;
  std::set<std::string> relevant_;                                       // to some query
  std::vector<Question> questions_;                                      // those long enough to be looked for
  std::unordered_map<std::uint64_t, std::vector<std::size_t>> by_first_; // first shingle -> places in questions_

  std::vector<std::string> ids_;                  // in the order they came
  std::vector<std::uint64_t> text_hashes_;        // of each
  std::vector<std::size_t> signed_;               // places of documents that have a word
  StoredSignatures signatures_;                   // of those
  std::vector<std::size_t> without_words_;        // the others
  std::vector<Occurrence> occurrences_;           // questions that stand in documents, each at its first
  std::vector<bool> occurs_;                      // by query
  std::map<std::string, std::vector<std::string>> names_;  // of relevant documents: title and name
};

}  // namespace rag
