#include "core/text.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <map>

namespace rag {
namespace {

// ICU reports trouble through a status; with valid input and its own data there is none.
const icu::Normalizer2& normalizer(const icu::Normalizer2* (*get)(UErrorCode&)) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* instance = get(status);
  assert(U_SUCCESS(status));
  return *instance;
}

std::string normalise(std::string_view text, const icu::Normalizer2& form) {
  UErrorCode status = U_ZERO_ERROR;
  std::string out;
  icu::StringByteSink<std::string> sink(&out, static_cast<int32_t>(std::min<std::size_t>(text.size(), 1U << 30)));
  form.normalizeUTF8(0, icu::StringPiece(text.data(), static_cast<int32_t>(text.size())), sink, nullptr, status);
  return U_SUCCESS(status) ? out : std::string(text);
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// ICU lengths are 32 bits; longer texts are normalised in pieces cut before an ASCII letter, where no form composes.
template <typename Function>
std::string in_pieces(std::string_view text, Function&& piece) {
  constexpr std::size_t kPiece = 1U << 28;
  std::string out;
  while (text.size() > kPiece) {
    std::size_t cut = kPiece;
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) >= 0x80 || static_cast<unsigned char>(text[cut - 1]) >= 0x80)) --cut;
    if (cut == 0) cut = floor_to_character(text, kPiece);
    out += piece(text.substr(0, cut));
    text.remove_prefix(cut);
  }
  return out + piece(text);
}

// To the first of the eight bytes that are not all ASCII, or to where fewer than eight are left.
std::size_t skip_ascii(std::string_view text, std::size_t begin) {
  for (std::uint64_t bytes = 0; begin + sizeof bytes <= text.size(); begin += sizeof bytes) {
    std::memcpy(&bytes, text.data() + begin, sizeof bytes);
    if ((bytes & 0x8080808080808080U) != 0) break;
  }
  return begin;
}

}  // namespace

std::optional<std::size_t> find_invalid_utf8(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    if (static_cast<unsigned char>(text[i]) < 0x80) {
      i = skip_ascii(text, i + 1);
      continue;
    }
    // ICU's macros count in 32 bits, so look at one character at a time.
    const auto* bytes = reinterpret_cast<const uint8_t*>(text.data() + i);
    const int32_t left = static_cast<int32_t>(std::min<std::size_t>(text.size() - i, 4));
    int32_t used = 0;
    UChar32 c = 0;
    U8_NEXT(bytes, used, left, c);
    if (c < 0) return i;
    i += static_cast<std::size_t>(used);
  }
  return std::nullopt;
}

std::string replace_invalid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
    const int32_t left = static_cast<int32_t>(std::min<std::size_t>(text.size(), 4));
    int32_t used = 0;
    UChar32 c = 0;
    U8_NEXT(bytes, used, left, c);
    if (c < 0) {
      out += "\xEF\xBF\xBD";
    } else {
      out.append(text.substr(0, static_cast<std::size_t>(used)));
    }
    text.remove_prefix(static_cast<std::size_t>(used));
  }
  return out;
}

char32_t next_code_point(std::string_view text, std::size_t& offset) {
  assert(offset < text.size());
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data() + offset);
  const int32_t left = static_cast<int32_t>(std::min<std::size_t>(text.size() - offset, 4));
  int32_t used = 0;
  UChar32 c = 0;
  U8_NEXT(bytes, used, left, c);
  offset += static_cast<std::size_t>(used);
  return c < 0 ? 0xFFFD : static_cast<char32_t>(c);
}

void append_utf8(std::string& out, char32_t code_point) {
  std::array<uint8_t, 4> bytes;
  int32_t size = 0;
  U8_APPEND_UNSAFE(bytes.data(), size, static_cast<UChar32>(code_point));
  out.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size));
}

std::size_t floor_to_character(std::string_view text, std::size_t offset) {
  if (offset >= text.size()) return text.size();
  while (offset > 0 && (static_cast<unsigned char>(text[offset]) & 0xC0) == 0x80) --offset;
  return offset;
}

std::string to_nfc(std::string_view text) {
  if (is_ascii(text)) return std::string(text);
  return in_pieces(text, [](std::string_view t) { return normalise(t, normalizer(&icu::Normalizer2::getNFCInstance)); });
}

std::string to_nfd(std::string_view text) {
  if (is_ascii(text)) return std::string(text);
  return in_pieces(text, [](std::string_view t) { return normalise(t, normalizer(&icu::Normalizer2::getNFDInstance)); });
}

std::string to_nfkc(std::string_view text) {
  if (is_ascii(text)) return std::string(text);
  return in_pieces(text, [](std::string_view t) { return normalise(t, normalizer(&icu::Normalizer2::getNFKCInstance)); });
}

std::string fold_case(std::string_view text) {
  std::string out;
  if (is_ascii(text)) {
    out.resize(text.size());
    std::transform(text.begin(), text.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
  }
  return in_pieces(text, [](std::string_view t) {
    std::string folded;
    icu::UnicodeString::fromUTF8(icu::StringPiece(t.data(), static_cast<int32_t>(t.size()))).foldCase().toUTF8String(folded);
    return folded;
  });
}

bool is_hangul(char32_t c) {
  return (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0x1100 && c <= 0x11FF) || (c >= 0x3130 && c <= 0x318F) ||
         (c >= 0xA960 && c <= 0xA97F) || (c >= 0xD7B0 && c <= 0xD7FF);
}

bool is_cjk(char32_t c) {
  return is_hangul(c) || (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x3040 && c <= 0x30FF) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3134F) || c == 0x3005 || (c >= 0xFF66 && c <= 0xFF9F);
}

