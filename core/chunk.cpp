#include "core/chunk.h"

namespace rag {

std::string text_with_context(const std::string& title, const Chunk& chunk) {
  std::string out = title;
  for (const std::string& heading : chunk.heading_path) {
    if (heading == title) continue;
    if (!out.empty()) out += " > ";
    out += heading;
  }
  if (!chunk.table_header.empty()) {
    if (!out.empty()) out += '\n';
    out += chunk.table_header;
  }
  if (!out.empty()) out += '\n';
  return out + chunk.text;
}

}  // namespace rag
