#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rag {

// The question as the lexical leg gets it: unchanged where it has at most `max_words` different words, else only its most frequent
// ones, once each, in order of first appearance.  Someone who pastes a whole document as a question asks for its subject, which it
// names often; and the cost of a lexical search grows with the number of terms, so it must have a bound.
// Longer words (and text in scripts without blanks) are taken apart into pieces first, so that a word is bounded too.
std::string bound_lexical_query(std::string_view question, std::size_t max_words = 256);

}  // namespace rag
