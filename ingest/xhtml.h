#pragma once

#include <string>
#include <string_view>

namespace rag {

// XHTML for a reader of HTML: "<script/>" and "<a id='x'/>", which HTML takes for tags that are never closed, get their closing
// tag; "<br/>" and what else is always empty stays.  Comments and CDATA sections are left as they are.
std::string close_empty_elements(std::string_view xhtml);

}  // namespace rag
