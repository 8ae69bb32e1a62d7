#include "ingest/docx_numbering.h"

#include <algorithm>
#include <cstdlib>

#include "core/text.h"
#include "ingest/list_number.h"
#include "ingest/xml.h"

namespace rag {
namespace {

int number(const std::string& text) { return std::clamp(std::atoi(text.c_str()), 0, 1000000); }

}  // namespace

DocxNumbering::DocxNumbering(const std::string& numbering_xml) {
  pugi::xml_document document;
  xml::load(document, numbering_xml);
  std::map<std::string, std::string> of_style, points_to;  // numbering style -> abstract; abstract -> the style that has its levels
  for (const pugi::xml_node& node : document.document_element().children()) {
    if (!xml::is(node, "abstractNum")) continue;
    const std::string id = xml::attribute(node, "abstractNumId");
    Abstract& abstract = abstracts_[id];
    if (const std::string style = xml::value_of(node, "styleLink"); !style.empty()) of_style[style] = id;
    if (const std::string style = xml::value_of(node, "numStyleLink"); !style.empty()) points_to[id] = style;
    for (const pugi::xml_node& entry : node.children()) {
      const int at = std::atoi(xml::attribute(entry, "ilvl").c_str());
      if (!xml::is(entry, "lvl") || at < 0 || at >= kLevels) continue;
      Level& level = abstract.levels[static_cast<std::size_t>(at)];
      level.format = xml::value_of(entry, "numFmt");
      if (level.format.empty()) level.format = "decimal";
      level.text = xml::child(entry, "lvlText") ? xml::value_of(entry, "lvlText") : "%" + std::to_string(at + 1) + ".";
      level.style = xml::value_of(entry, "pStyle");
      if (const std::string first = xml::value_of(entry, "start"); !first.empty()) level.first = number(first);
    }
  }
  for (const pugi::xml_node& node : document.document_element().children()) {
    if (!xml::is(node, "num")) continue;
    const std::string list = xml::attribute(node, "numId");
    std::string abstract = xml::value_of(node, "abstractNumId");
    if (const auto style = points_to.find(abstract); style != points_to.end())
      if (const auto found = of_style.find(style->second); found != of_style.end()) abstract = found->second;
    abstract_of_[list] = abstract;
    for (const pugi::xml_node& entry : node.children())
      if (const std::string first = xml::value_of(entry, "startOverride"); xml::is(entry, "lvlOverride") && !first.empty())
        overrides_[{list, number(xml::attribute(entry, "ilvl"))}] = number(first);
  }
}

DocxNumbering::Abstract* DocxNumbering::find(const std::string& list) {
  const auto abstract = abstract_of_.find(list);
  const auto found = abstract == abstract_of_.end() ? abstracts_.end() : abstracts_.find(abstract->second);
  return found == abstracts_.end() ? nullptr : &found->second;
}

int DocxNumbering::level_of_style(const std::string& list, const std::string& style) {
  const Abstract* abstract = find(list);
  for (int level = 0; abstract && level < kLevels; ++level)
    if (!style.empty() && abstract->levels[static_cast<std::size_t>(level)].style == style) return level;
  return 0;
}

// Lists of one kind count on from one another, but for those that say where they begin.
void DocxNumbering::restart(const std::string& list, Abstract& abstract) {
  if (!begun_.insert(list).second) return;
  for (int level = 0; level < kLevels; ++level) {
    const auto first = overrides_.find({list, level});
    if (first == overrides_.end()) continue;
    abstract.counts[static_cast<std::size_t>(level)] = first->second - 1;
    abstract.counting[static_cast<std::size_t>(level)] = true;
  }
}

std::string DocxNumbering::next(const std::string& list, int level) {
  Abstract* const found = find(list);
  if (!found) return "- ";
  Abstract& abstract = *found;
  const auto at = static_cast<std::size_t>(std::clamp(level, 0, kLevels - 1));
  restart(list, abstract);
  if (!abstract.counting[at]) abstract.counts[at] = abstract.levels[at].first - 1;
  abstract.counting[at] = true;
  ++abstract.counts[at];
  for (std::size_t deeper = at + 1; deeper < abstract.counting.size(); ++deeper) abstract.counting[deeper] = false;
  if (abstract.levels[at].format == "bullet") return "- ";
  std::string marker;
  const std::string& text = abstract.levels[at].text;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_number = text[i] == '%' && i + 1 < text.size() && text[i + 1] >= '1' && text[i + 1] <= '9';
    if (!is_number) {
      marker += text[i];
      continue;
    }
    const auto of = static_cast<std::size_t>(text[++i] - '1');
    const Level& other = abstract.levels[of];
    if (other.format != "none" && other.format != "bullet") marker += list_number(abstract.counting[of] ? abstract.counts[of] : other.first, other.format);
  }
  marker = trim(replace_invalid_utf8(marker));
  return marker.empty() ? "" : marker + " ";
}

}  // namespace rag
