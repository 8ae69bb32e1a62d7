#include "ingest/drawing_text.h"

#include <algorithm>
#include <cstdlib>

#include "core/text.h"
#include "ingest/list_number.h"
#include "ingest/table_grid.h"

namespace rag::drawing {
namespace {

constexpr int kMaxDepth = xml::kMaxDepth;  // of what contains itself
constexpr std::size_t kMaxPoints = 10000;  // of a chart's series; an index beyond it is a lie or no text to read

void add_words(const pugi::xml_node& node, std::string& text, int depth) {
  if (depth > kMaxDepth) return;
  for (const pugi::xml_node& child : node.children()) {
    const std::string_view name = xml::local(child.name());
    if (name == "t")
      text += undo_escapes(child.text().get());
    else if (name == "br")
      text += '\n';
    else if (name == "tab")
      text += '\t';
    else if (name == "AlternateContent")
      add_words(xml::child(child, "Choice") ? xml::child(child, "Choice") : xml::child(child, "Fallback"), text, depth + 1);
    else if (name != "pPr" && name != "rPr" && name != "endParaRPr" && !(name == "fld" && xml::attribute(child, "type") == "slidenum"))
      add_words(child, text, depth + 1);
  }
}

int level_of(const pugi::xml_node& properties) { return std::clamp(std::atoi(xml::attribute(properties, "lvl").c_str()), 0, 8); }

// 3 as "arabicPeriod" ("3."), "alphaLcParenBoth" ("(c)"), "romanUcParenR" ("III)"), "circleNumDbPlain" ("③"): a kind, then its signs.
std::string auto_number(int number, std::string_view type) {
  const auto begins = [&](std::string_view kind) { return type.starts_with(kind); };
  const std::string text = begins("alphaLc")   ? list_number(number, 'a')
                           : begins("alphaUc") ? list_number(number, 'A')
                           : begins("romanLc") ? list_number(number, 'i')
                           : begins("romanUc") ? list_number(number, 'I')
                           : begins("circleNum") ? list_number(number, "decimalEnclosedCircle")
                                                 : list_number(number, '1');
  if (type.ends_with("ParenBoth")) return "(" + text + ") ";
  if (type.ends_with("ParenR")) return text + ") ";
  return text + (type.ends_with("Plain") ? " " : ". ");
}

// "- ", "3. " or nothing.
std::string marker_of(const pugi::xml_node& properties, bool is_outline, std::map<int, int>& counters) {
  const int level = level_of(properties);
  for (auto& [deeper, count] : counters)
    if (deeper > level) count = 0;
  if (const pugi::xml_node numbered = xml::child(properties, "buAutoNum")) {
    int& count = counters[level];
    const int first = std::clamp(std::atoi(xml::attribute(numbered, "startAt").c_str()), 1, 32767);
    count = count == 0 ? first : count + 1;
    return auto_number(count, xml::attribute(numbered, "type"));
  }
  counters[level] = 0;
  if (xml::child(properties, "buNone")) return "";
  return is_outline || xml::child(properties, "buChar") || xml::child(properties, "buBlip") ? "- " : "";
}

std::string flat_text(const pugi::xml_node& body) {
  std::string text;
  for (const pugi::xml_node& paragraph : body.children()) {
    if (!xml::is(paragraph, "p")) continue;
    const std::string line = paragraph_text(paragraph);
    if (!trim(line).empty()) text += (text.empty() ? "" : " ") + line;
  }
  return text;
}

// The cached points of a c:cat, c:val or c:tx, by index.
std::map<std::size_t, std::string> points_of(const pugi::xml_node& node) {
  std::map<std::size_t, std::string> points;
  pugi::xml_node cache = node;
  for (const char* step : {"strRef", "numRef", "multiLvlStrRef", "strCache", "numCache", "strLit", "numLit", "multiLvlStrCache", "lvl"})
    if (const pugi::xml_node inner = xml::child(cache, step)) cache = inner;
  for (const pugi::xml_node& point : cache.children()) {
    if (!xml::is(point, "pt")) continue;
    const std::size_t index = std::strtoul(xml::attribute(point, "idx").c_str(), nullptr, 10);
    if (index < kMaxPoints) points[index] = xml::child(point, "v").text().get();
  }
  return points;
}

void find_all(const pugi::xml_node& node, std::string_view name, std::vector<pugi::xml_node>& found, int depth = 0) {
  if (depth > kMaxDepth) return;
  for (const pugi::xml_node& child : node.children()) {
    // The same drawing twice, for new and old readers: one of them.
    if (xml::is(child, "Fallback") && xml::child(node, "Choice")) continue;
    if (xml::is(child, name))
      found.push_back(child);
    else
      find_all(child, name, found, depth + 1);
  }
}

}  // namespace

std::string paragraph_text(const pugi::xml_node& paragraph) {
  std::string text;
  add_words(paragraph, text, 0);
  return text;
}

std::vector<SlideBlock> text_blocks(const pugi::xml_node& body, bool is_outline) {
  std::vector<SlideBlock> blocks;
  std::map<int, int> counters;
  for (const pugi::xml_node& paragraph : body.children()) {
    if (!xml::is(paragraph, "p")) continue;
    SlideBlock block{.text = paragraph_text(paragraph)};
    if (trim(block.text).empty()) continue;
    const pugi::xml_node properties = xml::child(paragraph, "pPr");
    block.marker = marker_of(properties, is_outline, counters);
    block.depth = level_of(properties);
    blocks.push_back(std::move(block));
  }
  // One paragraph is no list.
  if (blocks.size() == 1 && is_outline && blocks[0].marker == "- ") blocks[0].marker.clear();
  return blocks;
}

std::vector<SlideBlock> box_blocks(const pugi::xml_node& drawing) {
  std::vector<SlideBlock> blocks;
  std::vector<pugi::xml_node> bodies;
  find_all(drawing, "txBody", bodies);
  for (const pugi::xml_node& body : bodies)
    for (SlideBlock& block : text_blocks(body, false)) blocks.push_back(std::move(block));
  return blocks;
}

SlideBlock table_block(const pugi::xml_node& table) {
  TableGrid grid;
  std::size_t rows = 0;
  const auto span = [](const pugi::xml_node& cell, const char* name) {
    return static_cast<std::size_t>(std::clamp(std::atoi(xml::attribute(cell, name).c_str()), 1, 1000));
  };
  for (const pugi::xml_node& row : table.children()) {
    if (!xml::is(row, "tr")) continue;
    std::size_t column = 0;
    for (const pugi::xml_node& cell : row.children())
      if (xml::is(cell, "tc")) grid.add(rows, column++, flat_text(xml::child(cell, "txBody")), span(cell, "gridSpan"), span(cell, "rowSpan"));
    ++rows;
  }
  const std::string first_row = xml::attribute(xml::child(table, "tblPr"), "firstRow");
  const bool is_marked = first_row == "1" || first_row == "true";
  return {.rows = grid.rows(), .header_rows = is_marked ? grid.header_rows(1) : 0};
}

std::vector<SlideBlock> diagram_blocks(const pugi::xml_node& data_model) {
  std::vector<SlideBlock> blocks;
  for (const pugi::xml_node& point : xml::child(data_model, "ptLst").children()) {
    const std::string type = xml::attribute(point, "type");
    if (type == "pres" || type == "parTrans" || type == "sibTrans") continue;
    const std::string text = flat_text(xml::child(point, "t"));
    if (has_word(text)) blocks.push_back({.text = text, .marker = "- "});
  }
  return blocks;
}

std::vector<SlideBlock> chart_titles(const pugi::xml_node& chart_space) {
  std::vector<SlideBlock> blocks;
  std::vector<pugi::xml_node> titles, lines;
  find_all(xml::child(chart_space, "chart"), "title", titles);
  for (const pugi::xml_node& title : titles) find_all(title, "p", lines);
  for (const pugi::xml_node& line : lines)
    if (const std::string text = paragraph_text(line); has_word(text)) blocks.push_back({.text = text});
  return blocks;
}

std::vector<SlideBlock> chart_blocks(const pugi::xml_node& chart_space) {
  std::vector<SlideBlock> blocks = chart_titles(chart_space);
  const pugi::xml_node chart = xml::child(chart_space, "chart");
  std::vector<pugi::xml_node> series;
  find_all(xml::child(chart, "plotArea"), "ser", series);
  if (series.size() > 100) series.resize(100);
  std::map<std::size_t, std::vector<std::string>> rows;
  SlideBlock table{.rows = {{""}}, .header_rows = 1};
  for (std::size_t i = 0; i < series.size(); ++i) {
    const auto names = points_of(xml::child(series[i], "tx"));
    table.rows[0].push_back(names.empty() ? "" : names.begin()->second);
    const auto add = [&](const char* child, std::size_t column) {
      for (const auto& [index, value] : points_of(xml::child(series[i], child))) {
        std::vector<std::string>& row = rows[index];
        row.resize(series.size() + 1);
        if (row[column].empty()) row[column] = value;
      }
    };
    for (const char* child : {"cat", "xVal"}) add(child, 0);
    for (const char* child : {"val", "yVal"}) add(child, i + 1);
  }
  for (auto& [index, row] : rows) table.rows.push_back(std::move(row));
  if (!rows.empty()) blocks.push_back(std::move(table));
  return blocks;
}

}  // namespace rag::drawing
