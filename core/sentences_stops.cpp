#include "core/sentences_stops.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>

#include "core/text.h"

namespace rag {
namespace {

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Length of the mark that begins at `at`, 0 where none does.
std::size_t mark_length(std::string_view text, std::size_t at) {
  const char c = text[at];
  if (c == '.' || c == '!' || c == '?') return 1;
  return is_one_of(text.substr(at, 3), {"。", "！", "？", "．", "｡", "…"}) ? 3 : 0;
}

std::size_t closer_length(std::string_view text, std::size_t at) {
  if (std::string_view("\"')]}").find(text[at]) != std::string_view::npos) return 1;
  if (text.substr(at, 2) == "»") return 2;
  return is_one_of(text.substr(at, 3), {"”", "’", "」", "』", "】", "）", "》", "〉", "］"}) ? 3 : 0;
}

struct Character {
  char32_t code = 0;
  std::size_t begin = 0;
};

// The character before `end`; code 0 at the start of the text.
Character character_before(std::string_view text, std::size_t end) {
  if (end == 0) return {};
  const std::size_t begin = floor_to_character(text, end - 1);
  std::size_t next = begin;
  return {next_code_point(text, next), begin};
}

char32_t character_at(std::string_view text, std::size_t at) { return at < text.size() ? next_code_point(text, at) : 0; }

std::size_t skip_space(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    std::size_t next = at;
    if (!is_space(next_code_point(text, next))) break;
    at = next;
  }
  return at;
}

std::size_t skip_space_back(std::string_view text, std::size_t begin, std::size_t end) {
  while (end > begin) {
    const Character last = character_before(text, end);
    if (!is_space(last.code)) break;
    end = last.begin;
  }
  return end;
}

// The word that ends at `end`, inner full stops included: "e.g", "Ph.D", "3.5".  Longer words than any abbreviation are cut.
std::string_view word_before(std::string_view text, std::size_t begin, std::size_t end) {
  constexpr std::size_t kLongest = 24;
  std::size_t at = end;
  while (at > begin && end - at < kLongest) {
    const Character c = character_before(text, at);
    if (!is_letter(c.code) && !is_digit(c.code) && c.code != '.') break;
    at = c.begin;
  }
  return text.substr(at, end - at);
}

bool is_final_syllable(char32_t c) { return c == U'다' || c == U'요' || c == U'까' || c == U'죠'; }

// A Hangul word of two syllables or more that closes a sentence.
bool is_korean_final(std::string_view text, std::size_t end) {
  const Character last = character_before(text, end);
  return is_final_syllable(last.code) && is_hangul(character_before(text, last.begin).code);
}

// "왜?" 라고 ...: the sentence goes on behind the quotation.
bool continues_quotation(std::string_view rest) {
  for (const std::string_view particle : {"라고", "라는", "라며", "이라고", "이라는", "하고", "고 "})
    if (rest.substr(0, particle.size()) == particle) return true;
  return false;
}

// "가. 나. 다.": the letters of a Korean list, not the ends of sentences.
bool is_korean_list_letter(std::string_view word) {
  return is_one_of(word, {"가", "나", "다", "라", "마", "바", "사", "아", "자", "차", "카", "타", "파", "하"});
}

bool is_abbreviation(std::string_view word, char32_t next) {
  const std::string folded = fold_case(word);
  const bool capital = u_isupper(static_cast<UChar32>(next)) || is_hangul(next);
  if (is_one_of(folded, {"e.g", "i.e", "eg",  "ie", "mr",  "mrs", "ms",  "dr",   "prof", "st",  "vs",   "cf",  "fig", "figs",
                         "eq",  "eqs", "sec", "pp", "vol", "ch",  "ref", "refs", "tab",  "gen", "lt",   "col", "sgt", "rev",
                         "hon", "gov", "sen", "al", "viz", "ca",  "mt",  "ft",   "resp", "cap", "capt", "ext", "tel", "approx"}))
    return true;
  if (is_one_of(folded, {"no", "nos", "art", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"}))
    return is_digit(next);
  if (is_one_of(folded, {"etc", "inc", "ltd", "co", "corp", "jr", "sr", "a.m", "p.m", "ph.d", "est", "dept", "min", "max", "incl"}))
    return !capital;
  // Initials: "J. Smith", "U.S. office".
  if (folded.size() == 1) return true;
  for (std::size_t i = 1; i < folded.size(); i += 2)
    if (folded[i] != '.') return false;
  return folded.size() % 2 == 1;
}

// "Steps: 1. Open it. 2. Close it.": a number that follows nothing, a colon or another stop counts, it does not end.
bool is_enumerator(std::string_view text, std::size_t begin, std::string_view word) {
  if (word.size() > 2) return false;
  const auto at = static_cast<std::size_t>(word.data() - text.data());
  const std::size_t end = skip_space_back(text, begin, at);
  if (end == begin) return true;
  const char32_t before = character_before(text, end).code;
  if (before == '.') return !is_abbreviation(word_before(text, begin, end - 1), U'1');  // "of No. 7."
  return before == ':' || before == ';' || before == '?' || before == '!' || before == ')';
}

bool full_stop_ends(std::string_view text, std::size_t begin, const Stop& stop, char32_t next) {
  const char32_t before = character_before(text, stop.begin).code;
  const std::string_view word = word_before(text, begin, stop.begin);
  if (is_hangul(before)) return !is_korean_list_letter(word);
  if (is_digit(before)) return !is_digit(next) && !is_enumerator(text, begin, word);
  // The end of "a.b?c" or "x/y" is no initial.
  const char32_t ahead = character_before(text, static_cast<std::size_t>(word.data() - text.data())).code;
  const bool whole = ahead == 0 || is_space(ahead) || is_hangul(ahead) || ahead == '(' || ahead == '[' || ahead == '"' || ahead == U'“';
  return !whole || !is_abbreviation(word, next);
}

}  // namespace

Stop find_stop(std::string_view text, std::size_t from) {
  Stop stop{text.size(), text.size(), text.size(), false};
  for (std::size_t at = from; at < text.size(); ++at) {
    const auto c = static_cast<unsigned char>(text[at]);
    // Only these bytes can begin a mark, so that no character need be decoded.
    if (c != '.' && c != '!' && c != '?' && c != 0xE2 && c != 0xE3 && c != 0xEF) continue;
    if (mark_length(text, at) == 0) continue;
    stop.begin = stop.end = at;
    while (stop.end < text.size()) {
      const std::size_t length = mark_length(text, stop.end);
      if (length == 0) break;
      stop.wide = length == 3 && text.substr(stop.end, 3) != "…";
      stop.end += length;
    }
    stop.after = stop.end;
    while (stop.after < text.size()) {
      const std::size_t length = closer_length(text, stop.after);
      if (length == 0) break;
      stop.after += length;
    }
    break;
  }
  return stop;
}

bool ends_sentence(std::string_view text, std::size_t begin, const Stop& stop) {
  if (stop.after >= text.size()) return true;
  const bool closed = stop.after > stop.end;
  const char32_t behind = character_at(text, stop.after);
  const bool korean = is_korean_final(text, stop.begin);
  if (!is_space(behind)) {
    if (stop.wide) return !(closed && is_letter(behind));  // 「はい。」と言った
    return korean && !closed && is_hangul(behind);         // a blank forgotten: 했다.그리고
  }
  if (stop.wide) return true;
  const std::size_t at = skip_space(text, stop.after);
  const char32_t next = character_at(text, at);
  if (next == 0) return true;
  if (u_islower(static_cast<UChar32>(next)) && !korean) return false;
  if (closed && continues_quotation(text.substr(at, 16))) return false;
  const char last = text[stop.end - 1];
  if (last == '?' || last == '!') return true;
  if (stop.end - stop.begin > 1) return korean || u_isupper(static_cast<UChar32>(next));  // an ellipsis
  return full_stop_ends(text, begin, stop, next);
}

bool ends_like_korean_sentence(std::string_view line) {
  line = trim(line);
  const Character last = character_before(line, line.size());
  if ((last.code != U'다' && last.code != U'요') || !is_korean_final(line, line.size())) return false;
  const std::string_view ending = line.substr(character_before(line, last.begin).begin);
  return !is_one_of(ending, {"필요", "중요", "주요", "수요", "소요", "개요", "보다", "마다", "바다"});
}

}  // namespace rag
