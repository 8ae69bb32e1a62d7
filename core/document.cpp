#include "core/document.h"

#include <algorithm>

namespace rag {

int page_at(const Document& document, std::size_t offset) {
  const auto after = std::upper_bound(document.pages.begin(), document.pages.end(), offset,
                                      [](std::size_t byte, const Page& page) { return byte < page.begin; });
  return after == document.pages.begin() ? 0 : std::prev(after)->number;
}

std::vector<std::string> heading_path_at(const Document& document, std::size_t offset) {
  std::vector<const Heading*> path;
  for (const Heading& heading : document.headings) {
    if (heading.begin > offset) break;
    while (!path.empty() && path.back()->level >= heading.level) path.pop_back();
    path.push_back(&heading);
  }
  std::vector<std::string> texts;
  for (const Heading* heading : path) texts.push_back(heading->text);
  return texts;
}

}  // namespace rag
