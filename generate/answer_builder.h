#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/answer.h"
#include "core/passage.h"

namespace rag {

// A piece of one passage that supports a sentence.
struct Support {
  std::size_t passage = 0;  // index into the passages
  Span span;                // bytes of the document's text, inside the passage
};

// Puts an answer together sentence by sentence: text, markers, citations with verbatim quotes.
// Passages are numbered in the order in which they are first cited.
class AnswerBuilder {
 public:
  explicit AnswerBuilder(std::span<const Passage> passages);

  // `separator` stands before the sentence unless it is the first.
  void add(const std::string& sentence, const std::vector<Support>& supports, const std::string& separator = " ");
  bool empty() const { return answer_.text.empty(); }
  Usage& usage() { return answer_.usage; }

  Answer finish() &&;                     // what was added
  Answer abstain(std::string reason) &&;  // nothing of it

 private:
  std::span<const Passage> passages_;
  Answer answer_;
  std::map<std::size_t, int> numbers_;
};

// Bytes of a document, where they lie inside the passage; "" where they do not.
std::string_view quote_of(const Passage& passage, Span span);

enum class Abstention { NoPassages, NothingSupports, ModelRefused, NothingHeld, NoQuestion };

// Why there is no answer, in the question's language.
std::string abstention_reason(Abstention why, const std::string& question);

}  // namespace rag
