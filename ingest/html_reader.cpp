#include "ingest/html_reader.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <vector>

#include "core/text.h"
#include "ingest/ascii_lower.h"
#include "ingest/html_hidden.h"
#include "ingest/html_math.h"
#include "ingest/html_table.h"
#include "ingest/html_tree.h"

namespace rag {
namespace {

using html::attribute;
using html::heading_level;
using html::inner_text;
using html::is_block;
using html::is_skipped;
using html::is_text;
using html::walk;
using html::with_tree;

bool is_list(GumboTag tag) { return tag == GUMBO_TAG_UL || tag == GUMBO_TAG_OL; }
bool is_furniture(GumboTag tag) { return tag == GUMBO_TAG_HEADER || tag == GUMBO_TAG_FOOTER; }

// Writes blocks as their elements close; text between them gathers in `line_`.
class BlockWriter {
 public:
  explicit BlockWriter(DocumentBuilder& builder) : builder_(builder) {}

  bool enter(const GumboNode& node) {
    if (is_text(node)) {
      add_text(node.v.text.text);
      return false;
    }
    if (node.type != GUMBO_NODE_ELEMENT || is_skipped(node.v.element)) return false;
    const GumboTag tag = node.v.element.tag;
    if (tag == GUMBO_TAG_MATH) {
      add_text(html::math_text(node).c_str());
      return false;
    }
    if (tag == GUMBO_TAG_BR) line_ += '\n';
    if (!is_block(tag)) return true;
    flush();
    if (tag == GUMBO_TAG_PRE) {
      builder_.verbatim(preformatted(node));
      return false;
    }
    if (const int level = heading_level(tag)) {
      builder_.heading(level, inner_text(node));
      return false;
    }
    if (tag == GUMBO_TAG_TABLE) {
      if (const std::optional<html::ParsedTable> table = html::read_table(node)) {
        add_caption(node);
        builder_.table(table->rows, table->header_rows);
        return false;
      }
    }
    // Lists in a page's head and foot are menus.
    if (is_list(tag) && furniture_ > 0) return false;
    if (is_furniture(tag)) ++furniture_;
    if (is_list(tag)) lists_.push_back({tag == GUMBO_TAG_OL, number(node.v.element, "start", 1) - 1});
    if (tag == GUMBO_TAG_LI && !lists_.empty()) {
      lists_.back().count = number(node.v.element, "value", lists_.back().count + 1);
      item_pending_ = true;
    }
    return true;
  }

  // Called for every node, those whose children were passed over included.
  void leave(const GumboNode& node) {
    if (node.type != GUMBO_NODE_ELEMENT || !is_block(node.v.element.tag) || is_skipped(node.v.element)) return;
    const GumboTag tag = node.v.element.tag;
    flush();
    if (is_list(tag) && furniture_ == 0 && !lists_.empty()) lists_.pop_back();
    if (is_furniture(tag)) --furniture_;
    if (tag == GUMBO_TAG_LI) item_pending_ = false;
  }

  void flush() {
    const std::string block = tidy(line_);
    line_.clear();
    if (block.empty()) return;
    if (item_pending_ && !lists_.empty()) {
      const std::string marker = lists_.back().ordered ? std::to_string(lists_.back().count) + ". " : "- ";
      builder_.list_item(static_cast<int>(lists_.size()) - 1, marker, block);
      item_pending_ = false;
    } else {
      builder_.paragraph(block);
    }
  }

 private:
  struct List {
    bool ordered;
    int count;
  };

  // What an attribute counts from; the page's author may write anything there.
  static int number(const GumboElement& element, const char* name, int otherwise) {
    const char* text = attribute(element, name);
    char* end = nullptr;
    const long value = std::strtol(text, &end, 10);
    return end == text ? otherwise : static_cast<int>(std::clamp(value, -1000000000L, 1000000000L));
  }

  // White space in HTML is one blank; only <br> breaks a line.
  void add_text(const char* text) {
    for (; *text; ++text) {
      const bool blank = *text == ' ' || *text == '\n' || *text == '\t' || *text == '\r' || *text == '\f';
      if (!blank)
        line_ += *text;
      else if (!line_.empty() && line_.back() != ' ' && line_.back() != '\n')
        line_ += ' ';
    }
  }

  static std::string tidy(const std::string& text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      const std::string line = collapse_white_space(std::string_view(text).substr(at, end - at));
      if (!line.empty()) out += (out.empty() ? "" : "\n") + line;
      at = end + 1;
    }
    return out;
  }

