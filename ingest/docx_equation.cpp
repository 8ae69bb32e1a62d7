#include "ingest/docx_equation.h"

#include <string_view>

#include "core/text.h"
#include "ingest/equation_line.h"

namespace rag {
namespace {

std::string children_text(const pugi::xml_node& node);

std::string part(const pugi::xml_node& node, std::string_view name) { return children_text(xml::child(node, name)); }

// The character a property names, `usual` where it names none.
std::string sign(const pugi::xml_node& properties, std::string_view name, const char* usual) {
  const pugi::xml_node node = xml::child(properties, name);
  return node ? xml::attribute(node, "val") : usual;
}

std::string scripts(const pugi::xml_node& node) {
  std::string text;
  if (const std::string below = part(node, "sub"); !below.empty()) text += "_" + grouped_part(below);
  if (const std::string above = part(node, "sup"); !above.empty()) text += "^" + grouped_part(above);
  return text;
}

// The children called `name`, joined.
std::string joined(const pugi::xml_node& node, std::string_view name, const std::string& between) {
  std::string text;
  bool first = true;
  for (const pugi::xml_node& child : node.children()) {
    if (!xml::is(child, name)) continue;
    text += (first ? "" : between) + children_text(child);
    first = false;
  }
  return text;
}

std::string delimited(const pugi::xml_node& node) {
  const pugi::xml_node properties = xml::child(node, "dPr");
  return sign(properties, "begChr", "(") + joined(node, "e", sign(properties, "sepChr", "|")) + sign(properties, "endChr", ")");
}

std::string matrix(const pugi::xml_node& node) {
  std::string text;
  for (const pugi::xml_node& row : node.children())
    if (xml::is(row, "mr")) text += (text.empty() ? "" : "; ") + joined(row, "e", ", ");
  return "[" + text + "]";
}

std::string root(const pugi::xml_node& node) {
  const std::string degree = part(node, "deg");
  return (degree.empty() ? "" : grouped_part(degree)) + "√" + grouped_part(part(node, "e"));
}

// Its own words, but for characters that only tell a program what is applied to what.
std::string run_text(const pugi::xml_node& run) {
  std::string text;
  for (const pugi::xml_node& child : run.children()) {
    if (xml::is(child, "t")) text += child.text().get();
    if (xml::is(child, "br") || xml::is(child, "tab")) text += ' ';
  }
  for (const std::string_view mark : {"\u2061", "\u2062", "\u2063", "\u2064"})
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) text.replace(at, mark.size(), mark == "\u2061" ? " " : "");
  return text;
}

std::string element_text(const pugi::xml_node& node) {
  const std::string_view name = xml::local(node.name());
  if (name == "r") return run_text(node);
  if (name == "f") return grouped_part(part(node, "num")) + "/" + grouped_part(part(node, "den"));
  if (name == "sSup" || name == "sSub" || name == "sSubSup") return grouped_part(part(node, "e")) + scripts(node);
  if (name == "sPre") return scripts(node) + part(node, "e");
  if (name == "rad") return root(node);
  if (name == "d") return delimited(node);
  if (name == "nary") return sign(xml::child(node, "naryPr"), "chr", "∫") + scripts(node) + " " + part(node, "e");
  if (name == "func") return part(node, "fName") + " " + part(node, "e");
  if (name == "limLow") return part(node, "e") + "_" + grouped_part(part(node, "lim"));
  if (name == "limUpp") return part(node, "e") + "^" + grouped_part(part(node, "lim"));
  if (name == "m") return matrix(node);
  if (name == "eqArr") return joined(node, "e", "; ");
  // Tracked deletions, and what says how something looks.
  if (name == "del" || name == "moveFrom" || name.ends_with("Pr")) return "";
  return children_text(node);
}

std::string children_text(const pugi::xml_node& node) {
  std::string text;
  for (const pugi::xml_node& child : node.children()) text += element_text(child);
  return text;
}

}  // namespace

std::string equation_text(const pugi::xml_node& math) { return collapse_white_space(children_text(math)); }

}  // namespace rag
