#pragma once

#include <string>
#include <string_view>

namespace rag {

// A text of JSON, YAML or Java properties in which "\\uD55C" and its like have become the characters they name.  Many programs write Korean so,
// and nobody searches for it.  ASCII and controls keep their escapes, which quote and break lines; so do half surrogate pairs, and what
// stands behind a doubled backslash.
std::string undo_unicode_escapes(std::string text);

}  // namespace rag
