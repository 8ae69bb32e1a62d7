#include "ingest/docx_styles.h"

#include <algorithm>
#include <cstdlib>

#include "core/text.h"
#include "ingest/xml.h"

namespace rag {
namespace {

constexpr int kMaxInheritance = 20;  // styles may be based on one another, in a circle even

int number(const std::string& text) { return std::atoi(text.c_str()); }

}  // namespace

DocxStyles::DocxStyles(const std::string& styles_xml, const std::string& numbering_xml) {
  pugi::xml_document document;
  document.load_buffer(styles_xml.data(), styles_xml.size());
  for (const pugi::xml_node& node : document.document_element().children()) {
    if (!xml::is(node, "style")) continue;
    const pugi::xml_node paragraph = xml::child(node, "pPr");
    Style style;
    style.name = fold_case(replace_invalid_utf8(xml::value_of(node, "name")));
    style.based_on = xml::value_of(node, "basedOn");
    style.numbering_id = xml::value_of(xml::child(paragraph, "numPr"), "numId");
    if (const std::string level = xml::value_of(paragraph, "outlineLvl"); !level.empty() && number(level) < 9)
      style.outline_level = number(level) + 1;
    styles_[xml::attribute(node, "styleId")] = std::move(style);
  }
  pugi::xml_document numbering;
  numbering.load_buffer(numbering_xml.data(), numbering_xml.size());
  for (const pugi::xml_node& node : numbering.document_element().children()) {
    if (xml::is(node, "num")) abstract_of_[xml::attribute(node, "numId")] = xml::value_of(node, "abstractNumId");
    if (!xml::is(node, "abstractNum")) continue;
    for (const pugi::xml_node& level : node.children())
      if (xml::is(level, "lvl"))
        formats_[{xml::attribute(node, "abstractNumId"), number(xml::attribute(level, "ilvl"))}] = xml::value_of(level, "numFmt");
  }
}

const DocxStyles::Style* DocxStyles::find(const std::string& style_id) const {
  const auto found = styles_.find(style_id);
  return found == styles_.end() ? nullptr : &found->second;
}

int DocxStyles::heading_level(const std::string& style_id) const {
  // Ids differ by language ("berschrift1", "1"); names do not: "heading 1".
  const Style* style = find(style_id);
  for (int i = 0; style && i < kMaxInheritance; ++i, style = find(style->based_on)) {
    if (style->name.starts_with("heading ")) return std::clamp(number(style->name.substr(8)), 1, 9);
    if (style->name == "title") return 1;
    if (style->outline_level > 0) return style->outline_level;
  }
  return 0;
}

bool DocxStyles::is_title(const std::string& style_id) const {
  const Style* style = find(style_id);
  return style && style->name == "title";
}

std::string DocxStyles::list_of(const std::string& style_id) const {
  const Style* style = find(style_id);
  for (int i = 0; style && i < kMaxInheritance; ++i, style = find(style->based_on))
    if (!style->numbering_id.empty()) return style->numbering_id;
  return "";
}

bool DocxStyles::is_numbered(const std::string& numbering_id, int depth) const {
  const auto abstract = abstract_of_.find(numbering_id);
  if (abstract == abstract_of_.end()) return false;
  const auto format = formats_.find({abstract->second, depth});
  return format != formats_.end() && format->second != "bullet" && format->second != "none";
}

}  // namespace rag
