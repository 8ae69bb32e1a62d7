#include "retrieve/excerpt.h"

#include <algorithm>

#include "core/text.h"

namespace rag {

std::string excerpt(std::string_view text, std::size_t max_bytes) {
  const std::size_t end = floor_to_character(text, std::min(text.size(), max_bytes));
  return escape_for_terminal(collapse_white_space(replace_invalid_utf8(text.substr(0, end)))) + (end < text.size() ? "..." : "");
}

}  // namespace rag
