#include "pipelines/eval/report/html_text.h"

#include "core/text.h"

namespace rag {

std::string html_escaped(std::string_view text) {
  std::string escaped;
  for (const char c : replace_invalid_utf8(text)) {
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      case '\'': escaped += "&#39;"; break;
      case '\t':
      case '\n': escaped += c; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
          escaped += "\xEF\xBF\xBD";
        else
          escaped += c;
    }
  }
  return escaped;
}

std::string html_isolated(std::string_view text) { return "<bdi>" + html_escaped(text) + "</bdi>"; }

}  // namespace rag
