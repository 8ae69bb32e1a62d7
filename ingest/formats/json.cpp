// JSON and JSON Lines that are no corpus.  A short file stands as it is; a long one is written out so that a piece of it still says
// where it belongs: lists of alike objects as tables, other objects as "name: value" lines below their path.
#include <algorithm>

#include "core/error.h"
#include "core/text.h"
#include "ingest/document_builder.h"
#include "ingest/format.h"
#include "ingest/json_value.h"
#include "ingest/text_file.h"

namespace rag {
namespace {

using json::is_scalar;
using json::scalar_text;
using json::Value;

constexpr std::size_t kShortFile = 4000, kShortLine = 400;  // a reader and a chunk can take them as they are
constexpr std::size_t kMaxPath = 120;
constexpr std::size_t kMaxCell = 300, kMaxColumns = 50;
constexpr int kMaxDepth = 256;

bool is_readable(std::string_view text) {
  if (text.size() > kShortFile) return false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (end - at > kShortLine) return false;
    at = end + 1;
  }
  return true;
}

bool is_scalar_list(const Value& value) { return value.is_array() && std::all_of(value.begin(), value.end(), is_scalar); }

// A scalar, or scalars separated by commas.
std::string line_of(const Value& value) {
  if (!value.is_array()) return scalar_text(value);
  std::string line;
  for (const Value& item : value) line += (line.empty() ? "" : ", ") + scalar_text(item);
  return line;
}

class JsonWriter {
 public:
  explicit JsonWriter(DocumentBuilder& builder) : builder_(builder) {}

  void write(const Value& value, const std::string& path, int depth) {
    if (depth > kMaxDepth) throw Error(ErrorKind::Ingest, "JSON nested deeper than " + std::to_string(kMaxDepth));
    if (value.is_object())
      write_object(value, path, depth);
    else if (value.is_array())
      write_list(value, path, depth);
    else
      builder_.paragraph(label(path) + scalar_text(value));
  }

 private:
  // The members that are one line each together, below their path; then the larger ones.
  void write_object(const Value& object, const std::string& path, int depth) {
    std::string lines;
    for (const auto& [name, value] : object.items())
      if (is_scalar(value) || is_scalar_list(value)) lines += name + ": " + line_of(value) + "\n";
    if (!lines.empty()) builder_.paragraph(label(path) + lines);
    for (const auto& [name, value] : object.items()) {
      if (is_scalar(value) || is_scalar_list(value)) continue;
      if (depth == 0) builder_.heading(1, name);
      write(value, path.empty() ? name : shortened(path + "." + name), depth + 1);
    }
  }

  void write_list(const Value& list, const std::string& path, int depth) {
    if (is_scalar_list(list)) {
      builder_.paragraph(label(path) + line_of(list));
    } else if (std::vector<std::vector<std::string>> rows = table_of(list); !rows.empty()) {
      builder_.paragraph(path);
      builder_.table(rows, true);
    } else {
      std::size_t number = 0;
      for (const Value& item : list) write(item, shortened(path + "[" + std::to_string(number++) + "]"), depth + 1);
    }
  }

  // Objects with the same few members: a column each.  Empty where the list is no table.
  static std::vector<std::vector<std::string>> table_of(const Value& list) {
    if (list.size() < 2) return {};
    std::vector<std::string> columns;
    std::size_t filled = 0;
    for (const Value& row : list) {
      if (!row.is_object()) return {};
      for (const auto& [name, value] : row.items()) {
        if (!is_scalar(value) && !is_scalar_list(value)) return {};
        if (line_of(value).size() > kMaxCell) return {};
        if (std::find(columns.begin(), columns.end(), name) == columns.end()) columns.push_back(name);
        if (columns.size() > kMaxColumns) return {};
        ++filled;
      }
    }
    // Half empty, it says less than lines do.
    if (columns.size() < 2 || filled * 2 < columns.size() * list.size()) return {};
    std::vector<std::vector<std::string>> rows{columns};
    for (const Value& row : list) {
      rows.emplace_back();
      for (const std::string& column : columns) rows.back().push_back(line_of(json::member(row, column.c_str())));
    }
    // An absent member is an empty cell, not "null".
    for (std::vector<std::string>& row : rows)
      for (std::string& cell : row)
        if (cell == "null") cell.clear();
    return rows;
  }

  static std::string shortened(std::string path) {
    if (path.size() <= kMaxPath) return path;
    std::size_t begin = path.size() - kMaxPath + 3;
    while (begin < path.size() && (static_cast<unsigned char>(path[begin]) & 0xC0) == 0x80) ++begin;
    return "…" + path.substr(begin);
  }

  static std::string label(const std::string& path) { return path.empty() ? std::string() : path + "\n"; }

  DocumentBuilder& builder_;
};

// A value a line.
Value parse_lines(const std::string& text) {
  Value list = Value::array();
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = trim(std::string_view(text).substr(at, end - at));
    if (!line.empty()) list.push_back(json::parse(line));
    at = end + 1;
  }
  return list;
}

class Json final : public Format {
 public:
  std::string name() const override { return "json"; }
  std::vector<std::string> media_types() const override { return {"application/json", "application/x-ndjson"}; }

  Document read(std::string_view bytes, const std::string& uri, std::vector<std::string>& warnings) const override {
    DocumentBuilder builder;
    builder.title_from_headings = false;
    const std::string text = decode_file(bytes, warnings, builder.metadata);
    if (is_readable(text)) return as_it_stands(text, builder.metadata);
    try {
      const bool is_lines = uri.ends_with("l") || uri.ends_with(".ndjson");
      JsonWriter(builder).write(is_lines ? parse_lines(text) : json::parse(text), "", 0);
    } catch (const Error& e) {
      warnings.push_back(std::string(e.what()) + "; kept as it stands");
      return as_it_stands(text, builder.metadata);
    }
    return builder.finish("no letter or digit in it");
  }
};

}  // namespace

std::unique_ptr<Format> make_json_format() { return std::make_unique<Json>(); }

}  // namespace rag
