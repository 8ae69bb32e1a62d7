#include "ingest/pdf_text.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "core/text.h"

namespace rag {
namespace {

// How often each form of a word occurs, grouped by its letters alone: "innetwork" -> {"in-network": 90, "innetwork": 3}.
using Words = std::unordered_map<std::string, std::map<std::string, std::size_t>>;

bool is_word_character(char32_t c) { return is_letter(c) || c == '-'; }

const char* letters_of_ligature(char32_t c) {
  switch (c) {
    case 0xFB00: return "ff";
    case 0xFB01: return "fi";
    case 0xFB02: return "fl";
    case 0xFB03: return "ffi";
    case 0xFB04: return "ffl";
    case 0xFB05:
    case 0xFB06: return "st";
    default: return nullptr;
  }
}

bool is_turn(char32_t c) { return c >= 0x202A && c <= 0x202E; }

// Whether a mark that turns the direction of writing, from `begin` on, stands between two words.
bool parts_words(const std::string& text, std::size_t begin, std::size_t end) {
  const auto in_word = [](char32_t c) { return is_letter(c) || is_digit(c); };
  if (begin == 0) return false;
  std::size_t before = floor_to_character(text, begin - 1);
  if (!in_word(next_code_point(text, before))) return false;
  while (end < text.size()) {
    const char32_t c = next_code_point(text, end);
    if (!is_turn(c)) return in_word(c);
  }
  return false;
}

std::string mend_characters(const std::string& text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t begin = i;
    const char32_t c = next_code_point(text, i);
    if (const char* letters = letters_of_ligature(c))
      out += letters;
    else if (c == 0xF0B7 || c == 0xF0A7 || c == 0xF0D8 || c == 0xF076 || c == 0xF0FC)
      out += "•";  // Symbol's and Wingdings' bullets
    else if (c == 0xF020 || c == 0xA0)
      out += ' ';
    else if (c == 0xFFFE || c == 0xFFFF || c == 0x200B)
      continue;
    else if (is_turn(c) && parts_words(text, begin, i))
      out.append(" ").append(text, begin, i - begin);
    else
      out.append(text, begin, i - begin);
  }
  return out;
}

std::string letters_of(std::string_view word) {
  std::string letters = fold_case(word);
  std::erase(letters, '-');
  return letters;
}

std::size_t word_end_after(std::string_view text, std::size_t begin) {
  while (begin < text.size()) {
    std::size_t next = begin;
    if (!is_word_character(next_code_point(text, next))) break;
    begin = next;
  }
  return begin;
}

void count_words(const std::string& text, Words& words) {
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = word_end_after(text, i);
    const std::string_view word = std::string_view(text).substr(i, end - i);
    if (!word.empty() && word.front() != '-' && word.back() != '-') ++words[letters_of(word)][fold_case(word)];
    if (word.empty()) next_code_point(text, end);
    i = end;
  }
}

