// Word documents: the body's paragraphs, headings, lists, tables, text boxes, charts and notes.  Headers, footers, comments and
// tracked deletions are not part of what the document says and are left out.
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <optional>
#include <set>

#include "core/error.h"
#include "core/text.h"
#include "ingest/charset.h"
#include "ingest/document_builder.h"
#include "ingest/docx_equation.h"
#include "ingest/docx_numbering.h"
#include "ingest/docx_styles.h"
#include "ingest/drawing_text.h"
#include "ingest/format.h"
#include "ingest/html_reader.h"
#include "ingest/mail_message.h"
#include "ingest/ooxml_package.h"
#include "ingest/symbol_fonts.h"
#include "ingest/table_grid.h"

namespace rag {
namespace {

constexpr int kMaxDepth = xml::kMaxDepth;  // of tables in cells, boxes in boxes, controls in controls

class Reader {
 public:
  Reader(DocumentBuilder& builder, const DocxStyles& styles, DocxNumbering& numbering, const OoxmlPackage& package, const std::string& main)
      : builder_(builder), styles_(styles), numbering_(numbering), package_(package), relationships_(package.relationships(main)) {}

  // Paragraphs and tables of a body, a cell used as a box, or a text box.
  void blocks(const pugi::xml_node& container, int depth = 0) {
    if (depth > kMaxDepth) return;
    for (const pugi::xml_node& node : container.children()) {
      if (xml::is(node, "p"))
        paragraph(node, depth);
      else if (xml::is(node, "tbl"))
        table(node, depth);
      else if (xml::is(node, "sdt"))
        blocks(xml::child(node, "sdtContent"), depth + 1);
      else if (xml::is(node, "altChunk"))
        page(relationship_id(node));
      else if (xml::is(node, "ins") || xml::is(node, "moveTo") || xml::is(node, "customXml") || xml::is(node, "smartTag"))
        blocks(node, depth + 1);
    }
  }

  std::size_t unread_parts() const { return unread_parts_; }

  enum class Note { Footnote, Endnote };

  // The notes the text refers to, as Word numbers them: in the order in which it does.  What nothing refers to is not shown anywhere.
  void notes(const pugi::xml_node& notes, Note kind) {
    std::map<std::size_t, pugi::xml_node> by_number;
    for (const pugi::xml_node& note : notes.children())
      if (const auto found = numbers_[kind].find(xml::attribute(note, "id")); found != numbers_[kind].end()) by_number[found->second] = note;
    for (const auto& [number, note] : by_number) {
      const std::string text = std::string(trim(flat_text(note, 0)));
      if (!text.empty()) builder_.paragraph(mark(number, kind) + " " + text);
    }
  }

 private:
  // A page of HTML that stands for a piece of the document until Word saves it: how some programs make their reports.  Other formats that may
  // stand there are only counted.
  void page(const std::string& id) {
    const auto found = relationships_.find(id);
    const std::string* part = found == relationships_.end() ? nullptr : package_.find(found->second.target);
    std::vector<std::string> unheard;
    try {
      const std::string type = part ? detect_media_type(*part, found->second.target) : "";
      if (type == "application/x-mimearchive" || type == "message/rfc822") {
        for (const MailPart& piece : read_mail(*part, unheard).parts)
          if (piece.kind == MailPart::Kind::Html) return add_html(piece.bytes, builder_);
      } else if (type == "text/html" || type == "application/xhtml+xml") {
        return add_html(decode_text(*part, declared_charset(*part)).text, builder_);
      }
    } catch (const Error&) {  // counted
    }
    ++unread_parts_;
  }

