#pragma once

#include <string>
#include <vector>

#include "core/document.h"

namespace rag {

// What every document has, whatever it was read from: a text without invisible characters, uri, title (its own, else its file's name), media type,
// and the extension as metadata "ext".  Many invisible characters, and much text that its readers do not see, become warnings.
// Throws Error(Ingest) where nothing is left to see.
void complete_document(Document& document, const std::string& uri, const std::string& media_type, std::vector<std::string>& warnings);

}  // namespace rag
