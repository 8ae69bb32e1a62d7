#include "retrieve/lexical_query.h"

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "core/text.h"

namespace rag {
namespace {

constexpr std::size_t kMaxCharacters = 64;    // no word anybody asks for is longer
constexpr std::size_t kMaxCjkCharacters = 8;  // each such character makes a term of its own (bigrams), so fewer of them

struct Word {
  std::string_view text;
  std::size_t first = 0;  // place of its first appearance
  std::size_t count = 0;
};

// Calls visit(word) for every run of letters and digits, long runs in pieces.
template <typename Visit>
void for_each_word(std::string_view text, const Visit& visit) {
  std::size_t begin = 0, characters = 0;
  bool cjk = false;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t here = i;
    const char32_t c = next_code_point(text, i);
    const bool inside = is_letter(c) || is_digit(c);
    if (characters > 0 && (!inside || characters >= (cjk ? kMaxCjkCharacters : kMaxCharacters))) {
      visit(text.substr(begin, here - begin));
      characters = 0;
      cjk = false;
    }
    if (!inside) continue;
    if (characters++ == 0) begin = here;
    cjk = cjk || is_cjk(c);
  }
  if (characters > 0) visit(text.substr(begin));
}

}  // namespace

std::string bound_lexical_query(std::string_view question, std::size_t max_words) {
  if (question.size() <= max_words) return std::string(question);  // a word takes at least a byte
  std::vector<Word> words;
  std::unordered_map<std::string, std::size_t> place;
  for_each_word(question, [&](std::string_view text) {
    const auto [at, is_new] = place.emplace(fold_case(text), words.size());
    if (is_new) words.push_back({.text = text, .first = words.size()});
    ++words[at->second].count;
  });
  if (words.size() <= max_words) return std::string(question);

  std::ranges::stable_sort(words, [](const Word& a, const Word& b) { return a.count > b.count; });
  words.resize(max_words);
  std::ranges::sort(words, {}, &Word::first);
  std::string bounded;
  for (const Word& word : words) bounded.append(bounded.empty() ? "" : " ").append(word.text);
  return bounded;
}

}  // namespace rag
