// HWPX (OWPML, KS X 6101), what Hangul writes today: paragraphs, headings, tables, text boxes and notes of each section.  Page
// headers and footers, memos, hidden comments and tracked deletions are left out, as in DOCX.
#include <algorithm>
#include <cstdlib>

#include "core/error.h"
#include "core/text.h"
#include "ingest/document_builder.h"
#include "ingest/format.h"
#include "ingest/hangul_writer.h"
#include "ingest/hwpx_package.h"
#include "ingest/xml.h"

namespace rag {
namespace {

class Reader {
 public:
  Reader(HangulWriter& writer, const HwpxStyles& styles, HangulCounters& counters) : writer_(writer), styles_(styles), counters_(counters) {}

  // The paragraphs of a section, a cell, a box or a note.
  void blocks(const pugi::xml_node& container) {
    const Depth deeper(*this);
    if (depth_ > HangulWriter::kMaxDepth) return writer_.left_out_as_too_deep();
    for (const pugi::xml_node& node : container.children())
      if (xml::is(node, "p")) paragraph(node);
  }

 private:
  struct Depth {
    explicit Depth(Reader& reader) : reader(reader) { ++reader.depth_; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;
    ~Depth() { --reader.depth_; }
    Reader& reader;
  };

  // A paragraph's own words, then what is anchored in it as blocks of their own.
  void paragraph(const pugi::xml_node& node) {
    std::string text;
    std::vector<pugi::xml_node> anchored;
    deleting_ = false;
    inline_text(node, text, anchored);
    const std::string shape = xml::attribute(node, "paraPrIDRef");
    const int level = styles_.outline_level(shape, xml::attribute(node, "styleIDRef"));
    const int bullet = styles_.bullet_depth(shape);
    const HangulHead head = styles_.head(shape);
    const std::string number = counters_.next(head);
    if (level == 0 && (bullet >= 0 || !number.empty()))
      writer_.list_item(std::max(bullet, head.level), text, number);
    else
      writer_.paragraph(level, text, number);
    for (const pugi::xml_node& object : anchored) anchored_object(object);
  }

  void inline_text(const pugi::xml_node& node, std::string& text, std::vector<pugi::xml_node>& anchored) {
    const Depth deeper(*this);
    if (depth_ > HangulWriter::kMaxDepth) return writer_.left_out_as_too_deep();
    for (const pugi::xml_node& child : node.children()) {
      const std::string_view name = xml::local(child.name());
      if (name == "t")
        characters(child, text);
      else if (name == "footNote" || name == "endNote")
        text += writer_.note(name == "footNote" ? HangulWriter::Note::Footnote : HangulWriter::Note::Endnote,
                             [&] { blocks(xml::child(child, "subList")); });
      else if (name == "autoNum")
        text += counter(child);
      else if (name == "equation")
        text += std::string(" ") + xml::child(child, "script").text().get() + " ";
      else if (name == "compose")
        text += xml::attribute(child, "composeText");
      else if (name == "dutmal")
        text += std::string(xml::child(child, "mainText").text().get()) + "(" + xml::child(child, "subText").text().get() + ")";
      else if (name == "edit")
        text += xml::child(child, "text").text().get();
      else if (name == "comboBox" || name == "listBox")
        text += xml::attribute(child, "selectedValue");
      else if (name == "btn" || name == "checkBtn" || name == "radioBtn")
        text += xml::attribute(child, "captionText") + xml::attribute(child, "caption");
      else if (name == "switch")
        inline_text(alternative(child), text, anchored);
      else if (name == "secPr")
        counters_.start_section(static_cast<std::size_t>(std::clamp(std::atoi(xml::attribute(child, "outlineShapeIDRef").c_str()), 0, 1 << 16)));
      else if (name == "run" || name == "ctrl")
        inline_text(child, text, anchored);
      else if (!is_left_out(name))
        anchored.push_back(child);
    }
  }

  static bool is_left_out(std::string_view name) {
    return name == "header" || name == "footer" || name == "hiddenComment" || name == "fieldBegin" ||
           name == "fieldEnd" || name == "linesegarray";
  }

  // The same content twice, for new and old readers: one of them.
  static pugi::xml_node alternative(const pugi::xml_node& node) {
    const pugi::xml_node chosen = xml::child(node, "case");
    return chosen ? chosen : xml::child(node, "default");
  }

  // Mixed content: characters with elements for those that XML cannot hold.
  void characters(const pugi::xml_node& node, std::string& text) {
    for (const pugi::xml_node& child : node.children()) {
      const std::string_view name = xml::local(child.name());
      if (name == "deleteBegin")
        deleting_ = true;
      else if (name == "deleteEnd")
        deleting_ = false;
      else if (deleting_)
        continue;
      else if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata)
        text += child.value();
      else if (name == "tab")
        text += '\t';
      else if (name == "lineBreak")
        text += '\n';
      else if (name == "nbSpace" || name == "fwSpace")
        text += ' ';
      else if (name == "hyphen")
        text += '-';
    }
  }

