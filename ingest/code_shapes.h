#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/span.h"
#include "ingest/code_language.h"
#include "ingest/code_mask.h"

namespace rag {

// A function's, class's or section's header in a source text.
struct Definition {
  Span header;
  int level = 1;
};

// Two ways to find them; see CodeLanguage::Shape.  Ascending.
std::vector<Definition> definitions_by_braces(const CodeMask& mask, const CodeLanguage& language);
std::vector<Definition> definitions_by_lines(const CodeMask& mask, const CodeLanguage& language);

}  // namespace rag
