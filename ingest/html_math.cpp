#include "ingest/html_math.h"

#include <string_view>
#include <vector>

#include "core/text.h"
#include "ingest/ascii_lower.h"
#include "ingest/equation_line.h"
#include "ingest/html_tree.h"

namespace rag::html {
namespace {

constexpr int kMaxDepth = 64;  // of elements; what lies deeper is written without its shape

// gumbo has no names of its own for most of MathML's elements.
std::string name_of(const GumboElement& element) {
  GumboStringPiece tag = element.original_tag;
  gumbo_tag_from_original_text(&tag);
  return ascii_lower(std::string_view(tag.data ? tag.data : "", tag.data ? tag.length : 0));
}

std::string text_of(const GumboNode& node, int depth);

std::vector<std::string> parts_of(const GumboNode& node, int depth) {
  std::vector<std::string> parts;
  const GumboVector& children = node.v.element.children;
  for (unsigned i = 0; i < children.length; ++i) {
    const auto& child = *static_cast<const GumboNode*>(children.data[i]);
    if (child.type == GUMBO_NODE_ELEMENT) parts.push_back(text_of(child, depth + 1));
  }
  return parts;
}

std::string joined(const std::vector<std::string>& parts, std::string_view between = "") {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) text += (i == 0 ? "" : std::string(between)) + parts[i];
  return text;
}

// Leaves: their characters, without those that only tell a program what is applied to what.
std::string leaf_text(const GumboNode& node) {
  std::string text = collapse_white_space(inner_text(node));
  return text == "\u2061" || text == "\u2062" || text == "\u2063" || text == "\u2064" ? "" : text;
}

// What these hold is to be shown as it stands, elements of HTML with it.
bool is_leaf(std::string_view name) { return name == "mtext" || name == "mi" || name == "mn" || name == "mo" || name == "ms"; }

std::string text_of(const GumboNode& node, int depth) {
  const std::string name = name_of(node.v.element);
  if (name == "annotation" || name == "annotation-xml" || name == "mphantom") return "";
  const std::vector<std::string> parts = depth < kMaxDepth && !is_leaf(name) ? parts_of(node, depth) : std::vector<std::string>();
  if (parts.empty()) return leaf_text(node);
  if (name == "msqrt") return "√" + grouped_part(joined(parts));
  if (name == "mtable") return "[" + joined(parts, "; ") + "]";
  if (name == "mtr") return joined(parts, ", ");
  if (name == "mfenced") return "(" + joined(parts, ", ") + ")";
  if (parts.size() == 2 && name == "mfrac") return grouped_part(parts[0]) + "/" + grouped_part(parts[1]);
  if (parts.size() == 2 && name == "mroot") return grouped_part(parts[1]) + "√" + grouped_part(parts[0]);
  if (parts.size() == 2 && (name == "msup" || name == "mover")) return grouped_part(parts[0]) + "^" + grouped_part(parts[1]);
  if (parts.size() == 2 && (name == "msub" || name == "munder")) return grouped_part(parts[0]) + "_" + grouped_part(parts[1]);
  if (parts.size() == 3 && (name == "msubsup" || name == "munderover"))
    return grouped_part(parts[0]) + "_" + grouped_part(parts[1]) + "^" + grouped_part(parts[2]);
  return joined(parts);
}

}  // namespace

std::string math_text(const GumboNode& math) { return text_of(math, 0); }

}  // namespace rag::html
