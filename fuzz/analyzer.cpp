// Terms of any text: what is found in a document is found by the same words in a question.
#include "core/text.h"
#include "fuzz.h"
#include "index/analyzer.h"

FUZZ(bytes) {
  for (const std::string& term : rag::default_analyzer().terms(bytes)) rag::fuzz::require(!term.empty() && !rag::find_invalid_utf8(term));
  rag::default_analyzer().query_terms(bytes);
}
