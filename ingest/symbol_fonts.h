#pragma once

#include <string>
#include <string_view>

namespace rag {

// What a character of a font without letters shows: "≤" for 0xA3 of Symbol, "☑" for 0xFE of Wingdings, whose signs forms are ticked with.
// `code`: as files have it, 0xF0A3 or 0xA3.  Of other fonts the character itself, unless it is in the private area; "" for what has no
// likeness in Unicode.
std::string symbol_text(std::string_view font, char32_t code);

}  // namespace rag
