// XML of any kind: the text of its elements in their order.  Alike elements of simple fields become a table, other fields "name:
// value" lines, titles headings.  DTDs are passed over and their entities never expanded.
#include <algorithm>
#include <optional>
#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "ingest/document_builder.h"
#include "ingest/format.h"
#include "ingest/html_reader.h"
#include "ingest/text_file.h"
#include "ingest/xml.h"

namespace rag {
namespace {

constexpr int kMaxDepth = 256;
constexpr int kDeepestHeading = 6;
constexpr int kNear = 40;  // siblings
constexpr std::size_t kMaxCell = 300, kMaxColumns = 50;

using Node = pugi::xml_node;
using Rows = std::vector<std::vector<std::string>>;

bool is_element(const Node& node) { return node.type() == pugi::node_element; }
bool is_characters(const Node& node) { return node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata; }
bool is_leaf(const Node& node) {
  return std::none_of(node.begin(), node.end(), [](const Node& child) { return is_element(child); });
}
// Words beside elements: a paragraph with marked words in it.
bool is_mixed(const Node& node) {
  return std::any_of(node.begin(), node.end(), [](const Node& child) { return is_characters(child) && !trim(child.value()).empty(); });
}

using xml::all_text;

std::string attributes_of(const Node& node) {
  std::string text;
  for (const pugi::xml_attribute& attribute : node.attributes()) {
    const std::string_view name = attribute.name();
    if (name.starts_with("xml") || name.starts_with("xsi:") || trim(attribute.value()).empty()) continue;
    text += (text.empty() ? "" : ", ") + std::string(xml::local(attribute.name())) + " " + attribute.value();
  }
  return text;
}

bool is_title_name(std::string_view name) { return name == "title" || name == "head" || name == "heading"; }
bool is_paragraph_name(std::string_view name) {
  return name == "p" || name == "para" || name == "simpara" || name == "text" || name == "li" || name == "line" || name == "item";
}
bool looks_like_html(std::string_view text) {
  return text.find("</") != std::string_view::npos || text.find("<br") != std::string_view::npos;
}

class XmlWriter {
 public:
  explicit XmlWriter(DocumentBuilder& builder) : builder_(builder) {}

  void write(const Node& node, const std::string& path, int level, int depth) {
    if (depth > kMaxDepth) {
      ++left_out_;
      return;
    }
    if (is_leaf(node)) {
      field(node);
    } else if (is_mixed(node)) {
      flush();
      builder_.paragraph(collapse_white_space(all_text(node)));
    } else {
      container(node, path, level, depth);
    }
    if (depth == 0) flush();
  }

  std::size_t left_out() const { return left_out_; }

 private:
  void container(const Node& node, const std::string& path, int level, int depth) {
    flush();
    const Node title = title_of(node);
    if (title) {
      builder_.heading(std::min(++level, kDeepestHeading), all_text(title));
    } else {
      label_ = path;
    }
    if (const std::string attributes = attributes_of(node); !attributes.empty()) lines_ += attributes + "\n";
    Node looked_up_to;  // the run of alike elements up to here is known to be no table
    for (Node child = node.first_child(); child; child = child.next_sibling()) {
      if (child == looked_up_to) looked_up_to = {};
      if (!is_element(child) || child == title || is_excerpt(child)) continue;
      const std::string name = xml::local(child.name());
      const std::string inner_path = depth == 0 || path.empty() ? name : tail(path) + "/" + name;
      if (!looked_up_to) {
        const Node last = end_of_run(child);
        if (const Rows rows = table_of(child, last); !rows.empty()) {
          flush();
          if (!builder_.empty()) builder_.paragraph(inner_path);
          builder_.table(rows, true);
          child = last;
          continue;
        }
        if (last != child) looked_up_to = last;
      }
      // Of a feed's <category> after <category> one line.
      if (last_name_ == child.name() && is_leaf(child) && attributes_of(child).empty() && continues_line(child)) continue;
      write(child, inner_path, level, depth + 1);
    }
    flush();
  }

  bool continues_line(const Node& leaf) {
    const std::string value = collapse_white_space(all_text(leaf));
    if (lines_.empty() || value.size() > kMaxCell || is_paragraph_name(xml::local(leaf.name()))) return false;
    if (value.empty()) return true;
    lines_.pop_back();
    lines_ += ", " + value + "\n";
    return true;
  }

  void field(const Node& node) {
    const std::string text = all_text(node), attributes = attributes_of(node);
    if (trim(text).empty() && attributes.empty()) return;
    const std::string name = xml::local(node.name());
    if (looks_like_html(text)) {
      flush();
      const std::string title = builder_.title;
      const int shift = std::exchange(builder_.heading_shift, 1);
      add_html(text, builder_);
      builder_.heading_shift = shift;
      builder_.title = title;
      return;
    }
    if (is_paragraph_name(name)) {
      flush();
      builder_.paragraph(collapse_white_space(text));
      return;
    }
    last_name_ = node.name();
    lines_ += name + (attributes.empty() ? "" : " (" + attributes + ")");
    lines_ += trim(text).empty() ? "\n" : ": " + std::string(trim(text)) + "\n";
  }

  void flush() {
    if (!lines_.empty()) builder_.paragraph((label_.empty() ? "" : label_ + "\n") + lines_);
    lines_.clear();
    label_.clear();
    last_name_.clear();
  }

