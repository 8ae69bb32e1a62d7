// Word documents: the body's paragraphs, headings, lists, tables, text boxes and notes.  Headers, footers, comments and
// tracked deletions are not part of what the document says and are left out.
#include <algorithm>
#include <cctype>
#include <optional>

#include "core/error.h"
#include "core/text.h"
#include "ingest/archive_reader.h"
#include "ingest/document_builder.h"
#include "ingest/docx_numbering.h"
#include "ingest/docx_styles.h"
#include "ingest/format.h"
#include "ingest/ooxml_package.h"

namespace rag {
namespace {

constexpr int kMaxDepth = xml::kMaxDepth;  // of tables in cells, boxes in boxes, controls in controls

using Members = std::map<std::string, std::string>;

bool is_switched_on(const pugi::xml_node& properties, std::string_view name) {
  const pugi::xml_node node = xml::child(properties, name);
  const std::string value = xml::attribute(node, "val");
  return node && value != "0" && value != "false" && value != "off";
}

class Reader {
 public:
  Reader(DocumentBuilder& builder, const DocxStyles& styles, DocxNumbering& numbering) : builder_(builder), styles_(styles), numbering_(numbering) {}

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
      else if (xml::is(node, "ins") || xml::is(node, "moveTo") || xml::is(node, "customXml") || xml::is(node, "smartTag"))
        blocks(node, depth + 1);
    }
  }

  void notes(const pugi::xml_node& notes, const char* kind) {
    for (const pugi::xml_node& note : notes.children()) {
      const std::string type = xml::attribute(note, "type");
      if (type == "separator" || type == "continuationSeparator" || type == "continuationNotice") continue;
      const std::string text = std::string(trim(flat_text(note, 0)));
      if (!text.empty()) builder_.paragraph("[" + std::string(kind) + xml::attribute(note, "id") + "] " + text);
    }
  }

 private:
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
      else if (name == "footnoteReference")
        text += "[" + xml::attribute(child, "id") + "]";
      else if (name == "endnoteReference")
        text += "[e" + xml::attribute(child, "id") + "]";
      else if (name == "txbxContent")
        boxes.push_back(child);
      else if (name == "AlternateContent")
        text += inline_text(alternative(child), boxes, depth + 1);
      else if (name == "p" && !text.empty())
        text += "\n" + inline_text(child, boxes, depth + 1);
      else if (!is_left_out(name))
        text += name == "r" ? run_text(child, boxes, depth) : inline_text(child, boxes, depth + 1);
    }
    return text;
  }

  // What Word hides is left out.  White letters where nothing colours the ground are as good as hidden, but a template may say more than
  // we look at, so they are only counted.
  std::string run_text(const pugi::xml_node& run, std::vector<pugi::xml_node>& boxes, int depth) {
    const pugi::xml_node properties = xml::child(run, "rPr");
    const bool hidden = is_switched_on(properties, "vanish") || is_switched_on(properties, "webHidden");
    std::string text = inline_text(run, boxes, depth + 1);
    if (hidden || is_white_on_white(run, properties)) builder_.note_hidden(text);
    return hidden ? "" : text;
  }

  static bool is_white_on_white(const pugi::xml_node& run, const pugi::xml_node& properties) {
    if (xml::value_of(properties, "color") != "FFFFFF" || xml::child(properties, "highlight") || xml::child(properties, "shd")) return false;
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
    for (const pugi::xml_node& box : boxes) blocks(box, depth + 1);
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
    std::vector<std::vector<std::string>> rows;
    std::vector<pugi::xml_node> cells;
    bool marked_header = false;
    collect_rows(node, rows, cells, marked_header, 0);
    // A table of one cell is a box around text, not data.
    if (cells.size() == 1) {
      blocks(cells[0], depth + 1);
      return;
    }
    builder_.table(rows, marked_header || looks_like_header(rows));
  }

  void collect_rows(const pugi::xml_node& node, std::vector<std::vector<std::string>>& rows, std::vector<pugi::xml_node>& cells,
                    bool& marked_header, int depth) {
    if (depth > kMaxDepth) return;
    for (const pugi::xml_node& child : node.children()) {
      if (xml::is(child, "tr")) {
        if (rows.empty()) marked_header = is_switched_on(xml::child(child, "trPr"), "tblHeader");
        rows.emplace_back();
        collect_rows(child, rows, cells, marked_header, depth + 1);
      } else if (xml::is(child, "tc") && !rows.empty()) {
        cells.push_back(child);
        rows.back().push_back(flat_text(child, 0));
      } else if (xml::is(child, "sdt") || xml::is(child, "sdtContent") || xml::is(child, "customXml") || xml::is(child, "ins")) {
        collect_rows(child, rows, cells, marked_header, depth + 1);
      }
    }
  }

  static bool looks_like_header(const std::vector<std::vector<std::string>>& rows) {
    if (rows.size() < 2) return false;
    return std::all_of(rows[0].begin(), rows[0].end(), [](const std::string& cell) {
      const std::string_view bare = trim(cell);
      return bare.size() < 80 && has_letter_or_digit(bare) && bare.find_first_not_of("0123456789.,%-") != std::string_view::npos;
    });
  }

 public:
  const std::string& title() const { return title_; }

 private:
  DocumentBuilder& builder_;
  const DocxStyles& styles_;
  DocxNumbering& numbering_;
  std::string title_;
};

class Docx final : public Format {
 public:
  std::string name() const override { return "docx"; }
  std::vector<std::string> media_types() const override {
    return {"application/vnd.openxmlformats-officedocument.wordprocessingml.document"};
  }

  Document read(std::string_view bytes, const std::string&, std::vector<std::string>&) const override {
    if (!bytes.starts_with("PK")) throw Error(ErrorKind::Ingest, "not a DOCX file: it is no zip (an older .doc, or encrypted, perhaps)");
    const Members members = read_zip(bytes, [](std::string_view name) {
      return (name.starts_with("word/") && name.ends_with(".xml") && name.find('/', 5) == std::string_view::npos) ||
             name == "docProps/core.xml";
    });
    const auto member = [&](const char* name) {
      const auto found = members.find(name);
      return found == members.end() ? std::string() : found->second;
    };
    const std::string body_name = main_part(members);
    pugi::xml_document document;
    load_office_xml(document, member(body_name.c_str()), "DOCX", body_name);

    DocumentBuilder builder;
    read_core_properties(member("docProps/core.xml"), builder);
    const DocxStyles styles(member("word/styles.xml"));
    DocxNumbering numbering(member("word/numbering.xml"));
    Reader reader(builder, styles, numbering);
    reader.blocks(xml::child(document.document_element(), "body"));
    for (const auto& [name, kind] : {std::pair{"word/footnotes.xml", ""}, std::pair{"word/endnotes.xml", "e"}}) {
      if (!members.contains(name)) continue;
      pugi::xml_document notes;
      load_office_xml(notes, member(name), "DOCX", name);
      reader.notes(notes.document_element(), kind);
    }
    if (!has_letter_or_digit(builder.title)) builder.title = reader.title();
    return builder.finish("a DOCX without text");
  }

 private:
  // Nearly always word/document.xml; some producers number it.
  static std::string main_part(const Members& members) {
    if (members.contains("word/document.xml")) return "word/document.xml";
    for (const auto& [name, content] : members)
      if (name.starts_with("word/document")) return name;
    throw Error(ErrorKind::Ingest, "damaged DOCX: no word/document.xml in it");
  }
};

}  // namespace

std::unique_ptr<Format> make_docx_format() { return std::make_unique<Docx>(); }

}  // namespace rag
