// Excel's XML of 2003, which servers still send as "report.xls": a sheet a section under its name, each cell as it is shown, as in XLSX.
// Comments are left out.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "core/error.h"
#include "core/text.h"
#include "ingest/document_builder.h"
#include "ingest/format.h"
#include "ingest/html_reader.h"
#include "ingest/number_format.h"
#include "ingest/sheet_grid.h"
#include "ingest/text_file.h"
#include "ingest/xml.h"

namespace rag {
namespace {

constexpr std::uint32_t kMaxRows = 1048576, kMaxColumns = 16384;

// Formats that have names instead of codes.  Dates of the reader's country are ISO dates, as in XLSX.
std::string code_of(const std::string& format) {
  static const std::map<std::string, std::string> codes{
      {"General", ""},           {"General Number", ""},         {"Fixed", "0.00"},          {"Standard", "#,##0.00"},    {"Currency", "#,##0.00"},
      {"Euro Currency", "#,##0.00"}, {"Percent", "0.00%"},       {"Scientific", "0.00E+00"}, {"Short Date", "yyyy-mm-dd"}, {"General Date", "yyyy-mm-dd h:mm"},
      {"Long Date", "yyyy-mm-dd"},   {"Medium Date", "dd-mmm-yy"}, {"Short Time", "h:mm"},   {"Medium Time", "h:mm AM/PM"}, {"Long Time", "h:mm:ss AM/PM"}};
  const auto known = codes.find(format);
  return known == codes.end() ? format : known->second;
}

class Styles {
 public:
  explicit Styles(const pugi::xml_node& styles) {
    for (const pugi::xml_node& style : styles.children()) {
      const pugi::xml_node format = xml::child(style, "NumberFormat");
      const auto parent = formats_.find(xml::attribute(style, "Parent"));
      const std::string code = format ? code_of(xml::attribute(format, "Format")) : "";
      // A style comes behind its parent.
      if (format || parent == formats_.end())
        formats_.insert_or_assign(xml::attribute(style, "ID"), std::make_shared<const NumberFormat>(code));
      else
        formats_.insert_or_assign(xml::attribute(style, "ID"), std::shared_ptr(parent->second));
      if (!code.empty() && code != "@") with_code_.insert(xml::attribute(style, "ID"));
    }
  }

  const NumberFormat& format_of(const std::string& id) const {
    static const NumberFormat kGeneral;
    const auto found = formats_.find(id);
    return found == formats_.end() ? kGeneral : *found->second;
  }
  bool has_code(const std::string& id) const { return with_code_.count(id) > 0; }

 private:
  std::map<std::string, std::shared_ptr<const NumberFormat>> formats_;  // one for all styles that have it of the same parent
  std::set<std::string> with_code_;
};

// "2026-11-29T14:05:00.000" as a day's number with its time for a fraction; nothing where it is no such time.
std::optional<double> day_number(const std::string& time) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0;
  double second = 0;
  if (std::sscanf(time.c_str(), "%4d-%2d-%2dT%2d:%2d:%lf", &year, &month, &day, &hour, &minute, &second) < 3) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)), std::chrono::day(static_cast<unsigned>(day)));
  if (!date.ok()) return std::nullopt;
  constexpr std::chrono::sys_days kEpoch = std::chrono::year(1899) / 12 / 30;
  return (std::chrono::sys_days(date) - kEpoch).count() + (hour * 3600 + minute * 60 + second) / 86400;
}

std::string shown(const pugi::xml_node& data, const std::string& style, const Styles& styles) {
  const std::string type = xml::attribute(data, "Type"), text = xml::all_text(data);
  if (type == "Boolean") return trim(text) == "0" ? "FALSE" : "TRUE";
  if (type == "DateTime") {
    const std::optional<double> day = day_number(text);
    static const NumberFormat kDate("yyyy-mm-dd");
    return !day ? text : (styles.has_code(style) ? styles.format_of(style) : kDate).show(*day);
  }
  if (type != "Number") return styles.format_of(style).show_text(text);
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  return end == text.c_str() ? text : styles.format_of(style).show(number);
}

