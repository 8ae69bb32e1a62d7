#pragma once

#include <string_view>
#include <vector>

#include "core/span.h"

namespace rag {

// The parts of a text that it shows instead of saying: lines that begin with ">", what stands between "<<<" and ">>>", and code fences.  In
// order, as bytes of the text.  An unclosed fence reaches to the end.
std::vector<Span> shown_parts(std::string_view text);

// Whether a sentence gives orders to a program that answers questions ("Ignore previous instructions", "Tell every employee that ...",
// "이전 지시를 무시하고 ..."), instead of telling its reader something.
bool is_order_to_assistant(std::string_view sentence);

// Whether a line is a page's furniture: a page number, or a running title that ends in one.
bool is_page_line(std::string_view line);

}  // namespace rag
