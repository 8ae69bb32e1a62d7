#include "ingest/odf_text.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "core/text.h"
#include "ingest/document_builder.h"
#include "ingest/list_number.h"
#include "ingest/odf_table.h"

namespace rag {
namespace {

constexpr int kMaxDepth = xml::kMaxDepth;  // of tables in cells, boxes in boxes, lists in lists

int count_of(const pugi::xml_node& node, std::string_view attribute, int most) {
  const std::string value = xml::attribute(node, attribute);
  return value.empty() ? 1 : std::clamp(std::atoi(value.c_str()), 1, most);
}

// White space in the XML is one blank; more than one is written with <text:s>.
void add_collapsed(std::string& text, const char* piece) {
  for (; *piece; ++piece) {
    const bool blank = *piece == ' ' || *piece == '\n' || *piece == '\t' || *piece == '\r';
    if (!blank)
      text += *piece;
    else if (text.empty() || text.back() != ' ')
      text += ' ';
  }
}

bool is_left_out(std::string_view name) {
  return name == "annotation" || name == "annotation-end" || name == "tracked-changes" || name == "ruby-text" || name == "hidden-text" ||
         name == "hidden-paragraph" || name == "script" || name == "forms" || name == "note-citation" || name == "desc" ||
         name == "title" || name == "object" || name == "object-ole" || name == "image" || name == "event-listeners" || name == "page-number";
}

// Their words stand in the headings already.
bool is_table_of_contents(std::string_view name) {
  return name == "table-of-content" || name == "illustration-index" || name == "table-index" || name == "object-index" ||
         name == "user-index" || name == "alphabetical-index";
}

bool is_shape(std::string_view name) {
  return name == "custom-shape" || name == "rect" || name == "ellipse" || name == "circle" || name == "polygon" || name == "polyline" ||
         name == "path" || name == "line" || name == "connector" || name == "regular-polygon" || name == "caption" || name == "measure";
}

}  // namespace

std::string OdfText::inline_text(const pugi::xml_node& node, Boxes& boxes, int depth) {
  std::string text;
  if (depth > kMaxDepth) return text;
  for (const pugi::xml_node& child : node.children()) {
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) {
      add_collapsed(text, child.value());
      continue;
    }
    const std::string_view name = xml::local(child.name());
    if (name == "s") {
      text.append(static_cast<std::size_t>(count_of(child, "c", 100)), ' ');
    } else if (name == "tab") {
      text += '\t';
    } else if (name == "line-break") {
      text += '\n';
    } else if (name == "note") {
      const std::string mark = "[" + std::string(trim(xml::child(child, "note-citation").text().get())) + "]";
      text += mark;
      const std::string words = flat_text(xml::child(child, "note-body"), depth + 1);
      if (has_word(words)) notes_.push_back(mark + " " + words);
    } else if (name == "text-box" || name == "object" || is_shape(name)) {
      boxes.push_back(child);
    } else if (!is_left_out(name)) {
      text += inline_text(child, boxes, depth + 1);
    }
  }
  return text;
}

std::string OdfText::flat_text(const pugi::xml_node& node, int depth) {
  std::string text;
  if (depth > kMaxDepth) return text;
  const auto add = [&](const std::string& line) {
    if (!trim(line).empty()) text += (text.empty() ? "" : "\n") + std::string(trim(line));
  };
  for (const pugi::xml_node& child : node.children()) {
    const std::string_view name = xml::local(child.name());
    if (name == "p" || name == "h") {
      Boxes boxes;
      add(inline_text(child, boxes, depth + 1));
      for (const pugi::xml_node& box : boxes) {
        if (!xml::is(box, "object")) {
          add(flat_text(box, depth + 1));
          continue;
        }
        const OdfChart chart = charts_.of(box);
        for (const std::string& title : chart.titles) add(title);
        for (const std::vector<std::string>& row : chart.rows) add(table_line(row));
      }
    } else if (child.type() == pugi::node_element && !is_left_out(name)) {
      add(flat_text(child, depth + 1));
    }
  }
  return text;
}

