#include "ingest/equation_line.h"

#include <string_view>

#include "core/text.h"

namespace rag {
namespace {

bool stands_alone(std::string_view text) {
  if (text.starts_with('-') || text.starts_with("−")) text.remove_prefix(text.starts_with('-') ? 1 : std::string_view("−").size());
  if (text.empty()) return true;
  if (text.find_first_not_of("0123456789.") == std::string_view::npos) return true;
  std::size_t end = 0;
  next_code_point(text, end);
  return end == text.size();
}

}  // namespace

std::string grouped_part(const std::string& part) {
  const std::string line = collapse_white_space(part);
  return stands_alone(line) ? line : "(" + line + ")";
}

}  // namespace rag
