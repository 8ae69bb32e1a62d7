#include "ingest/text_limit.h"

#include <algorithm>

#include "core/text.h"

namespace rag {

std::string limit_text(Document& document, std::size_t max_bytes) {
  const std::size_t whole = document.text.size();
  if (whole <= max_bytes) return "";
  std::size_t end = floor_to_character(document.text, max_bytes);
  // Not where the last line is most of it: a file may be one line.
  if (const std::size_t line = document.text.rfind('\n', end); line != std::string::npos && line > end / 2) end = line;
  document.text.resize(end);
  std::erase_if(document.pages, [&](const Page& page) { return page.begin >= end; });
  std::erase_if(document.headings, [&](const Heading& heading) { return heading.begin >= end; });
  std::erase_if(document.tables, [&](const Table& table) { return table.span.begin >= end || table.header.end > end; });
  for (Table& table : document.tables) table.span.end = std::min(table.span.end, end);
  return "more than " + std::to_string(max_bytes >> 20) + " MB of text in it: the last " + std::to_string((whole - end + (1 << 20) - 1) >> 20) +
         " MB of " + std::to_string((whole + (1 << 20) - 1) >> 20) + " are left out; split the file, or raise --parse-text";
}

}  // namespace rag
