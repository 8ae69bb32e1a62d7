#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace rag {

// The first byte that is not part of valid UTF-8 (no surrogates, no overlong forms), or nothing where all is valid.
std::optional<std::size_t> find_invalid_utf8(std::string_view text);

// Replaces each maximal invalid piece by U+FFFD.
std::string replace_invalid_utf8(std::string_view text);

// Decodes the character at `offset` and moves `offset` behind it.  The text must be valid UTF-8 and offset < size.
char32_t next_code_point(std::string_view text, std::size_t& offset);

void append_utf8(std::string& out, char32_t code_point);

// Moves `offset` back to the first byte of the character it lies in.  `offset` may equal size.
std::size_t floor_to_character(std::string_view text, std::size_t offset);

// Unicode normalisation form C.  The text must be valid UTF-8.
std::string to_nfc(std::string_view text);

// Unicode NFD and NFKC, for tokenizers and matching.
std::string to_nfd(std::string_view text);
std::string to_nfkc(std::string_view text);

// Full Unicode case folding, for comparing.
std::string fold_case(std::string_view text);

bool is_hangul(char32_t c);  // syllables and jamo
bool is_cjk(char32_t c);     // Han, kana and Hangul: scripts that are searched by character n-grams
bool is_letter(char32_t c);
bool is_digit(char32_t c);
bool is_space(char32_t c);  // Unicode White_Space
bool has_word(std::string_view text);  // a letter or a digit; invalid UTF-8 is none

std::string_view trim(std::string_view text);                // Unicode white space off both ends
std::string collapse_white_space(std::string_view text);     // every run of white space becomes one blank, ends trimmed
std::string escape_for_terminal(std::string_view text);      // control and invalid bytes as \xNN, so that no text can steer a terminal
std::string dominant_script(std::string_view text);          // ISO 15924: "Kore", "Jpan", "Hani", "Latn", "Cyrl" ...; "" where unsure
std::string guess_language(std::string_view text);           // "ko", "ja", "zh", "en" ... by script and frequent words; "" where unsure

}  // namespace rag
