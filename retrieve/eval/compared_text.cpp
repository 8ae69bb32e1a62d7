#include "retrieve/eval/compared_text.h"

#include <unordered_map>

#include "core/text.h"

namespace rag {
namespace {

bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }

// Digits that follow the byte at `at`.
std::size_t digits_after(std::string_view text, std::size_t at) {
  std::size_t digits = 0;
  while (at + 1 + digits < text.size() && is_ascii_digit(text[at + 1 + digits])) ++digits;
  return digits;
}

bool is_kept_sign(std::string_view text, std::size_t at) {
  if (text[at] == '%') return true;
  if (text[at] != '.' && text[at] != ',') return false;
  const std::size_t digits = at > 0 && is_ascii_digit(text[at - 1]) ? digits_after(text, at) : 0;
  return text[at] == '.' ? digits > 0 : digits > 0 && digits != 3;
}

std::u32string unified(char32_t c) {
  std::string one;
  append_utf8(one, c);
  const std::string folded = fold_case(to_nfkc(one));
  std::u32string characters;
  for (std::size_t at = 0; at < folded.size();) {
    const char32_t part = next_code_point(folded, at);
    if (is_letter(part) || is_digit(part)) characters += part;
  }
  return characters;
}

}  // namespace

ComparedText compared_text(std::string_view text) {
  ComparedText made;
  made.characters.reserve(text.size());
  made.bytes.reserve(text.size());
  std::unordered_map<char32_t, std::u32string> known;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const char32_t c = next_code_point(text, at);
    const auto add = [&](char32_t character) {
      made.characters += character;
      made.bytes.push_back({begin, at});
    };
    if (c < 0x80) {
      const char ascii = static_cast<char>(c);
      if (is_ascii_digit(ascii) || (ascii >= 'a' && ascii <= 'z') || is_kept_sign(text, begin))
        add(c);
      else if (ascii >= 'A' && ascii <= 'Z')
        add(c + ('a' - 'A'));
    } else if (c >= 0xAC00 && c <= 0xD7A3) {  // a Hangul syllable is its own form
      add(c);
    } else {
      auto form = known.find(c);
      if (form == known.end()) form = known.emplace(c, unified(c)).first;
      for (const char32_t character : form->second) add(character);
    }
  }
  return made;
}

}  // namespace rag
