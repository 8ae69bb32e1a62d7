#include <algorithm>
#include <cctype>
#include <cstddef>

#include "ingest/code_shapes.h"

namespace rag {
namespace {

std::size_t length_of_name(std::string_view line) {
  std::size_t i = 0;
  while (i < line.size() && (std::isalnum(static_cast<unsigned char>(line[i])) || line[i] == '_' || line[i] == '-' || line[i] == '\'')) ++i;
  return i;
}

// An opener that is no word stands behind a name: `name()` of a shell, `name ::` of Haskell, the latter only where nothing is indented.
bool opens(std::string_view line, std::size_t indent, std::string_view opener) {
  if (opener == "[") return indent == 0 && line.starts_with(opener) && line.find(',') == std::string_view::npos && line.find_last_of(']') == line.find_last_not_of(" \t\r");
  if (opener != "()" && opener != "::") return line.starts_with(opener);
  std::size_t at = length_of_name(line);
  if (at == 0 || (opener == "::" && indent > 0)) return false;
  while (at < line.size() && line[at] == ' ') ++at;
  return line.substr(at).starts_with(opener);
}

}  // namespace

std::vector<Definition> definitions_by_lines(const CodeMask& mask, const CodeLanguage& language) {
  struct Open {
    std::size_t indent;
    bool container;
  };
  std::vector<Definition> found;
  std::vector<Open> open;
  const std::string_view code = mask.code;
  for (std::size_t begin = 0, end; begin < code.size(); begin = end + 1) {
    end = std::min(code.find('\n', begin), code.size());
    const std::size_t first = std::min(code.find_first_not_of(" \t", begin), end);
    const std::string_view line = code.substr(first, end - first);
    const auto opener = std::find_if(language.openers.begin(), language.openers.end(), [&](std::string_view each) { return opens(line, first - begin, each); });
    if (line.empty() || opener == language.openers.end()) continue;
    while (!open.empty() && open.back().indent >= first - begin) open.pop_back();
    if (!open.empty() && !open.back().container) continue;  // a function inside a function is part of it
    const bool container = std::find(language.containers.begin(), language.containers.end(), *opener) != language.containers.end();
    open.push_back({first - begin, container});
    found.push_back({{first, end}, static_cast<int>(open.size())});
  }
  return found;
}

}  // namespace rag
