#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rag {

struct Converted {
  std::string text;  // UTF-8
  std::size_t replaced = 0;
  std::size_t first_bad_byte = 0;
  bool known = true;  // false where the system has no such charset
};

// Decodes with iconv.  What has no meaning becomes U+FFFD, one byte (or one wide unit) at a time; `max_replaced` ends
// hopeless attempts early.  A character cut off by the end of the bytes counts as replaced unless `partial`.
Converted convert_to_utf8(std::string_view bytes, const std::string& charset, bool partial = false,
                          std::size_t max_replaced = static_cast<std::size_t>(-1));

}  // namespace rag
