#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/document.h"

namespace rag {

// decode_text() for a whole file of a textual format: a loss becomes a warning, a charset other than UTF-8 becomes metadata.
std::string decode_file(std::string_view bytes, std::vector<std::string>& warnings, Metadata& metadata, const std::string& declared = "");

// A document of this text and nothing else.  Throws Error(Ingest) where it has neither letter nor digit.
Document as_it_stands(std::string text, Metadata metadata);

}  // namespace rag
