#include "ingest/xhtml.h"

#include <algorithm>
#include <array>

namespace rag {
namespace {

bool is_void(std::string_view name) {
  constexpr std::array<std::string_view, 14> kVoid{"area",  "base", "br",   "col",   "embed",  "hr",    "img",
                                                   "input", "link", "meta", "param", "source", "track", "wbr"};
  return std::find(kVoid.begin(), kVoid.end(), name) != kVoid.end();
}

// Where the tag that begins at `at` ends: behind its '>', quotes heeded.
std::size_t end_of_tag(std::string_view text, std::size_t at) {
  char quote = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (quote) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '>') {
      return at + 1;
    }
  }
  return text.size();
}

std::size_t behind(std::string_view text, std::string_view end, std::size_t at) {
  const std::size_t found = text.find(end, at);
  return found == std::string_view::npos ? text.size() : found + end.size();
}

}  // namespace

std::string close_empty_elements(std::string_view xhtml) {
  std::string out;
  out.reserve(xhtml.size() + xhtml.size() / 16);
  for (std::size_t at = 0; at < xhtml.size();) {
    const std::size_t open = std::min(xhtml.find('<', at), xhtml.size());
    out += xhtml.substr(at, open - at);
    if (open == xhtml.size()) break;
    const std::string_view rest = xhtml.substr(open);
    const bool is_passed_over = rest.starts_with("<!--") || rest.starts_with("<![CDATA[");
    at = rest.starts_with("<!--")        ? behind(xhtml, "-->", open)
         : rest.starts_with("<![CDATA[") ? behind(xhtml, "]]>", open)
                                         : end_of_tag(xhtml, open);
    const std::string_view tag = xhtml.substr(open, at - open);
    if (is_passed_over || tag.size() < 4 || !tag.ends_with("/>") || tag[1] == '/' || tag[1] == '!' || tag[1] == '?') {
      out += tag;
      continue;
    }
    const std::string_view name = tag.substr(1, tag.find_first_of(" \t\r\n/>") - 1);
    if (is_void(name))
      out += tag;
    else
      ((((out += tag.substr(0, tag.size() - 2)) += "></") += name) += '>');
  }
  return out;
}

}  // namespace rag
