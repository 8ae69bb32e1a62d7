#include "index/analyzer_scan.h"

#include <unicode/uchar.h>

#include <array>

#include "core/text.h"

namespace rag {
namespace {

constexpr bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

constexpr std::array<CharacterClass, 128> ascii_classes() {
  std::array<CharacterClass, 128> classes{};
  for (int c = 0; c < 128; ++c) {
    if (is_ascii_digit(static_cast<char>(c))) classes[static_cast<std::size_t>(c)] = CharacterClass::Digit;
    if (is_ascii_letter(static_cast<char>(c))) classes[static_cast<std::size_t>(c)] = CharacterClass::Letter;
  }
  return classes;
}
constexpr auto kAscii = ascii_classes();

constexpr char32_t kRightQuote = 0x2019;
constexpr char32_t kHyphen = 0x2010;
constexpr char32_t kKatakanaDot = 0x30FB;

bool is_unspaced(char32_t c) { return (c >= 0x0E00 && c <= 0x0EFF) || (c >= 0x1000 && c <= 0x109F) || (c >= 0x1780 && c <= 0x17FF); }

bool is_run(CharacterClass c) { return c == CharacterClass::Hangul || c == CharacterClass::Han || c == CharacterClass::Unspaced; }
bool starts_word(CharacterClass c) { return c == CharacterClass::Letter || c == CharacterClass::Digit; }

}  // namespace

CharacterClass class_of(char32_t c) {
  if (c < 128) return kAscii[c];
  if (c >= 0xAC00 && c <= 0xD7A3) return CharacterClass::Hangul;
  if (c == kKatakanaDot) return CharacterClass::Break;
  if (is_hangul(c)) return CharacterClass::Hangul;
  switch (u_charType(static_cast<UChar32>(c))) {
    case U_UPPERCASE_LETTER:
    case U_LOWERCASE_LETTER:
    case U_TITLECASE_LETTER:
    case U_MODIFIER_LETTER:
    case U_OTHER_LETTER: return is_cjk(c) ? CharacterClass::Han : is_unspaced(c) ? CharacterClass::Unspaced : CharacterClass::Letter;
    case U_NON_SPACING_MARK:
    case U_COMBINING_SPACING_MARK:
    case U_ENCLOSING_MARK: return is_unspaced(c) ? CharacterClass::Unspaced : CharacterClass::Mark;
    case U_DECIMAL_DIGIT_NUMBER: return CharacterClass::Digit;
    case U_LETTER_NUMBER: return is_cjk(c) ? CharacterClass::Han : CharacterClass::Letter;
    case U_FORMAT_CHAR: return CharacterClass::Ignored;
    default: return CharacterClass::Break;
  }
}

CharacterClass WordScanner::peek(std::size_t offset, std::size_t& end) const {
  if (is_ascii(text_[offset])) {
    end = offset + 1;
    return kAscii[static_cast<unsigned char>(text_[offset])];
  }
  end = offset;
  return class_of(next_code_point(text_, end));
}

bool WordScanner::next(Word& word) {
  while (at_ < text_.size()) {
    std::size_t end = 0;
    const CharacterClass c = peek(at_, end);
    if (starts_word(c) || is_run(c)) {
      word.begin = at_;
      word.script = is_run(c) ? c : CharacterClass::Letter;
      word.parts.clear();
      if (is_run(c))
        read_run(word);
      else
        read_word(word);
      word.end = at_;
      return true;
    }
    at_ = end;
  }
  return false;
}

void WordScanner::read_run(Word& word) {
  while (at_ < text_.size()) {
    std::size_t end = 0;
    const CharacterClass c = peek(at_, end);
    if (c != word.script && c != CharacterClass::Ignored && c != CharacterClass::Mark) return;
    at_ = end;
  }
}

void WordScanner::read_word(Word& word) {
  std::size_t after = at_;
  char connector = 0;
  do {
    at_ = after;
    WordPart part;
    part.connector = connector;
    read_part(part);
    word.parts.push_back(part);
    connector = connector_at(at_, after);
  } while (connector != 0);
}

void WordScanner::read_part(WordPart& part) {
  part.begin = at_;
  while (at_ < text_.size()) {
    std::size_t end = 0;
    const CharacterClass c = peek(at_, end);
    if (c == CharacterClass::Letter)
      part.letters = true;
    else if (c == CharacterClass::Digit)
      part.digits = true;
    else if (c != CharacterClass::Mark && c != CharacterClass::Ignored)
      break;
    if (end - at_ > 1) part.ascii = false;
    at_ = end;
  }
  part.end = at_;
}

// Which sign at `offset` ties two parts into one word, and where it ends; 0 for none.
char WordScanner::connector_at(std::size_t offset, std::size_t& end) const {
  if (offset + 1 >= text_.size() || offset == 0) return 0;
  char sign = text_[offset];
  end = offset + 1;
  if (!is_ascii(sign)) {
    end = offset;
    const char32_t c = next_code_point(text_, end);
    sign = c == kRightQuote ? '\'' : c == kHyphen ? '-' : '\0';
    if (sign == 0 || end >= text_.size()) return 0;
  }
  std::size_t ignored = 0;
  const CharacterClass next = peek(end, ignored);
  if (!starts_word(next)) return 0;
  const bool digit_before = is_ascii_digit(text_[offset - 1]);
  const bool digit_after = next == CharacterClass::Digit;
  switch (sign) {
    case '-':
    case '_':
    case '@':
    case '/':
    case '&':
    case '\'': return sign;
    case '.': return digit_before == digit_after ? sign : '\0';  // not in "by 2024.The"
    case ',':
    case ':': return digit_before && digit_after ? sign : '\0';
    default: return 0;
  }
}

}  // namespace rag
