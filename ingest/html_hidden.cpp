#include "ingest/html_hidden.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/ascii_lower.h"
#include "ingest/document_builder.h"
#include "ingest/html_tree.h"

namespace rag::html {
namespace {

std::string style_of(const GumboElement& element) {
  std::string style = ascii_lower(attribute(element, "style"));
  std::erase_if(style, [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; });
  return style;
}

bool says(const std::string& style, std::string_view declaration) {
  for (std::size_t at = style.find(declaration); at != std::string::npos; at = style.find(declaration, at + 1)) {
    const std::size_t end = at + declaration.size();
    const bool begins = at == 0 || style[at - 1] == ';';
    if (begins && (end == style.size() || style[end] == ';' || style[end] == '!')) return true;
  }
  return false;
}

bool has_no_size(const std::string& style) {
  for (const std::string_view zero : {"font-size:0", "font-size:0px", "font-size:0pt", "font-size:0em", "font-size:0rem", "font-size:0%"})
    if (says(style, zero)) return true;
  return false;
}

bool is_white(const std::string& style) {
  for (const std::string_view white : {"color:white", "color:#fff", "color:#ffffff", "color:rgb(255,255,255)"})
    if (says(style, white)) return true;
  return false;
}

bool has_attribute(const GumboElement& element, const char* name) { return gumbo_get_attribute(&element.attributes, name) != nullptr; }

// How the element's text is painted, as far as its own and its ancestors' attributes tell.
struct Paint {
  bool other_ground = false;  // something may lie behind it that is not white
  bool white = false;
  bool no_size = false;
};

Paint painted(const GumboElement& element, Paint paint) {
  const std::string style = style_of(element);
  // A class may mean anything; so may the ground of a table.
  if (style.find("background") != std::string::npos || has_attribute(element, "bgcolor") || has_attribute(element, "background") || has_attribute(element, "class"))
    paint.other_ground = true;
  if (is_white(style))
    paint.white = true;
  else if (style.find("color:") == 0 || style.find(";color:") != std::string::npos || has_attribute(element, "color"))
    paint.white = false;
  if (has_no_size(style))
    paint.no_size = true;
  else if (style.find("font") != std::string::npos || has_attribute(element, "class") || has_attribute(element, "size"))
    paint.no_size = false;
  return paint;
}

}  // namespace

bool is_hidden(const GumboElement& element) {
  if (has_attribute(element, "hidden")) return true;
  const std::string style = style_of(element);
  return says(style, "display:none") || says(style, "visibility:hidden");
}

std::size_t count_hidden_letters(const GumboNode& root) {
  std::size_t letters = 0;
  std::vector<Paint> paints{{}};
  walk(
      root,
      [&](const GumboNode& node) {
        if (is_text(node)) {
          const Paint& paint = paints.back();
          if (paint.no_size || (paint.white && !paint.other_ground)) letters += count_letters_and_digits(node.v.text.text);
          return false;
        }
        if (node.type != GUMBO_NODE_ELEMENT) return false;
        const GumboElement& element = node.v.element;
        paints.push_back(painted(element, paints.back()));
        if (&node == &root) return true;
        if (is_hidden(element) && element.tag != GUMBO_TAG_SCRIPT && element.tag != GUMBO_TAG_STYLE) {
          letters += count_letters_and_digits(inner_text(node));
          return false;
        }
        return !is_skipped(element);
      },
      [&](const GumboNode& node) {
        if (node.type == GUMBO_NODE_ELEMENT) paints.pop_back();
      });
  return letters;
}

}  // namespace rag::html
