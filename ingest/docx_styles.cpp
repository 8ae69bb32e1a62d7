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

std::optional<bool> is_switched_on(const pugi::xml_node& properties, std::string_view name) {
  const pugi::xml_node node = xml::child(properties, name);
  if (!node) return std::nullopt;
  const std::string value = xml::attribute(node, "val");
  return value != "0" && value != "false" && value != "off";
}

DocxStyles::DocxStyles(const std::string& styles_xml) {
  pugi::xml_document document;
  xml::load(document, styles_xml);
  for (const pugi::xml_node& node : document.document_element().children()) {
    if (!xml::is(node, "style")) continue;
    const pugi::xml_node paragraph = xml::child(node, "pPr");
    Style style;
    style.name = fold_case(replace_invalid_utf8(xml::value_of(node, "name")));
    style.based_on = xml::value_of(node, "basedOn");
    const pugi::xml_node numbering = xml::child(paragraph, "numPr");
    style.numbering_id = xml::value_of(numbering, "numId");
    style.numbering_level = xml::value_of(numbering, "ilvl");
    if (const std::string level = xml::value_of(paragraph, "outlineLvl"); !level.empty() && number(level) < 9)
      style.outline_level = number(level) + 1;
    const pugi::xml_node run = xml::child(node, "rPr");
    style.look.hidden = is_switched_on(run, "vanish");
    style.look.color = xml::value_of(run, "color");
    style.look.has_ground = xml::child(run, "shd") || xml::child(run, "highlight") || xml::child(paragraph, "shd");
    styles_[xml::attribute(node, "styleId")] = std::move(style);
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

DocxStyles::Look DocxStyles::look_of(const std::string& style_id) const {
  Look look;
  const Style* style = find(style_id);
  for (int i = 0; style && i < kMaxInheritance; ++i, style = find(style->based_on)) {
    if (!look.hidden) look.hidden = style->look.hidden;
    if (look.color.empty()) look.color = style->look.color;
    look.has_ground = look.has_ground || style->look.has_ground;
  }
  return look;
}

bool DocxStyles::is_title(const std::string& style_id) const {
  const Style* style = find(style_id);
  return style && style->name == "title";
}

DocxStyles::InList DocxStyles::list_of(const std::string& style_id) const {
  InList in{.style = style_id};
  const Style* style = find(style_id);
  for (int i = 0; style && i < kMaxInheritance; ++i) {
    if (in.level < 0 && !style->numbering_level.empty()) in.level = std::clamp(number(style->numbering_level), 0, 8);
    if (!style->numbering_id.empty()) {
      in.list = style->numbering_id;
      return in;
    }
    in.style = style->based_on;
    style = find(in.style);
  }
  return in;
}

}  // namespace rag