  static Node title_of(const Node& node) {
    int looked_at = 0;
    for (const Node& child : node.children()) {
      if (!is_element(child)) continue;
      if (is_title_name(xml::local(child.name())) && has_letter_or_digit(replace_invalid_utf8(all_text(child)))) return child;
      if (++looked_at == 3) break;
    }
    return {};
  }

  // The beginning of what stands in full beside it.
  static bool is_excerpt(const Node& node) {
    const std::string_view name = xml::local(node.name());
    if (name != "description" && name != "summary") return false;
    // Near it, that is: a look at every sibling of every sibling would never end.
    Node other = node;
    for (int i = 0; i < kNear && other.previous_sibling(); ++i) other = other.previous_sibling();
    for (int i = 0; i < 2 * kNear && other; ++i, other = other.next_sibling())
      if ((xml::is(other, "encoded") || xml::is(other, "content")) && is_leaf(other) && !trim(all_text(other)).empty()) return true;
    return false;
  }

  // A record's attributes and fields; nothing where it holds more than that.
  static std::optional<std::vector<std::pair<std::string, std::string>>> record_of(const Node& node) {
    std::vector<std::pair<std::string, std::string>> record;
    for (const pugi::xml_attribute& attribute : node.attributes()) {
      if (record.size() == kMaxColumns) return std::nullopt;
      record.emplace_back(xml::local(attribute.name()), attribute.value());
    }
    if (is_mixed(node)) return std::nullopt;
    for (const Node& child : node.children()) {
      if (!is_element(child)) continue;
      const char* name = xml::local(child.name());
      const bool repeats = std::any_of(record.begin(), record.end(), [&](const auto& field) { return field.first == name; });
      if (!is_leaf(child) || repeats || child.first_attribute() || record.size() >= kMaxColumns) return std::nullopt;
      std::string text = collapse_white_space(all_text(child));
      if (text.size() > kMaxCell || looks_like_html(text)) return std::nullopt;
      record.emplace_back(name, std::move(text));
    }
    return record;
  }

  // The last of the elements from `node` on that are called like it.
  static Node end_of_run(const Node& node) {
    Node last = node;
    for (Node next = node.next_sibling(); next; next = next.next_sibling()) {
      if (!is_element(next)) continue;
      if (std::string_view(next.name()) != node.name()) break;
      last = next;
    }
    return last;
  }

  static Rows table_of(const Node& first, const Node& last) {
    std::vector<std::vector<std::pair<std::string, std::string>>> records;
    std::vector<std::string> columns;
    for (Node node = first; node; node = node == last ? Node() : node.next_sibling()) {
      if (!is_element(node)) continue;
      auto record = record_of(node);
      if (!record) return {};
      for (const auto& [column, value] : *record)
        if (std::find(columns.begin(), columns.end(), column) == columns.end()) columns.push_back(column);
      if (columns.size() > kMaxColumns) return {};
      records.push_back(std::move(*record));
    }
    if (records.size() < 2 || columns.size() < 2) return {};
    Rows rows{columns};
    for (const auto& record : records) {
      rows.emplace_back(columns.size());
      for (const auto& [column, value] : record)
        rows.back()[static_cast<std::size_t>(std::find(columns.begin(), columns.end(), column) - columns.begin())] = value;
    }
    return rows;
  }

  // The last two names: enough to say where we are.
  static std::string tail(const std::string& path) {
    const std::size_t last = path.rfind('/');
    const std::size_t before = last == std::string::npos || last == 0 ? std::string::npos : path.rfind('/', last - 1);
    return before == std::string::npos ? path : path.substr(before + 1);
  }

  DocumentBuilder& builder_;
  std::string label_, lines_, last_name_;
  std::size_t left_out_ = 0;
};

class Xml final : public Format {
 public:
  std::string name() const override { return "xml"; }
  std::vector<std::string> media_types() const override {
    return {"application/xml", "text/xml", "application/rss+xml", "application/atom+xml"};
  }

  Document read(std::string_view bytes, const std::string&, std::vector<std::string>& warnings) const override {
    DocumentBuilder builder;
    const std::string text = decode_file(bytes, warnings, builder.metadata, declared_charset(bytes));
    pugi::xml_document document;
    const pugi::xml_parse_result result =
        document.load_buffer(text.data(), text.size(), pugi::parse_default | pugi::parse_ws_pcdata, pugi::encoding_utf8);
    if (!result && !document.document_element())
      throw Error(ErrorKind::Ingest, "not XML at byte " + std::to_string(result.offset) + " (" + result.description() + ")");
    if (!result) warnings.push_back("damaged XML: read up to byte " + std::to_string(result.offset) + " (" + result.description() + ")");
    if (text.find("<!ENTITY") != std::string::npos) warnings.push_back("entities of its own DTD are not expanded");
    XmlWriter writer(builder);
    writer.write(document.document_element(), "", 0, 0);
    if (writer.left_out() > 0)
      warnings.push_back(std::to_string(writer.left_out()) + " elements nested deeper than " + std::to_string(kMaxDepth) + " are left out");
    return builder.finish("XML without text");
  }
};

}  // namespace

std::unique_ptr<Format> make_xml_format() { return std::make_unique<Xml>(); }

}  // namespace rag
