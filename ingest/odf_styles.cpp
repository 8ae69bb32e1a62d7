#include "ingest/odf_styles.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace rag {
namespace {

constexpr int kMaxInheritance = 20;  // parents may form a circle

}  // namespace

OdfStyles::OdfStyles(const OdfPackage& package) {
  // The automatic styles of the content come last: they are the ones its paragraphs name.
  for (const pugi::xml_node& root : {package.styles(), package.content()})
    for (const pugi::xml_node& group : root.children())
      if (xml::is(group, "styles") || (xml::is(group, "automatic-styles") && root == package.content())) read(group);
}

void OdfStyles::read(const pugi::xml_node& styles) {
  for (const pugi::xml_node& node : styles.children()) {
    const std::string name = xml::attribute(node, "name");
    if (xml::is(node, "style")) {
      Style& style = styles_[name];
      style.parent = xml::attribute(node, "parent-style-name");
      style.outline_level = std::clamp(std::atoi(xml::attribute(node, "default-outline-level").c_str()), 0, 10);
      style.hidden = xml::attribute(xml::child(node, "table-properties"), "display") == "false" ||
                     xml::attribute(xml::child(node, "drawing-page-properties"), "visibility") == "hidden";
    } else if (xml::is(node, "list-style")) {
      for (const pugi::xml_node& level : node.children()) {
        const int number = std::atoi(xml::attribute(level, "level").c_str());
        // A level without a number format counts without showing it.
        const std::string format = xml::is(level, "list-level-style-number") ? xml::attribute(level, "num-format") : "";
        number_formats_[{name, number - 1}] = format.empty() ? 0 : std::strchr("aAiI", format[0]) ? format[0] : '1';
      }
    }
  }
}

const OdfStyles::Style* OdfStyles::find(const std::string& name) const {
  const auto found = styles_.find(name);
  return found == styles_.end() ? nullptr : &found->second;
}

bool OdfStyles::descends_from(const std::string& style, std::string_view ancestor) const {
  std::string name = style;
  for (int i = 0; i < kMaxInheritance && !name.empty(); ++i) {
    if (name == ancestor) return true;
    const Style* found = find(name);
    name = found ? found->parent : "";
  }
  return false;
}

bool OdfStyles::is_title(const std::string& paragraph_style) const { return descends_from(paragraph_style, "Title"); }
bool OdfStyles::is_code(const std::string& paragraph_style) const { return descends_from(paragraph_style, "Preformatted_20_Text"); }

int OdfStyles::heading_level(const std::string& paragraph_style) const {
  if (is_title(paragraph_style)) return 1;
  const Style* style = find(paragraph_style);
  for (int i = 0; style && i < kMaxInheritance; ++i, style = find(style->parent))
    if (style->outline_level > 0) return style->outline_level;
  return 0;
}

char OdfStyles::number_format(const std::string& list_style, int level) const {
  const auto found = number_formats_.find({list_style, level});
  return found == number_formats_.end() ? 0 : found->second;
}

bool OdfStyles::is_hidden(const std::string& style) const {
  const Style* found = find(style);
  return found && found->hidden;
}

}  // namespace rag