// The form a document prefers so clearly that another one is an accident of line ends; "" where it has no such preference.
std::string preferred_form(const Words& words, std::string_view word) {
  const auto forms = words.find(letters_of(word));
  if (forms == words.end() || forms->second.size() < 2) return "";
  const auto most =
      std::max_element(forms->second.begin(), forms->second.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  const auto own = forms->second.find(fold_case(word));
  const std::size_t count = own == forms->second.end() ? 0 : own->second;
  return most->first.find('-') != std::string::npos && most->second >= 3 * count ? most->first : "";
}

std::size_t word_begin_before(const std::string& text, std::size_t end) {
  while (end > 0) {
    const std::size_t last = floor_to_character(text, end - 1);
    std::size_t next = last;
    if (!is_word_character(next_code_point(text, next))) break;
    end = last;
  }
  return end;
}

// 0 where the line does not end in a broken word, else the bytes of its hyphen.
std::size_t broken_word_hyphen(const std::string& line) {
  for (const std::string_view hyphen : {"-", "\xC2\xAD", "\xE2\x80\x90"}) {
    if (!line.ends_with(hyphen) || line.size() == hyphen.size()) continue;
    const std::size_t last = floor_to_character(line, line.size() - hyphen.size() - 1);
    std::size_t next = last;
    const char32_t c = next_code_point(line, next);
    return is_letter(c) && !is_cjk(c) ? hyphen.size() : 0;
  }
  return 0;
}

bool begins_lower_case(std::string_view text) {
  if (text.empty()) return false;
  std::size_t at = 0;
  const char32_t c = next_code_point(text, at);
  return is_letter(c) && !is_cjk(c) && fold_case(text.substr(0, at)) == text.substr(0, at);
}

std::string join_broken_words(const std::string& text, const Words& words) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string line = text.substr(at, end - at);
    at = end + 1;
    const std::size_t hyphen = broken_word_hyphen(line);
    const std::string_view rest = at < text.size() ? std::string_view(text).substr(at) : std::string_view();
    if (hyphen > 0 && begins_lower_case(rest)) {
      const std::size_t tail_end = word_end_after(rest, 0);
      const std::string_view tail = rest.substr(0, tail_end);
      const std::size_t head = word_begin_before(line, line.size() - hyphen);
      const std::string stem = line.substr(head, line.size() - hyphen - head);
      const auto forms = words.find(letters_of(stem + std::string(tail)));
      const bool keeps_hyphen = hyphen == 1 && forms != words.end() && forms->second.contains(fold_case(stem + "-" + std::string(tail)));
      line.resize(line.size() - hyphen);
      if (keeps_hyphen) line += '-';
      // The rest of the word, with the punctuation that hangs on it, comes up to its beginning.
      std::size_t word = rest.find_first_of(" \n", tail_end);
      if (word == std::string_view::npos) word = rest.size();
      line += rest.substr(0, word);
      at += word;
      if (at < text.size() && text[at] == ' ')
        ++at;
      else if (at < text.size())
        ++at;
    }
    out += line;
    if (at <= text.size()) out += '\n';
  }
  return out;
}

// poppler joins what a line end broke and drops the hyphen even of "in-network", which leaves "innetwork" and "out-ofnetwork".
std::string restore_hyphens(const std::string& text, const Words& words) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = word_end_after(text, i);
    if (end == i) next_code_point(text, end);
    const std::string_view word = std::string_view(text).substr(i, end - i);
    // Lower case only: capitals would need a rule of their own.
    const std::string preferred = word.size() > 4 && fold_case(word) == word ? preferred_form(words, word) : "";
    out += preferred.empty() ? word : preferred;
    i = end;
  }
  return out;
}

// Bullets that poppler reads as a column of their own, "•\n•\n\none\ntwo": back to their lines where the count fits, else away.
std::string rejoin_bullets(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  std::string out;
  for (std::size_t i = 0; i < lines.size();) {
    std::size_t bullets = 0;
    while (i + bullets < lines.size() && trim(lines[i + bullets]) == "•") ++bullets;
    if (bullets == 0) {
      out += lines[i++] + "\n";
      continue;
    }
    i += bullets;
    while (i < lines.size() && lines[i].empty()) ++i;
    std::size_t items = 0;
    while (i + items < lines.size() && !lines[i + items].empty()) ++items;
    for (std::size_t item = 0; item < items; ++item) out += (items == bullets ? "• " : "") + lines[i + item] + "\n";
    i += items;
  }
  if (!out.empty()) out.pop_back();
  return out;
}

}  // namespace

void mend_pdf_pages(std::vector<std::string>& pages) {
  Words words;
  for (std::string& page : pages) {
    page = mend_characters(page);
    count_words(page, words);
  }
  for (std::string& page : pages) page = rejoin_bullets(restore_hyphens(join_broken_words(page, words), words));
}

}  // namespace rag
