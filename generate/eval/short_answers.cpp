#include "generate/eval/short_answers.h"

#include <algorithm>
#include <map>
#include <vector>

#include "core/letters.h"
#include "core/text.h"

namespace rag {
namespace {

bool is_ascii_punctuation(char32_t c) { return (c >= 0x21 && c <= 0x2F) || (c >= 0x3A && c <= 0x40) || (c >= 0x5B && c <= 0x60) || (c >= 0x7B && c <= 0x7E); }

// What Python's str.split() splits at: white space, and the four separators of ASCII.
bool is_blank(char32_t c) { return is_space(c) || (c >= 0x1C && c <= 0x1F); }

constexpr std::u32string_view kKorquadBlanks = U"'\"《》<>〈〉()‘’";

std::u32string code_points(std::string_view text) {
  std::u32string out;
  for (std::size_t i = 0; i < text.size();) out += next_code_point(text, i);
  return out;
}

std::string utf8(std::u32string_view text) {
  std::string out;
  for (const char32_t c : text) append_utf8(out, c);
  return out;
}

bool is_article(std::u32string_view word) { return word == U"a" || word == U"an" || word == U"the"; }

// \b(a|an|the)\b to a blank: words are runs of \w, so that "the" is one in "the–end".
std::u32string without_articles(std::u32string_view text) {
  std::u32string out;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && is_word_character(text[end])) ++end;
    if (end == i) {
      out += text[i++];
      continue;
    }
    const std::u32string_view word = text.substr(i, end - i);
    out += is_article(word) ? U" " : word;
    i = end;
  }
  return out;
}

std::vector<std::u32string> split_words(std::u32string_view text) {
  std::vector<std::u32string> words;
  for (std::size_t i = 0; i < text.size();) {
    while (i < text.size() && is_blank(text[i])) ++i;
    const std::size_t begin = i;
    while (i < text.size() && !is_blank(text[i])) ++i;
    if (i > begin) words.emplace_back(text.substr(begin, i - begin));
  }
  return words;
}

std::vector<std::u32string> normalised_words(std::string_view text, ShortAnswerRules rules) {
  std::u32string kept;
  for (const char32_t c : code_points(lower_case(text))) {
    if (rules == ShortAnswerRules::Korquad && kKorquadBlanks.find(c) != std::u32string_view::npos)
      kept += U' ';
    else if (!is_ascii_punctuation(c))
      kept += c;
  }
  return split_words(rules == ShortAnswerRules::Squad ? without_articles(kept) : kept);
}

std::u32string joined(const std::vector<std::u32string>& words, std::u32string_view between) {
  std::u32string out;
  for (std::size_t i = 0; i < words.size(); ++i) out.append(i == 0 ? U"" : between).append(words[i]);
  return out;
}

// What F1 counts: words, or the characters of words.
std::vector<std::u32string> counted_units(const std::vector<std::u32string>& words, ShortAnswerRules rules) {
  if (rules == ShortAnswerRules::Squad) return words;
  std::vector<std::u32string> characters;
  for (const std::u32string& word : words)
    for (const char32_t c : word) characters.emplace_back(1, c);
  return characters;
}

double f1_of(const std::vector<std::u32string>& answer, const std::vector<std::u32string>& reference) {
  if (answer.empty() || reference.empty()) return answer.empty() && reference.empty() ? 1.0 : 0.0;
  std::map<std::u32string_view, std::size_t> left;
  for (const std::u32string& unit : reference) ++left[unit];
  std::size_t common = 0;
  for (const std::u32string& unit : answer)
    if (const auto found = left.find(unit); found != left.end() && found->second > 0) --found->second, ++common;
  if (common == 0) return 0.0;
  const double precision = static_cast<double>(common) / static_cast<double>(answer.size());
  const double recall = static_cast<double>(common) / static_cast<double>(reference.size());
  return 2 * precision * recall / (precision + recall);
}

bool is_currency(char32_t c) { return c == U'$' || c == U'%' || c == U'€' || c == U'£' || c == U'¥' || c == U'₩'; }

bool is_kept(char32_t c) { return is_letter(c) || is_digit(c) || is_currency(c); }

