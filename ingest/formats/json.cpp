// JSON and JSON Lines that are no corpus.  A short file stands as it is; a long one is written out so that a piece of it still says
// where it belongs: lists of alike objects as tables, other objects as "name: value" lines below their path.
#include <algorithm>

#include "core/error.h"
#include "core/text.h"
#include "ingest/document_builder.h"
#include "ingest/format.h"
#include "ingest/json_value.h"
#include "ingest/text_file.h"
#include "ingest/unicode_escapes.h"

namespace rag {
namespace {

using json::Value;

constexpr std::size_t kShortFile = 4000, kShortLine = 400;  // a reader and a chunk can take them as they are
constexpr std::size_t kMaxPath = 120;
constexpr std::size_t kMaxCell = 300, kMaxColumns = 50;

bool is_readable(std::string_view text) {
  if (text.size() > kShortFile) return false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (end - at > kShortLine) return false;
    at = end + 1;
  }
  return true;
}

bool is_scalar_list(const Value& value) {
  return value.is_list() && std::all_of(value.values().begin(), value.values().end(), [](const Value& item) { return item.is_scalar(); });
}
bool is_line(const Value& value) { return value.is_scalar() || is_scalar_list(value); }

// A scalar, or scalars separated by commas.
std::string line_of(const Value& value) {
  if (!value.is_list()) return value.text;
  std::string line;
  for (const Value& item : value.values()) line += (line.empty() ? "" : ", ") + item.text;
  return line;
}

class JsonWriter {
 public:
  explicit JsonWriter(DocumentBuilder& builder) : builder_(builder) {}

  // `depth` is bounded by what json::parse() takes.
  void write(const Value& value, const std::string& path, int depth) {
    if (value.is_object())
      write_object(value, path, depth);
    else if (value.is_list())
      write_list(value, path, depth);
    else
      builder_.paragraph(label(path) + value.text);
  }

 private:
  // The members that are one line each together, below their path; then the larger ones.
  void write_object(const Value& object, const std::string& path, int depth) {
    const std::vector<Value>& values = object.values();
    std::string lines;
    for (std::size_t i = 0; i < values.size(); ++i)
      if (is_line(values[i])) lines += object.name(i) + ": " + line_of(values[i]) + "\n";
    if (!lines.empty()) builder_.paragraph(label(path) + lines);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (is_line(values[i])) continue;
      if (depth == 0) builder_.heading(1, object.name(i));
      write(values[i], shortened(path.empty() ? object.name(i) : path + "." + object.name(i)), depth + 1);
    }
  }

  void write_list(const Value& list, const std::string& path, int depth) {
    if (is_scalar_list(list)) {
      builder_.paragraph(label(path) + line_of(list));
    } else if (const Rows rows = table_of(list); !rows.empty()) {
      builder_.paragraph(path);
      builder_.table(rows, true);
    } else {
      std::size_t number = 0;
      for (const Value& item : list.values()) write(item, shortened(path + "[" + std::to_string(number++) + "]"), depth + 1);
    }
  }

  using Rows = std::vector<std::vector<std::string>>;

  // Objects with the same few members: a column each.  Empty where the list is no table.
  static Rows table_of(const Value& list) {
    if (list.values().size() < 2) return {};
    Rows rows(1);
    std::size_t filled = 0;
    for (const Value& object : list.values()) {
      if (!object.is_object() || object.values().size() > kMaxColumns) return {};
      rows.emplace_back();
      for (std::size_t i = 0; i < object.values().size(); ++i) {
        if (!is_line(object.values()[i])) return {};
        std::string cell = line_of(object.values()[i]);
        std::vector<std::string>& columns = rows[0];
        const auto column = static_cast<std::size_t>(std::find(columns.begin(), columns.end(), object.name(i)) - columns.begin());
        if (cell.size() > kMaxCell || column == kMaxColumns) return {};
        if (column == columns.size()) columns.push_back(object.name(i));
        rows.back().resize(std::max(rows.back().size(), column + 1));
        if (object.values()[i].kind != Value::Kind::Null) rows.back()[column] = std::move(cell);
        ++filled;
      }
    }
    // Half empty, it says less than lines do.
    if (rows[0].size() < 2 || filled * 2 < rows[0].size() * list.values().size()) return {};
    for (auto& row : rows) row.resize(rows[0].size());
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

class Json final : public Format {
 public:
  std::string name() const override { return "json"; }
  std::vector<std::string> media_types() const override { return {"application/json", "application/x-ndjson"}; }

  Document read(std::string_view bytes, const std::string& uri, std::vector<std::string>& warnings) const override {
    DocumentBuilder builder;
    builder.title_from_headings = false;
    const std::string text = undo_unicode_escapes(decode_file(bytes, warnings, builder.metadata));
    if (is_readable(text)) return as_it_stands(text, builder.metadata);
    try {
      const bool is_lines = uri.ends_with("l") || uri.ends_with(".ndjson");
      JsonWriter(builder).write(is_lines ? json::parse_lines(text) : json::parse(text), "", 0);
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