  // A paragraph's own words; text boxes anchored in it come after it as blocks of their own.
  std::string inline_text(const pugi::xml_node& node, std::vector<pugi::xml_node>& boxes, int depth) {
    std::string text;
    if (depth > kMaxDepth) return text;
    for (const pugi::xml_node& child : node.children()) {
      const std::string_view name = xml::local(child.name());
      if (name == "t")
        text += child.text().get();
      else if (name == "tab" || name == "ptab")
        text += '\t';
      else if (name == "br" || name == "cr")
        text += '\n';
      else if (name == "noBreakHyphen")
        text += '-';
      else if (name == "sym")
        text += symbol_text(xml::attribute(child, "font"), static_cast<char32_t>(std::strtoul(xml::attribute(child, "char").c_str(), nullptr, 16)));
      else if (name == "footnoteReference")
        text += refer_to(child, Note::Footnote);
      else if (name == "endnoteReference")
        text += refer_to(child, Note::Endnote);
      else if (name == "txbxContent" || name == "chart" || name == "relIds")
        boxes.push_back(child);
      else if (name == "oMath")
        text += equation_text(child);
      else if (name == "AlternateContent")
        text += inline_text(alternative(child), boxes, depth + 1);
      else if ((name == "p" || name == "tbl" || name == "tr") && !text.empty())
        text += "\n" + inline_text(child, boxes, depth + 1);
      else if (name == "tc" && !text.empty())  // of a table in a cell
        text += " " + inline_text(child, boxes, depth + 1);
      else if (!is_left_out(name))
        text += name == "r" ? run_text(child, boxes, depth) : inline_text(child, boxes, depth + 1);
    }
    return text;
  }

  static std::string mark(std::size_t number, Note kind) { return (kind == Note::Footnote ? "[" : "[e") + std::to_string(number) + "]"; }

  // Ids of notes are the file's own and begin anywhere.
  std::string refer_to(const pugi::xml_node& reference, Note kind) {
    std::map<std::string, std::size_t>& numbers = numbers_[kind];
    return mark(numbers.try_emplace(xml::attribute(reference, "id"), numbers.size() + 1).first->second, kind);
  }

  // What Word hides is left out.  White letters where nothing colours the ground are as good as hidden, but a template may say more than
  // we look at, so they are only counted.
  std::string run_text(const pugi::xml_node& run, std::vector<pugi::xml_node>& boxes, int depth) {
    const pugi::xml_node properties = xml::child(run, "rPr");
    const DocxStyles::Look look = look_of(run, properties);
    const bool hidden = look.hidden.value_or(false) || is_switched_on(properties, "webHidden").value_or(false);
    std::string text = inline_text(run, boxes, depth + 1);
    if (hidden || is_white_on_white(run, look)) builder_.note_hidden(text);
    return hidden ? "" : text;
  }

  // Of the run's own properties, its style, its paragraph's and its table's the first that says something.
  DocxStyles::Look look_of(const pugi::xml_node& run, const pugi::xml_node& properties) const {
    DocxStyles::Look look{is_switched_on(properties, "vanish"), xml::value_of(properties, "color"),
                          xml::child(properties, "highlight") || xml::child(properties, "shd")};
    const auto add = [&](const std::string& style) {
      if (style.empty()) return;
      const DocxStyles::Look more = styles_.look_of(style);
      if (!look.hidden) look.hidden = more.hidden;
      if (look.color.empty()) look.color = more.color;
      look.has_ground = look.has_ground || more.has_ground;
    };
    add(xml::value_of(properties, "rStyle"));
    for (pugi::xml_node above = run.parent(); above && !xml::is(above, "txbxContent"); above = above.parent()) {
      if (xml::is(above, "p")) add(xml::value_of(xml::child(above, "pPr"), "pStyle"));
      if (xml::is(above, "tbl")) add(xml::value_of(xml::child(above, "tblPr"), "tblStyle"));
    }
    return look;
  }

  static bool is_white_on_white(const pugi::xml_node& run, const DocxStyles::Look& look) {
    if (look.color != "FFFFFF" || look.has_ground) return false;
    for (pugi::xml_node above = run.parent(); above; above = above.parent()) {
      const std::string_view name = xml::local(above.name());
      if (name == "tbl" || name == "txbxContent") return false;
      if (name == "p" && xml::child(xml::child(above, "pPr"), "shd")) return false;
    }
    return true;
  }

  // The same drawing twice, for new and old readers: one of them.
  static pugi::xml_node alternative(const pugi::xml_node& node) {
    const pugi::xml_node choice = xml::child(node, "Choice");
    return choice ? choice : xml::child(node, "Fallback");
  }

  static bool is_left_out(std::string_view name) {
    return name == "del" || name == "moveFrom" || name == "delText" || name == "instrText" || name == "pPr" || name == "rPr" ||
           name == "sdtPr" || name == "tblPr" || name == "sectPr" || name == "annotationRef" || name == "rt";
  }

