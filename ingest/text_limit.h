#pragma once

#include <cstddef>
#include <string>

#include "core/document.h"

namespace rag {

// Leaves the first `max_bytes` of a document's text, cut behind a whole line where there is one to cut behind, and what lies in
// them: pages, headings, the rows of tables.  Returns a warning that says how much is left out, "" where nothing is.
std::string limit_text(Document& document, std::size_t max_bytes);

}  // namespace rag