bool groups_of_three_follow(std::u32string_view text, std::size_t comma) {
  std::size_t digits = 0;
  while (comma + 1 + digits < text.size() && is_digit(text[comma + 1 + digits])) ++digits;
  return digits == 3;
}

// A text as holds_answer compares it: letters, digits and signs of money and percent, a blank between two where blanks matter: not beside
// a script that is written without them, or as one likes.
std::u32string comparable(std::string_view text) {
  const std::u32string all = code_points(fold_case(to_nfkc(text)));
  std::u32string out;
  bool blank = false;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const char32_t c = all[i];
    const bool in_number = i > 0 && is_digit(all[i - 1]) && i + 1 < all.size() && is_digit(all[i + 1]);
    if (c == U',' && in_number && groups_of_three_follow(all, i)) continue;
    if (is_kept(c) || (c == U'.' && in_number)) {
      if (blank && !out.empty() && !is_cjk(out.back()) && !is_cjk(c)) out += U' ';
      out += c;
      blank = false;
    } else if (c != U'\'' && c != U'’') {
      blank = true;
    }
  }
  return out;
}

std::u32string_view without_leading_article(std::u32string_view text) {
  const std::size_t blank = text.find(U' ');
  return blank != std::u32string_view::npos && is_article(text.substr(0, blank)) ? text.substr(blank + 1) : text;
}

// Between text[at - 1] and text[at].
bool is_border(std::u32string_view text, std::size_t at) {
  if (at == 0 || at == text.size()) return true;
  const auto ends_a_word = [](char32_t c) { return c == U' ' || is_cjk(c) || is_currency(c); };
  return ends_a_word(text[at - 1]) || ends_a_word(text[at]);
}

// Knuth, Morris and Pratt's search: linear also in texts that repeat themselves.
bool occurs_between_borders(std::u32string_view text, std::u32string_view wanted) {
  std::vector<std::size_t> border(wanted.size());  // length of the longest proper prefix that ends here
  for (std::size_t i = 1, length = 0; i < wanted.size(); ++i) {
    while (length > 0 && wanted[i] != wanted[length]) length = border[length - 1];
    border[i] = length += wanted[i] == wanted[length];
  }
  for (std::size_t i = 0, length = 0; i < text.size(); ++i) {
    while (length > 0 && text[i] != wanted[length]) length = border[length - 1];
    length += text[i] == wanted[length];
    if (length < wanted.size()) continue;
    if (is_border(text, i + 1 - length) && is_border(text, i + 1)) return true;
    length = border[length - 1];
  }
  return false;
}

}  // namespace

std::string normalised_answer(std::string_view text, ShortAnswerRules rules) { return utf8(joined(normalised_words(text, rules), U" ")); }

ShortAnswerScore score_short_answer(std::string_view answer, std::span<const std::string> references, ShortAnswerRules rules) {
  std::vector<std::vector<std::u32string>> gold;
  for (const std::string& reference : references)
    if (auto words = normalised_words(reference, rules); !words.empty()) gold.push_back(std::move(words));
  if (gold.empty()) gold.emplace_back();
  const std::vector<std::u32string> words = normalised_words(answer, rules);
  const std::vector<std::u32string> units = counted_units(words, rules);
  ShortAnswerScore best;
  for (const auto& reference : gold) {
    best.exact = std::max(best.exact, words == reference ? 1.0 : 0.0);
    best.f1 = std::max(best.f1, f1_of(units, counted_units(reference, rules)));
  }
  return best;
}

bool holds_answer(std::string_view answer, std::string_view reference) {
  const std::u32string whole = comparable(reference);
  const std::u32string_view wanted = without_leading_article(whole);
  const bool says_something = std::ranges::any_of(wanted, [](char32_t c) { return is_letter(c) || is_digit(c); });
  return says_something && occurs_between_borders(comparable(answer), wanted);
}

bool holds_any_answer(std::string_view answer, std::span<const std::string> references) {
  return std::ranges::any_of(references, [&](const std::string& reference) { return holds_answer(answer, reference); });
}

}  // namespace rag