// "3" counts from 1; what is none, or beyond the largest sheet there is, counts as not there.
std::uint32_t number_of(const pugi::xml_node& node, std::string_view name, std::uint32_t otherwise, std::uint32_t most) {
  const long value = std::strtol(xml::attribute(node, name).c_str(), nullptr, 10);
  return value > 0 && value <= static_cast<long>(most) ? static_cast<std::uint32_t>(value) : otherwise;
}

SheetGrid read_table(const pugi::xml_node& table, const Styles& styles) {
  SheetGrid grid;
  std::uint32_t row = 0;
  for (const pugi::xml_node& line : table.children()) {
    if (!xml::is(line, "Row")) continue;
    row = number_of(line, "Index", row + 1, kMaxRows);
    std::uint32_t column = 0;
    for (const pugi::xml_node& cell : line.children()) {
      if (!xml::is(cell, "Cell")) continue;
      column = number_of(cell, "Index", column + 1, kMaxColumns);
      std::string style = xml::attribute(cell, "StyleID");
      if (style.empty()) style = xml::attribute(line, "StyleID");
      const pugi::xml_node data = xml::child(cell, "Data");
      if (data && row <= kMaxRows && column <= kMaxColumns) grid.set(row - 1, column - 1, shown(data, style, styles));
      const std::uint32_t across = number_of(cell, "MergeAcross", 0, kMaxColumns), down = number_of(cell, "MergeDown", 0, kMaxRows);
      if (across + down > 0) grid.merge(row - 1, column - 1, row - 1 + down, column - 1 + across);
      column += across;
    }
    row += number_of(line, "Span", 0, kMaxRows);
  }
  return grid;
}

class SpreadsheetMl final : public Format {
 public:
  std::string name() const override { return "spreadsheetml"; }
  std::vector<std::string> media_types() const override { return {"application/vnd.ms-spreadsheetml"}; }

  Document read(std::string_view bytes, const std::string&, std::vector<std::string>& warnings) const override {
    DocumentBuilder builder;
    builder.title_from_headings = false;
    const std::string text = decode_file(bytes, warnings, builder.metadata, declared_charset(bytes));
    pugi::xml_document document;
    const pugi::xml_parse_result result =
        document.load_buffer(text.data(), text.size(), pugi::parse_default | pugi::parse_ws_pcdata_single, pugi::encoding_utf8);
    if (!document.document_element()) throw Error(ErrorKind::Ingest, xml::why_not(result));
    if (!result) warnings.push_back("damaged: read up to byte " + std::to_string(result.offset) + " (" + result.description() + ")");
    const pugi::xml_node workbook = document.document_element();
    const pugi::xml_node properties = xml::child(workbook, "DocumentProperties");
    builder.title = collapse_white_space(xml::all_text(xml::child(properties, "Title")));
    if (const std::string author = collapse_white_space(xml::all_text(xml::child(properties, "Author"))); !author.empty())
      builder.metadata["author"] = {author};
    const Styles styles(xml::child(workbook, "Styles"));
    for (const pugi::xml_node& sheet : workbook.children()) {
      if (!xml::is(sheet, "Worksheet")) continue;
      SheetGrid grid = read_table(xml::child(sheet, "Table"), styles);
      if (grid.empty()) continue;
      builder.heading(1, xml::attribute(sheet, "Name"));
      const std::string visible = xml::all_text(xml::child(xml::child(sheet, "WorksheetOptions"), "Visible"));
      if (!trim(visible).empty()) builder.paragraph("[hidden sheet]");
      grid.add_to(builder);
    }
    return builder.finish("a workbook without text");
  }
};

}  // namespace

std::unique_ptr<Format> make_spreadsheetml_format() { return std::make_unique<SpreadsheetMl>(); }

}  // namespace rag
