#pragma once

#include <string>
#include <string_view>

#include "ingest/code_language.h"

namespace rag {

// A source text byte for byte, with blanks where there is no code; line feeds stay.
struct CodeMask {
  std::string code;           // without comments and without what is in quotes
  std::string uncommented;    // without comments
};

// A string that is not closed ends with its line, where its language has it so; a comment that is not closed ends with the text.
CodeMask mask_code(std::string_view text, const CodeLanguage& language);

}  // namespace rag
