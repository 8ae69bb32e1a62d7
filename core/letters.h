#pragma once

#include <string>
#include <string_view>

// Of Unicode, what rules that others published are written in; elsewhere fold_case and is_digit of core/text.h serve.
namespace rag {

// Small letters as Unicode maps them in no particular language, as Python's str.lower() does ("ẞ" to "ß", not to "ss").  The text must be
// valid UTF-8.
std::string lower_case(std::string_view text);

// What \w of a regular expression matches: a letter, a number of any kind ("½", "Ⅷ") or "_".
bool is_word_character(char32_t c);

}  // namespace rag
