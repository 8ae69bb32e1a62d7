#include "ingest/html_hidden.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/ascii_lower.h"
#include "ingest/document_builder.h"
#include "ingest/html_styles.h"
#include "ingest/html_tree.h"

namespace rag::html {
namespace {

// The value of the declaration that wins, "" where there is none.
std::string_view value_of(std::string_view declarations, std::string_view property) {
  std::string_view value;
  for (std::size_t at = 0; at < declarations.size();) {
    const std::size_t end = std::min(declarations.find(';', at), declarations.size());
    const std::string_view declaration = declarations.substr(at, end - at);
    const std::size_t colon = declaration.find(':');
    if (declaration.substr(0, colon) == property) value = declaration.substr(colon + 1);
    at = end + 1;
  }
  return value;
}

bool hides(std::string_view style) { return value_of(style, "display") == "none" || value_of(style, "visibility") == "hidden"; }

bool has_no_size(std::string_view size) {
  return size == "0" || size == "0px" || size == "0pt" || size == "0em" || size == "0rem" || size == "0%";
}

bool is_white(std::string_view color) { return color == "white" || color == "#fff" || color == "#ffffff" || color == "rgb(255,255,255)"; }

bool has_attribute(const GumboElement& element, const char* name) { return gumbo_get_attribute(&element.attributes, name) != nullptr; }

// How the element's text is painted, as far as the page itself tells.
struct Paint {
  bool other_ground = false;  // something may lie behind it that is not white
  bool white = false;
  bool no_size = false;
  bool clear = false;  // without any opacity
};

Paint painted(const GumboElement& element, const std::string& style, bool class_is_open, Paint paint) {
  // A class nobody explains may mean anything; so may the ground of a table.
  if (style.find("background") != std::string::npos || has_attribute(element, "bgcolor") || has_attribute(element, "background") || class_is_open)
    paint.other_ground = true;
  const std::string_view color = value_of(style, "color"), size = value_of(style, "font-size"), opacity = value_of(style, "opacity");
  if (is_white(color))
    paint.white = true;
  else if (!color.empty() || has_attribute(element, "color"))
    paint.white = false;
  if (has_no_size(size))
    paint.no_size = true;
  else if (style.find("font") != std::string::npos || class_is_open || has_attribute(element, "size"))
    paint.no_size = false;
  if (opacity == "0" || opacity == "0.0" || opacity == "0%") paint.clear = true;
  return paint;
}

}  // namespace

bool is_hidden(const GumboElement& element) {
  if (has_attribute(element, "hidden")) return true;
  const char* style = attribute(element, "style");
  return *style != '\0' && hides(own_declarations(element));
}

std::size_t count_hidden_letters(const GumboNode& root, const PageStyles& styles) {
  std::size_t letters = 0;
  std::vector<Paint> paints{{.other_ground = styles.ground_is_open()}};
  walk(
      root,
      [&](const GumboNode& node) {
        if (is_text(node)) {
          const Paint& paint = paints.back();
          if (paint.no_size || paint.clear || (paint.white && !paint.other_ground)) letters += count_letters_and_digits(node.v.text.text);
          return false;
        }
        if (node.type != GUMBO_NODE_ELEMENT) return false;
        const GumboElement& element = node.v.element;
        const std::string style = styles.declared(element);
        paints.push_back(painted(element, style, styles.class_is_open(element), paints.back()));
        if (&node == &root) return true;
        if ((is_hidden(element) || hides(style)) && element.tag != GUMBO_TAG_SCRIPT && element.tag != GUMBO_TAG_STYLE) {
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
