// Excel workbooks: a sheet a section under its name, each cell as it is shown, text boxes and the titles of charts behind them.  Comments and
// the rest of charts (which show what cells say) are left out.
#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/text.h"
#include "ingest/drawing_text.h"
#include "ingest/format.h"
#include "ingest/ooxml_package.h"
#include "ingest/xlsx_sheet.h"

namespace rag {
namespace {

constexpr std::size_t kMaxWarnings = 10;

bool is_wanted(std::string_view part) {
  const auto below = [&](std::string_view folder) { return part.find(folder) != std::string_view::npos; };
  return !below("/theme/") && !below("/charts/style") && !below("/charts/colors") && !below("/pivotcache/") && !below("customxml/") && !below("/pivottables/") &&
         !below("/externallinks/") && !below("/threadedcomments/");
}

// The part of a type that the workbook refers to; "" where it has none.
std::string content_of(const OoxmlPackage& package, const std::map<std::string, Relationship>& relationships, std::string_view type) {
  for (const auto& [id, relationship] : relationships)
    if (relationship.type == type)
      if (const std::string* text = package.find(relationship.target)) return *text;
  return "";
}

// The text boxes drawn on a sheet, and the titles of its charts.  Each drawing is read once, whoever else refers to it.
std::vector<SlideBlock> boxes_of(const OoxmlPackage& package, const std::string& sheet_part, std::set<std::string>& seen) {
  std::vector<SlideBlock> boxes;
  for (const auto& [id, relationship] : package.relationships(sheet_part)) {
    const std::string* text = relationship.type == "drawing" ? package.find(relationship.target) : nullptr;
    pugi::xml_document drawing;
    if (!text || !seen.insert(relationship.target).second || !xml::load(drawing, *text)) continue;
    for (SlideBlock& block : drawing::box_blocks(drawing.document_element())) boxes.push_back(std::move(block));
    for (const auto& [chart_id, to_chart] : package.relationships(relationship.target)) {
      const std::string* part = to_chart.type == "chart" ? package.find(to_chart.target) : nullptr;
      pugi::xml_document chart;
      if (!part || !seen.insert(to_chart.target).second || !xml::load(chart, *part, pugi::parse_default | pugi::parse_ws_pcdata_single)) continue;
      for (SlideBlock& block : drawing::chart_titles(chart.document_element())) boxes.push_back(std::move(block));
    }
  }
  return boxes;
}

void add_sheet(DocumentBuilder& builder, XlsxSheet& sheet, const std::vector<SlideBlock>& boxes, const std::string& name, bool is_hidden) {
  if (sheet.grid.empty() && boxes.empty()) return;
  builder.heading(1, name);
  if (is_hidden) builder.paragraph("[hidden sheet]");
  sheet.grid.add_to(builder);
  for (const SlideBlock& box : boxes) builder.paragraph(box.marker + box.text);
}

class Xlsx final : public Format {
 public:
  std::string name() const override { return "xlsx"; }
  std::vector<std::string> media_types() const override { return {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}; }

  Document read(std::string_view bytes, const std::string&, std::vector<std::string>& warnings) const override {
    const OoxmlPackage package(bytes, "XLSX", is_wanted);
    const std::string main = package.main_part("xl/workbook.xml");
    pugi::xml_document workbook;
    package.load(workbook, main);
    DocumentBuilder builder;
    // A sheet's name is a section's, not the workbook's.
    builder.title_from_headings = false;
    if (const std::string* core = package.find("docprops/core.xml")) read_core_properties(*core, builder);

    const auto relationships = package.relationships(main);
    const XlsxStyles styles(content_of(package, relationships, "styles"));
    const SharedStrings strings(content_of(package, relationships, "sharedStrings"));
    const std::string epoch = xml::attribute(xml::child(workbook.document_element(), "workbookPr"), "date1904");
    const std::string on_load = xml::attribute(xml::child(workbook.document_element(), "calcPr"), "fullCalcOnLoad");
    const XlsxContext context{strings, styles, epoch == "1" || epoch == "true", on_load == "1" || on_load == "true"};

    std::set<std::string> seen;
    std::size_t unread = 0, uncomputed = 0, lost_strings = 0;
    for (const pugi::xml_node& entry : xml::child(workbook.document_element(), "sheets").children()) {
      const std::string sheet_name = xml::attribute(entry, "name"), state = xml::attribute(entry, "state");
      const auto found = relationships.find(relationship_id(entry));
      const std::string* part = found == relationships.end() ? nullptr : package.find(found->second.target);
      // A list that names one sheet a million times is an attack; a sheet of nothing but a chart has no cells.
      if (part && (!seen.insert(found->second.target).second || found->second.type == "chartsheet")) continue;
      const std::string quoted = "sheet \"" + escape_for_terminal(collapse_white_space(replace_invalid_utf8(sheet_name))) + "\"";
      try {
        if (!part) throw Error(ErrorKind::Ingest, "the file has no part for it");
        XlsxSheet sheet = read_xlsx_sheet(*part, "damaged XLSX: " + escape_for_terminal(found->second.target), context);
        uncomputed += sheet.formulas_without_value;
        lost_strings += sheet.lost_strings;
        add_sheet(builder, sheet, boxes_of(package, found->second.target, seen), sheet_name, !state.empty() && state != "visible");
      } catch (const Error& e) {
        if (++unread <= kMaxWarnings) warnings.push_back(quoted + " is left out: " + e.what());
      }
    }
    if (unread > kMaxWarnings) warnings.push_back(std::to_string(unread) + " sheets in all are left out");
    if (lost_strings > 0) warnings.push_back(std::to_string(lost_strings) + " cells name a string that is not in the file");
    if (uncomputed > 0)
      warnings.push_back(std::to_string(uncomputed) + " formulas have no saved value; open and save the file in a spreadsheet program");
    return builder.finish(unread > 0 ? warnings.front() : uncomputed > 0 ? warnings.back() : "a workbook without text");
  }
};

}  // namespace

std::unique_ptr<Format> make_xlsx_format() { return std::make_unique<Xlsx>(); }

}  // namespace rag
