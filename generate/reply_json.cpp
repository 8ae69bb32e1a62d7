#include "generate/reply_json.h"

namespace rag {
namespace {

constexpr std::size_t kMostStarts = 50;  // places at which a JSON value is looked for

// Where the bracket that opens at `open` is closed, strings read over; npos where it is not.
std::size_t end_of_value(std::string_view text, std::size_t open) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = open; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      else if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if ((c == '}' || c == ']') && --depth == 0) {
      return i + 1;
    }
  }
  return std::string::npos;
}

}  // namespace

std::string without_thoughts(const std::string& reply) {
  const std::size_t end = reply.rfind("</think>");
  const std::string said = end == std::string::npos ? reply : reply.substr(end + 8);
  return said.find("<think>") == std::string::npos ? said : said.substr(0, said.find("<think>"));
}

std::vector<std::string_view> json_parts(std::string_view reply) {
  std::vector<std::string_view> parts;
  std::size_t starts = 0;
  for (std::size_t at = reply.find_first_of("{["); at != std::string_view::npos && starts < kMostStarts; at = reply.find_first_of("{[", at + 1), ++starts)
    if (const std::size_t end = end_of_value(reply, at); end != std::string_view::npos) parts.push_back(reply.substr(at, end - at));
  return parts;
}

}  // namespace rag