  static std::string preformatted(const GumboNode& pre) {
    std::string text;
    walk(
        pre,
        [&](const GumboNode& node) {
          if (is_text(node)) text += node.v.text.text;
          if (node.type == GUMBO_NODE_ELEMENT && node.v.element.tag == GUMBO_TAG_BR) text += '\n';
          return true;
        },
        [&](const GumboNode& node) {
          // Highlighters put each line into a box of its own.
          if (&node != &pre && node.type == GUMBO_NODE_ELEMENT && is_block(node.v.element.tag) && !text.ends_with('\n')) text += '\n';
        });
    return text;
  }

  void add_caption(const GumboNode& table) {
    const GumboVector& children = table.v.element.children;
    for (unsigned i = 0; i < children.length; ++i) {
      const auto& child = *static_cast<const GumboNode*>(children.data[i]);
      if (child.type == GUMBO_NODE_ELEMENT && child.v.element.tag == GUMBO_TAG_CAPTION)
        builder_.paragraph(collapse_white_space(inner_text(child)));
    }
  }

  DocumentBuilder& builder_;
  std::string line_;
  std::vector<List> lists_;
  bool item_pending_ = false;
  int furniture_ = 0;  // headers and footers we are inside of
};

void read_meta(const GumboElement& meta, DocumentBuilder& builder) {
  std::string name = ascii_lower(attribute(meta, "name"));
  if (name.empty()) name = ascii_lower(attribute(meta, "property"));
  const std::string content = collapse_white_space(replace_invalid_utf8(attribute(meta, "content")));
  if (content.empty()) return;
  if (name == "author" || name == "keywords" || name == "description") builder.metadata[name] = {content};
  if (name == "article:published_time" || name == "date" || name == "dcterms.created") builder.metadata["created"] = {content};
  if (name == "article:modified_time" || name == "last-modified" || name == "dcterms.modified") builder.metadata["modified"] = {content};
}

const GumboNode* find_main(const GumboNode& root) {
  const GumboNode* main = nullptr;
  walk(
      root,
      [&](const GumboNode& node) {
        if (node.type != GUMBO_NODE_ELEMENT || main) return false;
        const GumboElement& element = node.v.element;
        if (element.tag == GUMBO_TAG_MAIN || std::strcmp(attribute(element, "role"), "main") == 0) main = &node;
        if (element.tag == GUMBO_TAG_TITLE || element.tag == GUMBO_TAG_META) return false;
        return !main;
      },
      [](const GumboNode&) {});
  return main;
}

void read_head(const GumboNode& root, DocumentBuilder& builder) {
  walk(
      root,
      [&](const GumboNode& node) {
        if (node.type != GUMBO_NODE_ELEMENT) return false;
        if (node.v.element.tag == GUMBO_TAG_META) read_meta(node.v.element, builder);
        if (node.v.element.tag == GUMBO_TAG_TITLE && builder.title.empty()) builder.title = collapse_white_space(inner_text(node));
        return node.v.element.tag != GUMBO_TAG_BODY;
      },
      [](const GumboNode&) {});
}

}  // namespace

void add_html(std::string_view html, DocumentBuilder& builder) {
  with_tree(html, [&](const GumboNode& root) {
    read_head(root, builder);
    // Where the page marks its main part, the rest is decoration, unless that part is nearly empty.
    const GumboNode* main = find_main(root);
    const GumboNode& start = main && inner_text(*main).size() >= 400 ? *main : root;
    builder.note_hidden_letters(html::count_hidden_letters(start, html::PageStyles(root)));
    BlockWriter writer(builder);
    walk(
        start, [&](const GumboNode& node) { return writer.enter(node); }, [&](const GumboNode& node) { writer.leave(node); });
    writer.flush();
  });
}

std::string html_to_line(std::string_view html) {
  std::string line;
  with_tree(html, [&](const GumboNode& root) { line = collapse_white_space(inner_text(root)); });
  return line;
}

std::string declared_charset(std::string_view bytes) {
  const std::string head = ascii_lower(bytes.substr(0, 1 << 15));
  for (const std::string_view key : {"charset=", "encoding="}) {
    const std::size_t at = head.find(key);
    if (at == std::string::npos) continue;
    std::size_t begin = at + key.size();
    while (begin < head.size() && (head[begin] == '"' || head[begin] == '\'' || head[begin] == ' ')) ++begin;
    std::size_t end = begin;
    while (end < head.size() && (std::isalnum(static_cast<unsigned char>(head[end])) || head[end] == '-' || head[end] == '_')) ++end;
    return head.substr(begin, end - begin);
  }
  return "";
}

}  // namespace rag