  std::string flat_text(const pugi::xml_node& node, int depth) {
    std::vector<pugi::xml_node> boxes;
    std::string text = inline_text(node, boxes, depth);
    for (const pugi::xml_node& box : boxes) {
      if (depth < kMaxDepth) text += " " + flat_text(box, depth + 1);
    }
    return text;
  }

  void paragraph(const pugi::xml_node& node, int depth) {
    std::vector<pugi::xml_node> boxes;
    const std::string text = inline_text(node, boxes, 0);
    const pugi::xml_node properties = xml::child(node, "pPr");
    const std::string style = xml::value_of(properties, "pStyle");
    const std::string outline = xml::value_of(properties, "outlineLvl");
    int level = styles_.heading_level(style);
    if (level == 0 && !outline.empty() && outline.size() == 1 && outline[0] < '9') level = outline[0] - '0' + 1;
    const ListPlace place = list_place(properties, style);
    const bool is_item = !place.list.empty() && !trim(text).empty();
    const std::string marker = is_item ? numbering_.next(place.list, place.level) : "";
    if (level > 0 && has_letter_or_digit(text)) {
      if (styles_.is_title(style) && title_.empty()) title_ = collapse_white_space(text);
      builder_.heading(level, (marker == "- " ? "" : marker) + text);
    } else if (is_item) {
      builder_.list_item(place.level, marker, text);
    } else {
      builder_.paragraph(text);
    }
    for (const pugi::xml_node& box : boxes) {
      if (xml::is(box, "txbxContent"))
        blocks(box, depth + 1);
      else
        drawn(box);
    }
  }

  // The numbers of a chart, the words of a SmartArt drawing: parts of their own, each read once, whoever else refers to it.
  void drawn(const pugi::xml_node& node) {
    const bool is_chart = xml::is(node, "chart");
    const auto found = relationships_.find(is_chart ? relationship_id(node) : relationship_id(node, "dm"));
    if (found == relationships_.end() || !seen_.insert(found->second.target).second) return;
    const std::string* part = package_.find(found->second.target);
    pugi::xml_document document;
    if (!part || !xml::load(document, *part, pugi::parse_default | pugi::parse_ws_pcdata_single)) return;
    const pugi::xml_node root = document.document_element();
    for (const SlideBlock& block : is_chart ? drawing::chart_blocks(root) : drawing::diagram_blocks(root)) add_block(builder_, block);
  }

  // The list a paragraph belongs to, and its level there; no list where it belongs to none, or to "0", which takes it out of its style's.
  struct ListPlace {
    std::string list;
    int level = 0;
  };
  ListPlace list_place(const pugi::xml_node& properties, const std::string& style) const {
    const pugi::xml_node numbering = xml::child(properties, "numPr");
    const std::string own = xml::value_of(numbering, "numId"), level = xml::value_of(numbering, "ilvl");
    const DocxStyles::InList of_style = styles_.list_of(style);
    ListPlace place{own.empty() ? of_style.list : own};
    if (place.list == "0") place.list.clear();
    if (level.size() == 1 && std::isdigit(static_cast<unsigned char>(level[0])))
      place.level = level[0] - '0';
    else
      place.level = of_style.level >= 0 ? of_style.level : numbering_.level_of_style(place.list, of_style.style);
    return place;
  }

  void table(const pugi::xml_node& node, int depth) {
    CollectedTable table;
    collect_rows(node, table, 0);
    // A table of one cell is a box around text, not data.
    if (table.cells.size() == 1) {
      blocks(table.cells[0], depth + 1);
      return;
    }
    const std::size_t marked = std::max<std::size_t>(table.marked_rows, table.first_row_names ? 1 : 0);
    builder_.table(table.grid.rows(), table.grid.header_rows(marked));
  }

  struct CollectedTable {
    TableGrid grid;
    std::vector<pugi::xml_node> cells;
    std::size_t rows = 0, column = 0;  // rows begun, and where the next cell of the last one stands
    std::size_t marked_rows = 0;       // so many of the first rows Word repeats on every page
    bool first_row_names = true;
  };

