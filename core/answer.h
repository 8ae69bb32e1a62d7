#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "core/passage.h"
#include "core/span.h"

namespace rag {

// Ties one piece of an answer to the bytes of a stored document that support it.
struct Citation {
  int number = 0;           // as shown: [1], [2], ...
  Span answer_span;         // bytes of Answer::text
  std::string document_id;  // Document::id
  std::string uri;
  int page = 0;             // 0 where there are no pages
  std::string time;         // "00:01:23": when the quote is said, in a document with times; "" in others
  Span source_span;         // bytes of the document's text
  std::string quote;        // exactly those bytes
};

struct Usage {
  std::size_t prompt_tokens = 0;
  std::size_t completion_tokens = 0;
  std::size_t sentences = 0;           // sentences the generator wrote
  std::size_t sentences_dropped = 0;   // taken out because no citation of theirs held
  std::size_t citations_rejected = 0;  // pointed at nothing, or at a text that does not say so
};

struct Answer {
  std::string text;  // "" when abstained
  std::vector<Citation> citations;
  bool abstained = false;
  std::string reason;  // why it abstained, "" otherwise
  std::vector<Passage> passages;  // what the generator was given
  Usage usage;
  std::map<std::string, double> timings_ms;
};

}  // namespace rag
