#include "pipelines/text_lines.h"

#include <nlohmann/json.hpp>

namespace rag {

std::string text_of_line(const std::string& line) {
  if (line.size() < 2 || line.front() != '"' || line.back() != '"') return line;
  const auto json = nlohmann::json::parse(line, nullptr, false);
  // A plain sentence may begin and end with quotes too; only what parses as a JSON string is one.
  return json.is_string() ? json.get<std::string>() : line;
}

}  // namespace rag
