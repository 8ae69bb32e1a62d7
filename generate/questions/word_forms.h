#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

namespace rag {

// How the English words of some texts are written inside sentences, so that "Leave" at a sentence's beginning can be told from "Leeds".
class WordForms {
 public:
  void add(std::string_view text);

  // The first words of a sentence's subject as they stand inside a sentence.
  std::string inside_sentence(const std::string& first, const std::string& next) const;

 private:
  struct Uses {
    std::size_t lower = 0;  // in lower case
    std::size_t name = 0;   // with a capital behind a word in lower case
  };
  std::unordered_map<std::string, Uses> uses_;  // by the word in lower case
};

}  // namespace rag
