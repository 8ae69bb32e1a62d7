// CSV and TSV: a row a line, the first row as the table's header where it looks like one.
#include <algorithm>

#include "core/error.h"
#include "core/text.h"
#include "ingest/ascii_lower.h"
#include "ingest/delimited_rows.h"
#include "ingest/document_builder.h"
#include "ingest/format.h"
#include "ingest/text_file.h"

namespace rag {
namespace {

bool is_number(std::string_view cell) {
  cell = trim(cell);
  return !cell.empty() && cell.find_first_not_of("0123456789.,+-%$eE ()/:") == std::string_view::npos &&
         cell.find_first_of("0123456789") != std::string_view::npos;
}

// A header names every column, names no column twice, and holds no number.
bool looks_like_header(const std::vector<DelimitedRow>& rows) {
  if (rows.size() < 2 || rows[0].size() < 2) return false;
  const auto wordless = [](const std::string& cell) { return is_number(cell) || (!cell.empty() && !has_letter_or_digit(cell)); };
  if (std::any_of(rows[0].begin(), rows[0].end(), wordless)) return false;
  DelimitedRow names = rows[0];
  names.erase(std::remove_if(names.begin(), names.end(), [](const std::string& name) { return trim(name).empty(); }), names.end());
  if (names.size() * 2 < rows[0].size()) return false;
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) == names.end();
}

std::size_t filled_cells(const DelimitedRow& row) {
  return static_cast<std::size_t>(std::count_if(row.begin(), row.end(), [](const std::string& cell) { return !trim(cell).empty(); }));
}

// "sep=;" tells Excel what parts the cells.
bool has_delimiter_line(std::string_view text) {
  const std::string_view line = trim(text.substr(0, text.find('\n')));
  return line.size() <= 5 && ascii_lower(line).starts_with("sep=") && text.find('\n') != std::string_view::npos;
}

class Delimited final : public Format {
 public:
  std::string name() const override { return "csv"; }
  std::vector<std::string> media_types() const override { return {"text/csv", "text/tab-separated-values"}; }

  Document read(std::string_view bytes, const std::string& uri, std::vector<std::string>& warnings) const override {
    DocumentBuilder builder;
    std::string text = decode_file(bytes, warnings, builder.metadata);
    if (has_delimiter_line(text)) text.erase(0, text.find('\n'));
    const char delimiter = delimiter_of(text, uri.ends_with(".tsv") ? '\t' : ',');
    std::vector<DelimitedRow> rows = read_delimited(text, delimiter);
    // A sheet's title stands alone in its row, above the names of the columns.
    std::size_t captions = 0;
    while (captions + 2 < rows.size() && captions < 3 && rows[captions].size() > 1 && filled_cells(rows[captions]) == 1) {
      for (const std::string& cell : rows[captions]) builder.paragraph(cell);
      ++captions;
    }
    rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(captions));
    builder.table(rows, looks_like_header(rows));
    return builder.finish("no letter or digit in any cell");
  }
};

}  // namespace

std::unique_ptr<Format> make_delimited_format() { return std::make_unique<Delimited>(); }

}  // namespace rag
