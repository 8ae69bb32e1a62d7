#pragma once

#include <string>
#include <string_view>

namespace rag {

// The RTF out of Outlook's PR_RTF_COMPRESSED ("LZFu", or "MELA" where it is stored as it stands).  Data cut short gives what comes
// before that; throws Error(Ingest) for data of neither kind.
std::string decompress_rtf(std::string_view packed);

}  // namespace rag