bool is_letter(char32_t c) { return u_isalpha(static_cast<UChar32>(c)); }
bool is_digit(char32_t c) { return u_isdigit(static_cast<UChar32>(c)); }
bool is_space(char32_t c) { return u_isUWhiteSpace(static_cast<UChar32>(c)); }

bool has_word(std::string_view text) {
  if (find_invalid_utf8(text)) return has_word(replace_invalid_utf8(text));
  for (std::size_t i = 0; i < text.size();) {
    const char32_t c = next_code_point(text, i);
    if (is_letter(c) || is_digit(c)) return true;
  }
  return false;
}

std::string_view trim(std::string_view text) {
  std::size_t begin = 0;
  while (begin < text.size()) {
    std::size_t next = begin;
    if (!is_space(next_code_point(text, next))) break;
    begin = next;
  }
  std::size_t end = text.size();
  while (end > begin) {
    const std::size_t last = floor_to_character(text, end - 1);
    std::size_t next = last;
    if (!is_space(next_code_point(text, next))) break;
    end = last;
  }
  return text.substr(begin, end - begin);
}

std::string collapse_white_space(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool pending = false;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t begin = i;
    if (is_space(next_code_point(text, i))) {
      pending = !out.empty();
      continue;
    }
    if (pending) out += ' ';
    pending = false;
    out.append(text.substr(begin, i - begin));
  }
  return out;
}

std::string escape_for_terminal(std::string_view text) {
  std::string out;
  const auto escape = [&out](std::string_view bytes) {
    for (const char byte : bytes) {
      std::array<char, 5> hex;
      std::snprintf(hex.data(), hex.size(), "\\x%02X", static_cast<unsigned char>(byte));
      out += hex.data();
    }
  };
  while (!text.empty()) {
    const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
    const int32_t left = static_cast<int32_t>(std::min<std::size_t>(text.size(), 4));
    int32_t used = 0;
    UChar32 c = 0;
    U8_NEXT(bytes, used, left, c);
    const std::string_view piece = text.substr(0, static_cast<std::size_t>(used));
    // Bidirectional overrides reorder what a reader sees, so they are escaped like control characters.
    const bool steers = c < 0 || (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) ||
                        (c >= 0x2066 && c <= 0x2069);
    if (steers) {
      escape(piece);
    } else {
      out.append(piece);
    }
    text.remove_prefix(static_cast<std::size_t>(used));
  }
  return out;
}

std::string dominant_script(std::string_view text) {
  constexpr std::size_t kEnough = 2000;
  text = text.substr(0, floor_to_character(text, kEnough));
  std::map<UScriptCode, std::size_t> letters_of;
  std::size_t letters = 0;
  for (std::size_t i = 0; i < text.size();) {
    const char32_t c = next_code_point(text, i);
    if (!is_letter(c)) continue;
    UErrorCode error = U_ZERO_ERROR;
    ++letters_of[uscript_getScript(static_cast<UChar32>(c), &error)];
    ++letters;
  }
  if (letters < 3) return "";
  // Korean and Japanese prose is full of Latin words, and a syllable carries about three Latin letters' worth of text.
  if (letters_of[USCRIPT_HANGUL] * 5 >= letters) return "Kore";
  const std::size_t kana = letters_of[USCRIPT_HIRAGANA] + letters_of[USCRIPT_KATAKANA], han = letters_of[USCRIPT_HAN];
  if ((kana + han) * 5 >= letters) return kana * 10 >= kana + han ? "Jpan" : "Hani";
  const auto most = std::ranges::max_element(letters_of, {}, [](const auto& entry) { return entry.second; });
  return most->second * 2 > letters ? uscript_getShortName(most->first) : "";
}

std::string guess_language(std::string_view text) {
  constexpr std::size_t kEnough = 20000;
  text = text.substr(0, floor_to_character(text, kEnough));
  std::size_t hangul = 0, kana = 0, han = 0, latin = 0, letters = 0;
  for (std::size_t i = 0; i < text.size();) {
    const char32_t c = next_code_point(text, i);
    if (!is_letter(c)) continue;
    ++letters;
    if (is_hangul(c)) ++hangul;
    else if (c >= 0x3040 && c <= 0x30FF) ++kana;
    else if (is_cjk(c)) ++han;
    else if (c < 0x250) ++latin;
  }
  if (letters < 3) return "";
  // A Hangul syllable carries about three Latin letters' worth of text, so a fifth of the letters already means Korean prose.
  if (hangul * 5 >= letters) return "ko";
  if ((kana + han) * 5 >= letters) return kana * 10 >= (kana + han) ? "ja" : "zh";
  if (latin * 2 < letters) return "";
  const std::string padded = " " + collapse_white_space(fold_case(text)) + " ";
  std::size_t english = 0;
  for (const char* word : {" the ", " of ", " and ", " to ", " is ", " in ", " what ", " how ", " for "})
    for (std::size_t at = padded.find(word); at != std::string::npos; at = padded.find(word, at + 1)) ++english;
  return english > 0 ? "en" : "";
}

}  // namespace rag
