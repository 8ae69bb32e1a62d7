#pragma once

#include <string_view>
#include <vector>

#include "core/span.h"

namespace rag {

// The sentences of a text, in order, trimmed of white space, as spans of it.  Knows English abbreviations and numbers
// ("e.g.", "3.5", "Dr."), Korean endings ("-다.", "-요.", also where the full stop is missing before a line break),
// and CJK full stops.  A line break ends a sentence where an empty line, a list item or a table row follows.
std::vector<Span> split_sentences(std::string_view text);

}  // namespace rag
