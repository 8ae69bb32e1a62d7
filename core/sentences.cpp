#include "core/sentences.h"

#include <array>
#include <string>

#include "core/text.h"

namespace rag {
namespace {

bool is_closing(char32_t c) {
  return c == '"' || c == '\'' || c == ')' || c == ']' || c == 0x201D || c == 0x2019 || c == 0x300D || c == 0x300F || c == 0x3011;
}

// The line that starts at `begin`, without its end.
std::string_view line_at(std::string_view text, std::size_t begin) {
  const std::size_t end = text.find('\n', begin);
  return text.substr(begin, (end == std::string_view::npos ? text.size() : end) - begin);
}

bool starts_block(std::string_view line) {
  line = trim(line);
  if (line.empty() || line.front() == '#' || line.find(" | ") != std::string_view::npos) return true;
  for (const std::string_view mark : {"- ", "* ", "+ ", "• ", "· ", "※ ", "▪ ", "○ ", "◦ "})
    if (line.starts_with(mark)) return true;
  std::size_t digits = 0;
  while (digits < line.size() && digits < 3 && line[digits] >= '0' && line[digits] <= '9') ++digits;
  return digits > 0 && digits + 1 < line.size() && (line[digits] == '.' || line[digits] == ')') && line[digits + 1] == ' ';
}

bool is_abbreviation(std::string_view before_stop) {
  std::size_t begin = before_stop.size();
  while (begin > 0 && before_stop[begin - 1] != ' ' && before_stop[begin - 1] != '\n' && before_stop[begin - 1] != '(') --begin;
  const std::string word = fold_case(before_stop.substr(begin));
  static constexpr std::array kKnown = {"e.g", "i.e", "dr", "mr",  "mrs",    "ms", "prof", "st", "vs",  "no",  "inc",
                                        "ltd", "co",  "corp", "jr", "approx", "cf", "fig", "dept", "jan", "feb", "u.s"};
  for (const std::string_view known : kKnown)
    if (word == known) return true;
  return word.size() == 1 && word[0] >= 'a' && word[0] <= 'z';  // an initial: "J. Kim"
}

bool ends_korean_sentence(std::string_view line) {
  line = trim(line);
  for (const std::string_view ending : {"다", "요", "까", "음", "함", "됨"})
    if (line.ends_with(ending)) return true;
  return false;
}

}  // namespace

std::vector<Span> split_sentences(std::string_view text) {
  std::vector<Span> spans;
  std::size_t begin = 0;
  const auto cut = [&](std::size_t end) {
    const std::string_view whole = text.substr(begin, end - begin);
    const std::string_view piece = trim(whole);
    if (!piece.empty()) {
      const std::size_t from = begin + static_cast<std::size_t>(piece.data() - whole.data());
      spans.push_back({from, from + piece.size()});
    }
    begin = end;
  };
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t at = i;
    const char32_t c = next_code_point(text, i);
    if (c == '\n') {
      const std::string_view line = line_at(text, begin);
      const bool row = line.find(" | ") != std::string_view::npos;
      const bool heading = trim(line).starts_with('#');
      if (row || heading || starts_block(line_at(text, i)) || ends_korean_sentence(text.substr(begin, at - begin))) cut(i);
      continue;
    }
    if (c == 0x3002 || c == 0xFF01 || c == 0xFF1F) {
      cut(i);
      continue;
    }
    if (c != '.' && c != '!' && c != '?') continue;
    if (c == '.' && is_abbreviation(text.substr(begin, at - begin))) continue;
    std::size_t end = i;
    while (end < text.size()) {
      std::size_t next = end;
      const char32_t after = next_code_point(text, next);
      if (!is_closing(after) && after != '.' && after != '!' && after != '?') break;
      end = next;
    }
    std::size_t next = end;
    if (end < text.size() && !is_space(next_code_point(text, next))) continue;  // "3.5", "a.b"
    const std::string_view piece = trim(text.substr(begin, at - begin));
    if (c == '.' && piece.size() <= 3 && starts_block(std::string(piece) + ". x")) continue;  // "1." opens a list item
    cut(end);
    i = end;
  }
  cut(text.size());
  return spans;
}

}  // namespace rag
