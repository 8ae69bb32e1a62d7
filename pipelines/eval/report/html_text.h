#pragma once

#include <string>
#include <string_view>

namespace rag {

// The text as HTML or SVG shows it, between tags or in a quoted attribute: & < > " ' as entities, control characters and invalid UTF-8 as
// U+FFFD.  No text can end its element, begin another or run anything.
std::string html_escaped(std::string_view text);

// The same in an element of its own, so that text of the other direction, or with signs that turn the direction, cannot turn its surroundings.
std::string html_isolated(std::string_view text);

}  // namespace rag
