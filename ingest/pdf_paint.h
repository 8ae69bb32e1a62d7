#pragma once

#include <string_view>

namespace rag {

// Whether a page's content stream, decoded, shows text in white or with a render mode that leaves no mark (3 and 7).  Looks at the page's own
// operators, not into the forms it draws.  One pass, whatever the bytes hold.
bool may_hide_text(std::string_view content);

}  // namespace rag
