#pragma once

#include <string>
#include <string_view>

namespace rag {

// What a zip is by what lies in it: an Office, OpenDocument, EPUB or HWPX file; "application/vnd.openxmlformats-package" for what is
// packed like an Office file but is none we know (Visio's drawings); "application/zip" where it is none of them.  Never throws.
std::string media_type_of_zip(std::string_view bytes);

}  // namespace rag
