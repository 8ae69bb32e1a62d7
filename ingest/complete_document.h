#pragma once

#include <string>

#include "core/document.h"

namespace rag {

// What every document has, whatever it was read from: uri, title (its own, else its file's name), media type, and the extension as metadata "ext".
void complete_document(Document& document, const std::string& uri, const std::string& media_type);

}  // namespace rag
