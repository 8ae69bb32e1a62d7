// Drawings (SVG): their title, their description and the words in them, a group of labels a paragraph.  What a viewer does not show is left
// out, what is painted so that nobody sees it is kept; both are counted as hidden text.
#include <map>
#include <set>
#include <sstream>
#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "ingest/document_builder.h"
#include "ingest/format.h"
#include "ingest/html_reader.h"
#include "ingest/svg_paint.h"
#include "ingest/svg_place.h"
#include "ingest/text_file.h"
#include "ingest/xml.h"

namespace rag {
namespace {

using Node = pugi::xml_node;

bool is_characters(const Node& node) { return node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata; }

// Shown only where <use> refers to what is in them, or not at all.
bool is_aside(std::string_view name) {
  return name == "defs" || name == "symbol" || name == "clipPath" || name == "mask" || name == "pattern" || name == "marker" || name == "metadata" || name == "style" || name == "script";
}

bool is_shape(std::string_view name) { return name == "rect" || name == "path" || name == "circle" || name == "ellipse" || name == "polygon" || name == "polyline"; }

std::string all_text(const Node& node, int depth = 0) {
  std::string text;
  if (depth > xml::kMaxDepth) return text;
  for (const Node& child : node.children())
    if (!is_aside(xml::local(child.name()))) text += is_characters(child) ? child.value() : all_text(child, depth + 1);
  return text;
}

// How words are painted, and where, by all that stands around them.
struct Look {
  bool visible = true, clear = false, no_size = false, stroked = false;
  SvgPaint::Fill fill = SvgPaint::Fill::Other;
  double font_size = 16;
  bool upright = false;
  SvgPlace place;

  Look under(const Node& node, const SvgPaint& paint) const {
    return {paint.visible.value_or(visible),
            clear || paint.clear.value_or(false),
            paint.no_size.value_or(no_size),
            paint.stroked.value_or(stroked),
            paint.fill.value_or(fill),
            paint.font_size.value_or(font_size),
            upright || paint.sets_text_upright,
            place.under(node, paint.transform.value_or(""))};
  }
};

class Drawing {
 public:
  Drawing(DocumentBuilder& builder, const Node& root) : builder_(builder), styles_(root), canvas_(root), root_(root) {}

  void write() {
    builder_.title = collapse_white_space(all_text(xml::child(root_, "title")));
    builder_.heading(1, builder_.title);
    builder_.paragraph(collapse_white_space(all_text(xml::child(root_, "desc"))));
    find_ids();
    const SvgPaint paint = styles_.of(root_);
    if (!paint.displayed.value_or(true)) return builder_.note_hidden(all_text(root_));
    // What its own viewBox means the canvas knows.
    Look look = Look().under(root_, paint);
    look.place = {};
    elements(root_, look, 0);
    flush();
  }

  std::size_t too_deep() const { return too_deep_; }

 private:
  void elements(const Node& parent, const Look& look, int depth) {
    for (const Node& child : parent.children()) element(child, look, depth);
  }

  void element(const Node& node, const Look& outer, int depth) {
    if (node.type() != pugi::node_element) return;
    if (depth > xml::kMaxDepth) {
      ++too_deep_;
      return;
    }
    const std::string_view name = xml::local(node.name());
    if (is_aside(name) || (node.parent() == root_ && (name == "title" || name == "desc"))) return;
    const SvgPaint paint = styles_.of(node);
    if (!paint.displayed.value_or(true)) return builder_.note_hidden(all_text(node));
    const Look look = outer.under(node, paint);
    // On it a white word may well be seen.
    if (name == "image" || name == "use" || (is_shape(name) && look.visible && !look.clear && look.fill == SvgPaint::Fill::Other)) ground_is_open_ = true;
    if (name == "text" || name == "flowRoot") {
      text(node, look);
    } else if (name == "title" || name == "desc") {
      add(all_text(node));  // of a shape: shown when one points at it
    } else if (name == "foreignObject") {
      page(node, look);
    } else if (name == "switch") {
      element(chosen_of(node), look, depth + 1);
    } else if (name == "use") {
      used(node, look, depth);
    } else {
      if (name == "g" || name == "svg" || name == "a") flush();
      elements(node, look, depth + 1);
      if (name == "g" || name == "svg") flush();
    }
  }

  void text(const Node& node, const Look& look) {
    std::string lines;
    SvgPen pen;
    pen.move(node);
    Look here = look;
    here.upright = look.upright || xml::is(node, "flowRoot");
    words(node, here, pen, lines, 0);
    for (std::size_t at = 0; at <= lines.size();) {
      const std::size_t end = std::min(lines.find('\n', at), lines.size());
      add(lines.substr(at, end - at));
      at = end + 1;
    }
  }

  // Line ends in the file are white space; lines of the drawing are pieces put at a place of their own.
  void words(const Node& node, const Look& look, SvgPen& pen, std::string& lines, int depth) {
    if (depth > xml::kMaxDepth) return;
    for (const Node& child : node.children()) {
      if (is_characters(child)) {
        std::string piece = child.value();
        for (char& c : piece)
          if (c == '\n' || c == '\r' || c == '\t') c = ' ';
        pen.write(piece.size());
        if (!look.visible || is_unseen(look) || is_beside(node, look, pen)) builder_.note_hidden(piece);
        if (look.visible) lines += piece;
        continue;
      }
      const std::string_view name = xml::local(child.name());
      if (name == "title" || name == "desc" || is_aside(name)) continue;
      const SvgPaint paint = styles_.of(child);
      if (!paint.displayed.value_or(true)) {
        builder_.note_hidden(all_text(child));
        continue;
      }
      const std::string down = xml::attribute(child, "dy"), across = xml::attribute(child, "x");
      if (name == "flowPara" || !xml::attribute(child, "y").empty() || (!across.empty() && !down.empty() && down != "0"))
        lines += '\n';
      else if (!across.empty())
        lines += ' ';
      pen.move(child);
      words(child, look.under(child, paint), pen, lines, depth + 1);
    }
  }