void OdfText::blocks(const pugi::xml_node& container, int depth) {
  if (depth > kMaxDepth) return;
  for (const pugi::xml_node& node : container.children()) {
    const std::string_view name = xml::local(node.name());
    if (name == "p" && styles_.is_code(xml::attribute(node, "style-name"))) {
      Boxes boxes;
      code_ += inline_text(node, boxes, depth + 1) + "\n";
      continue;
    }
    if (node.type() == pugi::node_element) flush_code();
    if (name == "p" || name == "h")
      paragraph(node, depth);
    else if (name == "list")
      list(node, "", 0, depth);
    else if (name == "table")
      table(node, depth);
    else if (name == "object")
      chart(node);
    else if (node.type() == pugi::node_element && !is_left_out(name) && !is_table_of_contents(name) && name != "notes")
      blocks(node, depth + 1);
  }
  flush_code();
}

void OdfText::flush_code() {
  if (!trim(code_).empty()) sink_.code(code_);
  code_.clear();
}

void OdfText::paragraph(const pugi::xml_node& node, int depth) {
  Boxes boxes;
  const std::string text = inline_text(node, boxes, depth + 1);
  const std::string style = xml::attribute(node, "style-name");
  const int level = xml::is(node, "h") ? count_of(node, "outline-level", 10) : styles_.heading_level(style);
  if (level > 0 && has_word(text))
    sink_.heading(level, text, styles_.is_title(style));
  else if (!trim(text).empty())
    sink_.paragraph(text);
  for (const pugi::xml_node& anchored : boxes) box(anchored, depth + 1);
}

void OdfText::box(const pugi::xml_node& node, int depth) {
  if (xml::is(node, "object"))
    chart(node);
  else
    blocks(node, depth);
}

void OdfText::chart(const pugi::xml_node& object) {
  const OdfChart chart = charts_.of(object);
  for (const std::string& title : chart.titles) sink_.paragraph(title);
  if (!chart.rows.empty()) sink_.table(chart.rows, chart.header_rows);
}

void OdfText::list(const pugi::xml_node& node, const std::string& outer_style, int level, int depth) {
  if (depth > kMaxDepth) return;
  std::string style = xml::attribute(node, "style-name");
  if (style.empty()) style = outer_style;
  const char format = styles_.number_format(style, std::min(level, 9));
  int& number = last_numbers_[{style, level}];
  if (xml::attribute(node, "continue-numbering") != "true" && xml::attribute(node, "continue-list").empty()) number = 0;
  for (const pugi::xml_node& item : node.children()) {
    if (xml::is(item, "list-header")) list_entry(item, style, level, "", depth);
    if (!xml::is(item, "list-item")) continue;
    // An item that only holds a deeper list has no number.
    const std::string start = xml::attribute(item, "start-value");
    if (!start.empty())
      number = std::clamp(std::atoi(start.c_str()), 0, 1000000);
    else if (xml::child(item, "p") || xml::child(item, "h"))
      ++number;
    list_entry(item, style, level, format ? list_number(number, format) + ". " : "- ", depth);
  }
}

void OdfText::list_entry(const pugi::xml_node& item, const std::string& style, int level, const std::string& marker, int depth) {
  bool marked = marker.empty();
  for (const pugi::xml_node& node : item.children()) {
    if (xml::is(node, "list")) {
      list(node, style, level + 1, depth + 1);
    } else if (xml::is(node, "p") && !marked) {
      Boxes boxes;
      const std::string text = inline_text(node, boxes, depth + 1);
      if (!trim(text).empty()) {
        sink_.list_item(level, marker, text);
        marked = true;
      }
      for (const pugi::xml_node& anchored : boxes) box(anchored, depth + 1);
    } else if (xml::is(node, "p") || xml::is(node, "h")) {
      paragraph(node, depth + 1);
    } else if (xml::is(node, "table")) {
      table(node, depth + 1);
    }
  }
}

void OdfText::table(const pugi::xml_node& node, int depth) {
  std::vector<pugi::xml_node> filled;
  OdfTable table = read_odf_table(node, [&](const pugi::xml_node& cell) {
    std::string text = flat_text(cell, depth + 1);
    if (!text.empty() && filled.size() < 2) filled.push_back(cell);
    return text;
  });
  // A table of one cell is a box around text, not data.
  if (filled.size() == 1 && table.cut_repeats == 0) {
    blocks(filled[0], depth + 1);
    return;
  }
  const auto rows = table.grid.rows();
  if (!rows.empty()) sink_.table(rows, table.header_rows > 0 && table.header_rows < rows.size() ? table.header_rows : table.grid.header_rows(rows));
}

}  // namespace rag
