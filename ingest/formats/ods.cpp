// OpenDocument spreadsheets: a sheet a section under its name, each cell as it is shown, and the titles of its charts, whose numbers stand in
// cells.  Annotations and other drawings are left out.
#include "core/text.h"
#include "ingest/format.h"
#include "ingest/odf_chart.h"
#include "ingest/odf_package.h"
#include "ingest/odf_styles.h"
#include "ingest/odf_table.h"

namespace rag {
namespace {

// The words of a paragraph in a cell, annotations left out.
void add_words(const pugi::xml_node& node, std::string& text, int depth) {
  constexpr int kMaxDepth = xml::kMaxDepth;
  if (depth > kMaxDepth) return;
  for (const pugi::xml_node& child : node.children()) {
    const std::string_view name = xml::local(child.name());
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata)
      text += child.value();
    else if (name == "s" || name == "tab" || name == "line-break")
      text += ' ';
    else if (name != "annotation" && name != "ruby-text")
      add_words(child, text, depth + 1);
  }
}

// What is shown, else (where the program that wrote it left that out) the value.
std::string text_of(const pugi::xml_node& cell) {
  std::string text;
  bool has_paragraph = false;
  for (const pugi::xml_node& node : cell.children()) {
    if (!xml::is(node, "p")) continue;
    if (has_paragraph) text += '\n';
    has_paragraph = true;
    add_words(node, text, 0);
  }
  if (has_paragraph) return text;
  for (const char* attribute : {"string-value", "date-value", "time-value", "boolean-value", "value"})
    if (std::string value = xml::attribute(cell, attribute); !value.empty()) return value;
  return "";
}

// Below a table stand drawings, in cells or beside them.
void add_chart_titles(const pugi::xml_node& node, OdfCharts& charts, std::vector<std::string>& titles, int depth = 0) {
  if (depth > xml::kMaxDepth) return;
  for (const pugi::xml_node& child : node.children()) {
    if (!xml::is(child, "object")) {
      add_chart_titles(child, charts, titles, depth + 1);
      continue;
    }
    for (std::string& title : charts.of(child).titles) titles.push_back(std::move(title));
  }
}

class Ods final : public Format {
 public:
  std::string name() const override { return "ods"; }
  std::vector<std::string> media_types() const override {
    return {"application/vnd.oasis.opendocument.spreadsheet", "application/vnd.oasis.opendocument.spreadsheet-template"};
  }

  Document read(std::string_view bytes, const std::string&, std::vector<std::string>& warnings) const override {
    const OdfPackage package(bytes, "ODS");
    DocumentBuilder builder;
    builder.title_from_headings = false;  // a sheet's name is a section's, not the workbook's
    package.read_properties(builder);
    const OdfStyles styles(package);
    OdfCharts charts(bytes, warnings);
    std::size_t cut_repeats = 0;
    for (const pugi::xml_node& node : package.body("spreadsheet").children()) {
      if (!xml::is(node, "table")) continue;
      OdfTable table = read_odf_table(node, text_of);
      cut_repeats += table.cut_repeats;
      std::vector<std::string> titles;
      add_chart_titles(node, charts, titles);
      if (table.grid.empty() && titles.empty()) continue;
      builder.heading(1, xml::attribute(node, "name"));
      if (styles.is_hidden(xml::attribute(node, "style-name"))) builder.paragraph("[hidden sheet]");
      table.grid.add_to(builder);
      for (const std::string& title : titles) builder.paragraph(title);
    }
    if (cut_repeats > 0) warnings.push_back(std::to_string(cut_repeats) + " copies of repeated cells and rows are left out");
    return builder.finish("an ODS without text");
  }
};

}  // namespace

std::unique_ptr<Format> make_ods_format() { return std::make_unique<Ods>(); }

}  // namespace rag
