#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rag {

// Cuts text into the terms that the lexical index stores and asks for.  Korean first: width and case folded, Latin words as
// English stems without stop words, Hangul and other CJK words as character bigrams, numbers and identifiers whole and in parts.
// `name()` changes whenever the terms of any stored text would.  Safe to use from several threads at once.
class Analyzer {
 public:
  virtual ~Analyzer() = default;
  virtual std::string name() const = 0;
  virtual std::vector<std::string> terms(std::string_view text) const = 0;        // of a stored text, in order, repeats kept
  virtual std::vector<std::string> query_terms(std::string_view text) const = 0;  // of a question
};

const Analyzer& default_analyzer();

}  // namespace rag