  void collect_rows(const pugi::xml_node& node, CollectedTable& table, int depth) {
    if (depth > kMaxDepth) return;
    for (const pugi::xml_node& child : node.children()) {
      if (xml::is(child, "tr")) {
        const pugi::xml_node properties = xml::child(child, "trPr");
        if (table.marked_rows == table.rows && is_switched_on(properties, "tblHeader").value_or(false)) ++table.marked_rows;
        ++table.rows;
        table.column = columns_of(properties, "gridBefore", 0);
        collect_rows(child, table, depth + 1);
      } else if (xml::is(child, "tc") && table.rows > 0) {
        cell(child, table);
      } else if (xml::is(child, "sdt") || xml::is(child, "sdtContent") || xml::is(child, "customXml") || xml::is(child, "ins")) {
        collect_rows(child, table, depth + 1);
      }
    }
  }

  void cell(const pugi::xml_node& node, CollectedTable& table) {
    const pugi::xml_node properties = xml::child(node, "tcPr");
    const std::size_t columns = columns_of(properties, "gridSpan", 1);
    // A cell that is merged with those below says "restart", those say that they go on.
    const bool begins_below = xml::value_of(properties, "vMerge") == "restart";
    std::string text = flat_text(node, 0);
    if (table.rows == 1 && !(columns > 1 && trim(text).empty()) && !is_column_name(text)) table.first_row_names = false;
    table.cells.push_back(node);
    table.grid.add(table.rows - 1, table.column, std::move(text), columns, begins_below ? 2 : 1);
    table.column += columns;
  }

  // "gridSpan" and its like; Word knows 63 columns.
  static std::size_t columns_of(const pugi::xml_node& properties, std::string_view name, int otherwise) {
    const std::string value = xml::value_of(properties, name);
    return static_cast<std::size_t>(value.empty() ? otherwise : std::clamp(std::atoi(value.c_str()), otherwise, 63));
  }

 public:
  const std::string& title() const { return title_; }

 private:
  DocumentBuilder& builder_;
  const DocxStyles& styles_;
  DocxNumbering& numbering_;
  const OoxmlPackage& package_;
  const std::map<std::string, Relationship> relationships_;
  std::set<std::string> seen_;
  std::size_t unread_parts_ = 0;
  std::map<Note, std::map<std::string, std::size_t>> numbers_;  // of notes, by id
  std::string title_;
};

class Docx final : public Format {
 public:
  std::string name() const override { return "docx"; }
  std::vector<std::string> media_types() const override {
    return {"application/vnd.openxmlformats-officedocument.wordprocessingml.document"};
  }

  Document read(std::string_view bytes, const std::string&, std::vector<std::string>& warnings) const override {
    const OoxmlPackage package(bytes, "DOCX", is_wanted);
    const std::string main = package.main_part("word/document.xml");
    const auto part = [&](const char* name) {
      const std::string* found = package.find(name);
      return found ? *found : std::string();
    };
    pugi::xml_document document;
    package.load(document, main);

    DocumentBuilder builder;
    read_core_properties(part("docprops/core.xml"), builder);
    const DocxStyles styles(part("word/styles.xml"));
    DocxNumbering numbering(part("word/numbering.xml"));
    Reader reader(builder, styles, numbering, package, main);
    reader.blocks(xml::child(document.document_element(), "body"));
    for (const auto& [name, kind] : {std::pair{"word/footnotes.xml", Reader::Note::Footnote}, std::pair{"word/endnotes.xml", Reader::Note::Endnote}}) {
      if (!package.find(name)) continue;
      pugi::xml_document notes;
      package.load(notes, name);
      reader.notes(notes.document_element(), kind);
    }
    if (!has_letter_or_digit(builder.title)) builder.title = reader.title();
    if (reader.unread_parts() > 0)
      warnings.push_back(std::to_string(reader.unread_parts()) + " parts in another format are left out; open it in Word and save it anew");
    return builder.finish("a DOCX without text");
  }

 private:
  static bool is_wanted(std::string_view part) {
    return (part.starts_with("word/") && part.find('/', 5) == std::string_view::npos) || part.starts_with("word/charts/chart") ||
           part.starts_with("word/diagrams/data") || part == "docprops/core.xml";
  }
};

}  // namespace

std::unique_ptr<Format> make_docx_format() { return std::make_unique<Docx>(); }

}  // namespace rag