  // "표 1": numbers of tables, figures and equations are part of their captions; those of pages and notes are not.
  static std::string counter(const pugi::xml_node& node) {
    const std::string type = xml::attribute(node, "numType");
    return type == "TABLE" || type == "PICTURE" || type == "FIGURE" || type == "EQUATION" ? xml::attribute(node, "num") : "";
  }

  // A table, a drawing with text in it, a picture's caption, a group of these.
  void anchored_object(const pugi::xml_node& node) {
    const Depth deeper(*this);
    if (depth_ > HangulWriter::kMaxDepth) return writer_.left_out_as_too_deep();
    const pugi::xml_node caption = xml::child(node, "caption");
    const bool caption_first = xml::attribute(caption, "side") == "TOP" || xml::attribute(caption, "side") == "LEFT";
    if (caption_first) blocks(xml::child(caption, "subList"));
    if (xml::is(node, "tbl")) table(node);
    if (xml::is(node, "textart")) writer_.paragraph(0, xml::attribute(node, "text"));
    for (const pugi::xml_node& child : node.children()) {
      if (xml::is(child, "drawText"))
        blocks(xml::child(child, "subList"));
      else if (xml::child(child, "drawText") || xml::is(child, "container") || (xml::is(node, "container") && is_drawing(child)))
        anchored_object(child);
    }
    if (caption && !caption_first) blocks(xml::child(caption, "subList"));
  }

  static bool is_drawing(const pugi::xml_node& node) { return xml::is(node, "tbl") || xml::is(node, "pic") || xml::is(node, "textart"); }

  void table(const pugi::xml_node& node) {
    struct Cell {
      pugi::xml_node content;
      std::size_t row = 0, column = 0, columns = 1, rows = 1;
    };
    std::vector<Cell> cells;
    std::size_t marked_header_rows = 0;
    const auto number = [](const pugi::xml_node& of, const char* name) {
      return static_cast<std::size_t>(std::clamp(std::atoi(xml::attribute(of, name).c_str()), 1, 1 << 16));
    };
    std::size_t row = 0;
    for (const pugi::xml_node& line : node.children()) {
      if (!xml::is(line, "tr")) continue;
      std::size_t column = 0;
      for (const pugi::xml_node& cell : line.children()) {
        if (!xml::is(cell, "tc")) continue;
        const std::string address = xml::attribute(xml::child(cell, "cellAddr"), "colAddr");
        if (!address.empty()) column = static_cast<std::size_t>(std::clamp(std::atoi(address.c_str()), 0, 1 << 16));
        if (row <= marked_header_rows && xml::attribute(cell, "header") == "1") marked_header_rows = row + 1;
        const pugi::xml_node span = xml::child(cell, "cellSpan");
        cells.push_back({xml::child(cell, "subList"), row, column++, number(span, "colSpan"), number(span, "rowSpan")});
      }
      ++row;
    }
    // A single column is a box around text, not data.
    if (std::all_of(cells.begin(), cells.end(), [&](const Cell& cell) { return cell.column == cells[0].column; })) {
      for (const Cell& cell : cells) blocks(cell.content);
      return;
    }
    TableGrid grid;
    for (const Cell& cell : cells)
      grid.add(cell.row, cell.column, writer_.captured([&] { blocks(cell.content); }), cell.columns, cell.rows);
    writer_.table(grid, marked_header_rows);
  }

  HangulWriter& writer_;
  const HwpxStyles& styles_;
  HangulCounters& counters_;
  int depth_ = 0;
  bool deleting_ = false;
};

class Hwpx final : public Format {
 public:
  std::string name() const override { return "hwpx"; }
  std::vector<std::string> media_types() const override { return {"application/hwp+zip"}; }

  Document read(std::string_view bytes, const std::string&, std::vector<std::string>& warnings) const override {
    HwpxPackage package(bytes, warnings);
    const HwpxStyles styles(package.members["Contents/header.xml"]);
    DocumentBuilder builder;
    package.read_properties(builder);
    HangulWriter writer(builder);
    HangulCounters counters(styles.numberings());
    for (const std::string& name : package.sections) {
      pugi::xml_document section;
      const std::string& text = package.members[name];
      const pugi::xml_parse_result result = xml::load(section, text, pugi::parse_default | pugi::parse_ws_pcdata);
      if (!result)
        throw Error(ErrorKind::Ingest, "damaged HWPX: " + escape_for_terminal(name) + " is not XML at byte " +
                                           std::to_string(result.offset) + " (" + result.description() + ")");
      Reader(writer, styles, counters).blocks(section.document_element());
    }
    writer.write_notes();
    writer.report(warnings);
    return builder.finish("an HWPX without text");
  }
};

}  // namespace

std::unique_ptr<Format> make_hwpx_format() { return std::make_unique<Hwpx>(); }

}  // namespace rag
