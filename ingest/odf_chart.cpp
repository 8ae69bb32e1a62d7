#include "ingest/odf_chart.h"

#include <algorithm>

#include "core/error.h"
#include "core/text.h"
#include "ingest/archive_reader.h"
#include "ingest/member_path.h"
#include "ingest/odf_table.h"

namespace rag {
namespace {

constexpr std::string_view kContent = "/content.xml";

// Words of paragraphs; white space is collapsed by whoever shows them.
std::string words_of(const pugi::xml_node& node, int depth = 0) {
  std::string text;
  if (depth > xml::kMaxDepth) return text;
  for (const pugi::xml_node& child : node.children()) {
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) text += child.value();
    if (xml::is(child, "s") || xml::is(child, "tab") || xml::is(child, "line-break")) text += ' ';
    text += words_of(child, depth + 1);
    if (xml::is(child, "p")) text += ' ';
  }
  return text;
}

void find_titles(const pugi::xml_node& node, std::vector<std::string>& titles, int depth = 0) {
  if (depth > xml::kMaxDepth) return;
  for (const pugi::xml_node& child : node.children()) {
    if (xml::is(child, "table")) continue;
    if (!xml::is(child, "title") && !xml::is(child, "subtitle") && !xml::is(child, "footer")) {
      find_titles(child, titles, depth + 1);
    } else if (std::string title = collapse_white_space(words_of(child)); has_word(title)) {
      titles.push_back(std::move(title));
    }
  }
}

// What is shown, else the value; "NaN" is how a gap is written.
std::string text_of(const pugi::xml_node& cell) {
  std::string text = collapse_white_space(words_of(cell));
  if (text.empty()) text = xml::attribute(cell, "value");
  return text == "NaN" ? "" : text;
}

OdfChart read_chart(const pugi::xml_node& chart) {
  OdfChart read;
  find_titles(chart, read.titles);
  OdfTable table = read_odf_table(xml::child(chart, "table"), text_of);
  read.rows = table.grid.rows();
  read.header_rows = std::min<std::size_t>(table.header_rows, read.rows.size());
  return read;
}

pugi::xml_node chart_in(const pugi::xml_node& document) { return xml::child(xml::child(xml::child(document, "body"), "chart"), "chart"); }

}  // namespace

OdfChart OdfCharts::of(const pugi::xml_node& object) {
  for (const pugi::xml_node& inside : object.children())  // the flat form
    if (const pugi::xml_node chart = chart_in(inside)) return read_chart(chart);
  const std::string name = resolve_member("", xml::attribute(object, "href"));
  if (name.empty() || !seen_.insert(name).second) return {};
  const std::string* content = content_of(name);
  pugi::xml_document document;
  try {
    if (content && xml::load(document, *content, pugi::parse_default | pugi::parse_ws_pcdata)) return read_chart(chart_in(document.document_element()));
    if (content) warnings_.push_back("the object " + escape_for_terminal(name) + " is damaged and left out");
  } catch (const Error& trouble) {
    warnings_.push_back("the object " + escape_for_terminal(name) + " is left out: " + trouble.what());
  }
  return {};
}

const std::string* OdfCharts::content_of(const std::string& object) {
  if (!contents_) {
    contents_.emplace();
    try {
      if (bytes_.starts_with("PK")) contents_ = read_zip(bytes_, [](std::string_view name) { return name.ends_with(kContent); });
    } catch (const Error& trouble) {  // the document itself is read already
      warnings_.push_back(std::string("charts are left out: ") + trouble.what());
    }
  }
  const auto found = contents_->find(object + std::string(kContent));
  return found == contents_->end() ? nullptr : &found->second;
}

}  // namespace rag
