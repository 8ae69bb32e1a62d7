#include "models/bert_normalizer.h"

#include <unicode/uchar.h>

#include <algorithm>

#include "core/text.h"

namespace rag {
namespace {

bool is_ascii_character(char c) { return static_cast<unsigned char>(c) < 0x80; }
bool is_ascii_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_ascii_punctuation(char c) {
  return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
}

// Cc, Cf, Co; code points without a meaning stay, as in the reference, whose tables do not list them.
bool is_dropped(char32_t c) {
  if (c == 0 || c == 0xFFFD) return true;
  const auto mask = U_GET_GC_MASK(static_cast<UChar32>(c));
  return (mask & (U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CO_MASK | U_GC_CS_MASK)) != 0;
}

bool is_mark(char32_t c) { return u_charType(static_cast<UChar32>(c)) == U_NON_SPACING_MARK; }
bool is_punctuation(char32_t c) { return (U_GET_GC_MASK(static_cast<UChar32>(c)) & U_GC_P_MASK) != 0; }

// The blocks BERT calls Chinese; kana and Hangul are not among them.
bool is_han(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x20000 && c <= 0x2A6DF) || (c >= 0x2A700 && c <= 0x2B73F) ||
         (c >= 0x2B740 && c <= 0x2B81F) || (c >= 0x2B920 && c <= 0x2CEAF) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x2F800 && c <= 0x2FA1F);
}

void append_lower(std::string& out, char32_t c) {
  if (c == 0x130) {  // the one character whose lower case is two, wherever it stands
    out += "i\xCC\x87";
    return;
  }
  append_utf8(out, static_cast<char32_t>(u_tolower(static_cast<UChar32>(c))));
}

std::string clean(std::string_view text, const BertNormalizerOptions& options) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (std::size_t i = 0; i < text.size();) {
    if (const char c = text[i]; is_ascii_character(c)) {
      ++i;
      if (!options.clean_text)
        out += c;
      else if (is_ascii_space(c))
        out += c == '\v' || c == '\f' ? "" : " ";  // those two are control characters first
      else if (c > ' ' && c < 0x7F)
        out += c;
      continue;
    }
    const std::size_t begin = i;
    const char32_t c = next_code_point(text, i);
    if (options.clean_text && is_dropped(c)) continue;
    if (options.clean_text && is_space(c)) {
      out += ' ';
    } else if (options.split_cjk && is_han(c)) {
      out += ' ';
      out.append(text.substr(begin, i - begin));
      out += ' ';
    } else {
      out.append(text.substr(begin, i - begin));
    }
  }
  return out;
}

std::string strip_and_lower(std::string_view text, const BertNormalizerOptions& options) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    if (const char c = text[i]; is_ascii_character(c)) {
      ++i;
      out += options.lower_case && c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
      continue;
    }
    const std::size_t begin = i;
    const char32_t c = next_code_point(text, i);
    if (options.strip_accents && is_mark(c)) continue;
    if (options.lower_case)
      append_lower(out, c);
    else
      out.append(text.substr(begin, i - begin));
  }
  return out;
}

}  // namespace

std::string bert_normalize(std::string_view text, const BertNormalizerOptions& options) {
  std::string out = options.clean_text || options.split_cjk ? clean(text, options) : std::string(text);
  if (options.strip_accents) out = to_nfd(out);
  return options.strip_accents || options.lower_case ? strip_and_lower(out, options) : out;
}

std::vector<std::string_view> split_bert_words(std::string_view normalized) {
  std::vector<std::string_view> words;
  std::size_t word = 0;  // where the word that is being read begins
  for (std::size_t i = 0; i < normalized.size();) {
    const std::size_t begin = i;
    bool space = false, mark = false;
    if (const char c = normalized[i]; is_ascii_character(c)) {
      ++i;
      space = is_ascii_space(c);
      mark = is_ascii_punctuation(c);
    } else {
      const char32_t code_point = next_code_point(normalized, i);
      space = is_space(code_point);
      mark = !space && is_punctuation(code_point);
    }
    if (!space && !mark) continue;
    if (begin > word) words.push_back(normalized.substr(word, begin - word));
    if (mark) words.push_back(normalized.substr(begin, i - begin));
    word = i;
  }
  if (word < normalized.size()) words.push_back(normalized.substr(word));
  return words;
}

}  // namespace rag
