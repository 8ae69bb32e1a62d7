#pragma once

#include <string>
#include <string_view>

namespace rag {

// UTF-16, little endian, as UTF-8; a lone surrogate becomes U+FFFD, an odd last byte is left out.
std::string utf16le_to_utf8(std::string_view bytes);

}  // namespace rag
