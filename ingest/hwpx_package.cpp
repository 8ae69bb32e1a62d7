#include "ingest/hwpx_package.h"

#include <algorithm>
#include <cstdlib>

#include "core/error.h"
#include "core/text.h"
#include "ingest/archive_reader.h"
#include "ingest/hangul_writer.h"
#include "ingest/xml.h"

namespace rag {
namespace {

constexpr std::string_view kFolder = "Contents/";

bool is_section(std::string_view name) { return name.starts_with("Contents/section") && name.ends_with(".xml"); }

int number_in(const std::string& name) {
  const std::size_t at = name.find_first_of("0123456789");
  return at == std::string::npos ? -1 : std::atoi(name.c_str() + at);
}

// The spine's items that are sections; it names them by the manifest's ids.
std::vector<std::string> spine_of(const std::string& content_hpf) {
  pugi::xml_document document;
  xml::load(document, content_hpf);
  std::map<std::string, std::string> file_of;
  for (const pugi::xml_node& item : xml::child(document.document_element(), "manifest").children()) {
    std::string file = xml::attribute(item, "href");
    if (!file.empty() && file.find('/') == std::string::npos) file.insert(0, kFolder);
    file_of[xml::attribute(item, "id")] = file;
  }
  std::vector<std::string> spine;
  for (const pugi::xml_node& item : xml::child(document.document_element(), "spine").children()) {
    const std::string file = file_of[xml::attribute(item, "idref")];
    if (is_section(file) && std::find(spine.begin(), spine.end(), file) == spine.end()) spine.push_back(file);
  }
  return spine;
}

std::size_t id_in(const std::string& text) { return static_cast<std::size_t>(std::clamp(std::atoi(text.c_str()), 0, 1 << 16)); }

HangulNumbering numbering_of(const pugi::xml_node& node) {
  HangulNumbering numbering;
  for (const pugi::xml_node& head : node.children()) {
    const std::size_t level = id_in(xml::attribute(head, "level"));
    if (!xml::is(head, "paraHead") || level < 1 || level > HangulNumbering::kLevels) continue;
    numbering.levels[level - 1] = {head.text().get(), xml::attribute(head, "numFormat"), std::clamp(std::atoi(xml::attribute(head, "start").c_str()), 0, 1 << 16)};
  }
  return numbering;
}

int level_in(const std::string& text) { return std::clamp(std::atoi(text.c_str()), 0, 9); }

}  // namespace

HwpxPackage::HwpxPackage(std::string_view bytes, std::vector<std::string>& warnings) {
  if (!bytes.starts_with("PK")) throw Error(ErrorKind::Ingest, "not an HWPX file: it is no zip (an older .hwp, or encrypted, perhaps)");
  members = read_zip(bytes, [](std::string_view name) {
    return is_section(name) || name == "Contents/content.hpf" || name == "Contents/header.xml" || name == "META-INF/manifest.xml";
  });
  if (members["META-INF/manifest.xml"].find("encryption-data") != std::string::npos)
    throw Error(ErrorKind::Ingest, "encrypted HWPX: it needs a password; save it without one");
  std::vector<std::string> found;
  for (const auto& [name, content] : members)
    if (is_section(name)) found.push_back(name);
  if (found.empty()) throw Error(ErrorKind::Ingest, "damaged HWPX: no Contents/section0.xml in it");
  std::stable_sort(found.begin(), found.end(), [](const std::string& a, const std::string& b) { return number_in(a) < number_in(b); });

  for (const std::string& name : spine_of(members["Contents/content.hpf"])) {
    if (members.contains(name))
      sections.push_back(name);
    else
      warnings.push_back("the section " + escape_for_terminal(name) + " is named in Contents/content.hpf but not in the file");
  }
  const bool ordered = !sections.empty();
  for (const std::string& name : found) {
    if (std::find(sections.begin(), sections.end(), name) != sections.end()) continue;
    if (ordered) warnings.push_back(escape_for_terminal(name) + " has no place in Contents/content.hpf; read at the end");
    sections.push_back(name);
  }
  if (!ordered && sections.size() > 1) warnings.push_back("no order of sections in Contents/content.hpf; read by their numbers");
}

void HwpxPackage::read_properties(DocumentBuilder& builder) const {
  const std::string& text = members.at("Contents/content.hpf");
  pugi::xml_document document;
  if (!xml::load(document, text)) return;
  for (const pugi::xml_node& node : xml::child(document.document_element(), "metadata").children()) {
    const std::string value = collapse_white_space(replace_invalid_utf8(node.text().get()));
    const std::string name = xml::is(node, "meta") ? xml::attribute(node, "name") : xml::local(node.name());
    if (value.empty()) continue;
    if (name == "title") builder.title = value;
    if (name == "creator") builder.metadata["author"] = {value};
    if (name == "keyword") builder.metadata["keywords"] = {value};
    if (name == "CreatedDate") builder.metadata["created"] = {value};
    if (name == "ModifiedDate") builder.metadata["modified"] = {value};
  }
}

HwpxStyles::HwpxStyles(const std::string& header_xml) {
  pugi::xml_document document;
  xml::load(document, header_xml);
  const pugi::xml_node lists = xml::child(document.document_element(), "refList");
  for (const pugi::xml_node& node : xml::child(lists, "paraProperties").children()) {
    const pugi::xml_node heading = xml::child(node, "heading");
    const std::string type = xml::attribute(heading, "type");
    Shape shape;
    if (type == "OUTLINE") shape.outline_level = level_in(xml::attribute(heading, "level")) + 1;
    if (type == "OUTLINE" || type == "NUMBER") shape.head = {type == "NUMBER" ? id_in(xml::attribute(heading, "idRef")) : 0, level_in(xml::attribute(heading, "level"))};
    if (type == "BULLET") shape.bullet_depth = level_in(xml::attribute(heading, "level"));
    shapes_[xml::attribute(node, "id")] = shape;
  }
  for (const pugi::xml_node& node : xml::child(lists, "numberings").children())
    if (xml::is(node, "numbering")) numberings_[id_in(xml::attribute(node, "id"))] = numbering_of(node);
  for (const pugi::xml_node& node : xml::child(lists, "styles").children()) {
    int level = outline_level_of_style(xml::attribute(node, "name"));
    if (level == 0) level = outline_level_of_style(xml::attribute(node, "engName"));
    if (level > 0) outline_styles_[xml::attribute(node, "id")] = level;
  }
}

int HwpxStyles::outline_level(const std::string& shape_id, const std::string& style_id) const {
  if (const auto shape = shapes_.find(shape_id); shape != shapes_.end() && shape->second.outline_level > 0)
    return shape->second.outline_level;
  // Programs other than Hangul name the style alone.
  const auto style = outline_styles_.find(style_id);
  return style == outline_styles_.end() ? 0 : style->second;
}

HangulHead HwpxStyles::head(const std::string& shape_id) const {
  const auto shape = shapes_.find(shape_id);
  return shape == shapes_.end() ? HangulHead{} : shape->second.head;
}

int HwpxStyles::bullet_depth(const std::string& shape_id) const {
  const auto shape = shapes_.find(shape_id);
  return shape == shapes_.end() ? -1 : shape->second.bullet_depth;
}

}  // namespace rag
