#include "generate/questions/word_forms.h"

#include <algorithm>
#include <unordered_set>

#include "core/text.h"
#include "generate/questions/sentence_questions.h"

namespace rag {
namespace {

bool is_lower(std::string_view word) { return !word.empty() && word[0] >= 'a' && word[0] <= 'z'; }
bool is_capital(std::string_view word) { return !word.empty() && word[0] >= 'A' && word[0] <= 'Z'; }

}  // namespace

void WordForms::add(std::string_view text) {
  bool behind_lower = false;
  for (std::string& word : blank_separated(collapse_white_space(text))) {
    const bool ends = word.find_first_of(".,;:!?)\"") != std::string::npos;
    word.resize(word.find_last_not_of(".,;:!?)\"") + 1);
    if (is_lower(word)) ++uses_[word].lower;
    if (is_capital(word) && behind_lower) ++uses_[fold_case(word)].name;
    behind_lower = is_lower(word) && !ends;
  }
}

std::string WordForms::inside_sentence(const std::string& first, const std::string& next) const {
  static const std::unordered_set<std::string_view> kAlways = {"The", "A",   "An", "All",  "Every", "Each", "Your",
                                                               "Our", "Any", "No", "Some", "Most",  "Many"};
  std::string folded = fold_case(first);
  if (kAlways.contains(first)) return folded;
  if (std::ranges::count_if(first, [](char c) { return c >= 'A' && c <= 'Z'; }) > 1 || is_capital(next)) return first;
  const auto uses = uses_.find(folded);
  if (uses == uses_.end()) return is_lower(next) ? folded : first;
  return uses->second.lower > uses->second.name ? folded : first;
}

}  // namespace rag