  // Beside the picture.  Letters along a path, or in a frame of their own, are where that puts them.
  bool is_beside(const Node& node, const Look& look, const SvgPen& pen) const {
    return !look.upright && !xml::is(node, "textPath") && canvas_.is_beside(look.place, pen, look.font_size);
  }

  // White letters count only where nothing was drawn before that they may stand on.
  bool is_unseen(const Look& look) const {
    if (look.clear || look.no_size) return true;
    if (look.stroked) return false;
    return look.fill == SvgPaint::Fill::None || (look.fill == SvgPaint::Fill::White && !ground_is_open_);
  }

  // A page within the drawing: how some programs write labels.
  void page(const Node& node, const Look& look) {
    if (!look.visible) return builder_.note_hidden(all_text(node));
    if (is_unseen(look) || canvas_.is_beside(look.place, node)) builder_.note_hidden(all_text(node));
    flush();
    std::ostringstream html;
    for (const Node& child : node.children()) child.print(html, "", pugi::format_raw);
    const std::string title = builder_.title;
    add_html(html.str(), builder_);
    builder_.title = title;
  }

  // The first whose language is not asked for; features are all there.
  static Node chosen_of(const Node& choice) {
    Node first;
    for (const Node& child : choice.children()) {
      if (child.type() != pugi::node_element) continue;
      if (xml::attribute(child, "systemLanguage").empty()) return child;
      if (!first) first = child;
    }
    return first;
  }

  // Each once: a drawing that shows one thing a million times, or in circles, is an attack.
  void used(const Node& node, const Look& look, int depth) {
    const std::string target = xml::attribute(node, "href");
    const auto found = target.starts_with('#') ? by_id_.find(target.substr(1)) : by_id_.end();
    if (found == by_id_.end() || !used_.insert(found->first).second) return;
    if (xml::is(found->second, "symbol"))
      elements(found->second, unplaced(look.under(found->second, styles_.of(found->second))), depth + 1);
    else if (is_below_something_aside(found->second))
      element(found->second, look, depth + 1);
  }

  // A symbol has a picture of its own, of a size that is said elsewhere.
  static Look unplaced(Look look) {
    look.place = look.place.under({}, "unknown()");
    return look;
  }

  // Else it is shown where it stands, and read there.  What lies too deep to be read is not looked for either: from the bottom of a hundred
  // thousand elements up, for each of as many, would take for ever.
  static bool is_below_something_aside(Node node) {
    for (int steps = 0; steps <= xml::kMaxDepth && (node = node.parent()); ++steps)
      if (is_aside(xml::local(node.name()))) return true;
    return false;
  }

  void find_ids() {
    for (Node node = root_; node; node = xml::next_within(root_, node))
      if (const char* id = node.attribute("id").value(); *id) by_id_.emplace(id, node);
  }

  void add(const std::string& words) {
    std::string line = collapse_white_space(words);
    if (line.empty() || line == last_) return;  // a shape's title often is its label
    lines_ += (lines_.empty() ? "" : "\n") + line;
    last_ = std::move(line);
  }

  void flush() {
    builder_.paragraph(lines_);
    lines_.clear();
  }

  DocumentBuilder& builder_;
  SvgStyles styles_;
  SvgCanvas canvas_;
  Node root_;
  std::map<std::string, Node, std::less<>> by_id_;
  std::set<std::string> used_;
  std::string lines_, last_;
  bool ground_is_open_ = false;
  std::size_t too_deep_ = 0;
};

class Svg final : public Format {
 public:
  std::string name() const override { return "svg"; }
  std::vector<std::string> media_types() const override { return {"image/svg+xml"}; }

  Document read(std::string_view bytes, const std::string&, std::vector<std::string>& warnings) const override {
    DocumentBuilder builder;
    builder.title_from_headings = false;
    const std::string text = decode_file(bytes, warnings, builder.metadata, declared_charset(bytes));
    pugi::xml_document document;
    const pugi::xml_parse_result result = document.load_buffer(text.data(), text.size(), pugi::parse_default | pugi::parse_ws_pcdata, pugi::encoding_utf8);
    const Node root = document.document_element();
    if (!root) throw Error(ErrorKind::Ingest, "not an SVG: " + xml::why_not(result));
    if (!xml::is(root, "svg")) throw Error(ErrorKind::Ingest, "not an SVG: its first element is <" + escape_for_terminal(root.name()) + ">, expected <svg>");
    if (!result) warnings.push_back("damaged SVG: read up to byte " + std::to_string(result.offset) + " (" + result.description() + ")");
    Drawing drawing(builder, root);
    drawing.write();
    if (drawing.too_deep() > 0)
      warnings.push_back(std::to_string(drawing.too_deep()) + " elements nested deeper than " + std::to_string(xml::kMaxDepth) + " are left out");
    return builder.finish("a drawing without words (SVG)");
  }
};

}  // namespace

std::unique_ptr<Format> make_svg_format() { return std::make_unique<Svg>(); }

}  // namespace rag
