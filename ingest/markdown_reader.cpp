#include "ingest/markdown_reader.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm-extension_api.h>
#include <cmark-gfm.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <mutex>
#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "ingest/html_reader.h"

namespace rag {
namespace {

struct NodeDeleter {
  void operator()(cmark_node* node) const { cmark_node_free(node); }
};
struct ParserDeleter {
  void operator()(cmark_parser* parser) const { cmark_parser_free(parser); }
};
struct IteratorDeleter {
  void operator()(cmark_iter* iterator) const { cmark_iter_free(iterator); }
};
using Tree = std::unique_ptr<cmark_node, NodeDeleter>;

Tree parse_markdown(const std::string& text) {
  static std::once_flag registered;
  std::call_once(registered, cmark_gfm_core_extensions_ensure_registered);
  const std::unique_ptr<cmark_parser, ParserDeleter> parser(cmark_parser_new(CMARK_OPT_VALIDATE_UTF8 | CMARK_OPT_FOOTNOTES));
  for (const char* extension : {"table", "strikethrough", "tasklist"})
    if (cmark_syntax_extension* found = cmark_find_syntax_extension(extension)) cmark_parser_attach_syntax_extension(parser.get(), found);
  cmark_parser_feed(parser.get(), text.data(), text.size());
  Tree tree(cmark_parser_finish(parser.get()));
  if (!tree) throw Error(ErrorKind::Ingest, "Markdown that cannot be parsed");
  return tree;
}

// A line's tags, but none in a code span: behind an odd number of backticks, on one line at least.
std::string without_tags(std::string_view line, std::string_view open, std::string_view close) {
  std::string kept;
  std::size_t done = 0;
  std::ptrdiff_t backticks = 0;  // in `kept`
  const auto keep_up_to = [&](std::size_t end) {
    const std::string_view piece = line.substr(done, end - done);
    backticks += std::count(piece.begin(), piece.end(), '`');
    kept += piece;
    done = end;
  };
  for (std::size_t at = line.find(open); at != std::string_view::npos; at = line.find(open, done)) {
    const std::size_t stop = line.find(close, at);
    if (stop == std::string_view::npos) break;
    keep_up_to(at);
    if (backticks % 2 == 1) keep_up_to(stop);
    else done = stop + close.size();
  }
  keep_up_to(line.size());
  return kept;
}

// Template tags ("{% page ... %}", "{/* anchor */}", "{#anchor}") are the site generator's, not the reader's.  Fenced code keeps them.
std::string without_template_tags(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool fenced = false;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string line(text.substr(0, end));
    const std::string_view bare = trim(line);
    if (bare.starts_with("```") || bare.starts_with("~~~")) fenced = !fenced;
    for (const auto& [open, close] : {std::pair{"{%", "%}"}, std::pair{"{/*", "*/}"}, std::pair{"{{<", ">}}"}, std::pair{" {#", "}"}})
      if (!fenced && line.find(open) != std::string::npos) line = without_tags(line, open, close);
    out += line;
    if (end < text.size()) out += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

class Writer {
 public:
  explicit Writer(DocumentBuilder& builder) : builder_(builder) {}

  void write(cmark_node* root) {
    const std::unique_ptr<cmark_iter, IteratorDeleter> iterator(cmark_iter_new(root));
    for (cmark_event_type event = cmark_iter_next(iterator.get()); event != CMARK_EVENT_DONE; event = cmark_iter_next(iterator.get())) {
      cmark_node* node = cmark_iter_get_node(iterator.get());
      event == CMARK_EVENT_ENTER ? enter(node) : leave(node);
    }
  }

 private:
  struct List {
    bool ordered;
    int number;
  };

  static bool is_type(cmark_node* node, const char* name) { return std::strcmp(cmark_node_get_type_string(node), name) == 0; }

  void enter(cmark_node* node) {
    const auto literal = [&] {
      const char* text = cmark_node_get_literal(node);
      return std::string(text ? text : "");
    };
    switch (cmark_node_get_type(node)) {
      case CMARK_NODE_TEXT:
      case CMARK_NODE_CODE: inline_ += literal(); return;
      case CMARK_NODE_SOFTBREAK:
      case CMARK_NODE_LINEBREAK: inline_ += '\n'; return;
      case CMARK_NODE_HTML_INLINE: inline_ += literal().starts_with("<br") ? "\n" : ""; return;
      case CMARK_NODE_CODE_BLOCK: builder_.verbatim(literal()); return;
      case CMARK_NODE_HTML_BLOCK: add_html(literal(), builder_); return;
      case CMARK_NODE_FOOTNOTE_REFERENCE: inline_ += "[" + literal() + "]"; return;
      case CMARK_NODE_FOOTNOTE_DEFINITION: inline_ = "[" + std::to_string(++notes_) + "] "; return;
      case CMARK_NODE_LIST:
        lists_.push_back({cmark_node_get_list_type(node) == CMARK_ORDERED_LIST, cmark_node_get_list_start(node)});
        return;
      default: break;
    }
    if (is_type(node, "item") || is_type(node, "tasklist")) item_pending_ = true;
    if (is_type(node, "tasklist")) inline_ = cmark_gfm_extensions_get_tasklist_item_checked(node) ? "[x] " : "[ ] ";
    if (is_type(node, "table")) rows_.clear();
    if (is_type(node, "table_row") || is_type(node, "table_header")) rows_.emplace_back();
    if (is_type(node, "table_cell")) inline_.clear();
  }

  void leave(cmark_node* node) {
    switch (cmark_node_get_type(node)) {
      case CMARK_NODE_HEADING: builder_.heading(cmark_node_get_heading_level(node), take_inline()); return;
      case CMARK_NODE_PARAGRAPH: end_paragraph(); return;
      case CMARK_NODE_LIST: lists_.pop_back(); return;
      case CMARK_NODE_ITEM: item_pending_ = false; return;
      default: break;
    }
    if (is_type(node, "table_cell") && !rows_.empty()) rows_.back().push_back(take_inline());
    if (is_type(node, "table")) builder_.table(rows_, true);
  }

  void end_paragraph() {
    const std::string text = take_inline();
    if (!item_pending_ || lists_.empty()) {
      builder_.paragraph(text);
      return;
    }
    List& list = lists_.back();
    const std::string marker = list.ordered ? std::to_string(list.number++) + ". " : "- ";
    builder_.list_item(static_cast<int>(lists_.size()) - 1, marker, text);
    item_pending_ = false;
  }

  std::string take_inline() { return std::exchange(inline_, {}); }

  DocumentBuilder& builder_;
  std::string inline_;
  std::vector<List> lists_;
  std::vector<std::vector<std::string>> rows_;
  bool item_pending_ = false;
  int notes_ = 0;  // written; they stand at the end, in the order of their marks
};

}  // namespace

void add_markdown(std::string_view text, DocumentBuilder& builder) {
  const Tree tree = parse_markdown(without_template_tags(text));
  Writer(builder).write(tree.get());
}

}  // namespace rag
