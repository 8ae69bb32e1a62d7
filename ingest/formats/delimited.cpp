// CSV and TSV: a row a line, the first row as the table's header where it looks like one.
#include <algorithm>
#include <array>
#include <map>

#include "core/error.h"
#include "core/text.h"
#include "ingest/document_builder.h"
#include "ingest/format.h"
#include "ingest/text_file.h"

namespace rag {
namespace {

using Row = std::vector<std::string>;

// One record from `at` on, quotes and doubled quotes undone.  Cells may hold line ends; a quote inside a bare cell is itself.
Row read_record(std::string_view text, std::size_t& at, char delimiter) {
  Row row(1);
  bool quoted = false;
  for (bool cell_start = true; at < text.size(); ++at) {
    const char c = text[at];
    if (quoted) {
      if (c != '"') {
        row.back() += c;
      } else if (at + 1 < text.size() && text[at + 1] == '"') {
        row.back() += '"';
        ++at;
      } else {
        quoted = false;
      }
    } else if (c == '"' && cell_start) {
      quoted = true;
    } else if (c == delimiter) {
      row.emplace_back();
      cell_start = true;
      continue;
    } else if (c == '\n') {
      ++at;
      return row;
    } else {
      row.back() += c;
    }
    cell_start = false;
  }
  return row;
}

std::vector<Row> read_records(std::string_view text, char delimiter, std::size_t most) {
  std::vector<Row> rows;
  for (std::size_t at = 0; at < text.size() && rows.size() < most;) {
    Row row = read_record(text, at, delimiter);
    if (row.size() > 1 || !trim(row[0]).empty()) rows.push_back(std::move(row));
  }
  return rows;
}

// The delimiter that gives most rows the same number of cells, and more than one.
char sniff_delimiter(std::string_view text, char fallback) {
  const std::string_view sample = text.substr(0, 1 << 16);
  char best = fallback;
  double best_score = 0;
  for (const char delimiter : {',', '\t', ';', '|'}) {
    std::map<std::size_t, std::size_t> rows_by_width;
    const std::vector<Row> rows = read_records(sample, delimiter, 50);
    for (const Row& row : rows) ++rows_by_width[row.size()];
    for (const auto& [width, count] : rows_by_width) {
      const double share = static_cast<double>(count) / static_cast<double>(rows.size());
      const double score = width < 2 ? 0 : share * share * (1 + 0.02 * static_cast<double>(std::min<std::size_t>(width, 20)));
      if (score > best_score) {
        best_score = score;
        best = delimiter;
      }
    }
  }
  return best;
}

bool is_number(std::string_view cell) {
  cell = trim(cell);
  return !cell.empty() && cell.find_first_not_of("0123456789.,+-%$eE ()/:") == std::string_view::npos &&
         cell.find_first_of("0123456789") != std::string_view::npos;
}

// A header names every column, names no column twice, and holds no number.
bool looks_like_header(const std::vector<Row>& rows) {
  if (rows.size() < 2 || rows[0].size() < 2) return false;
  const auto wordless = [](const std::string& cell) { return is_number(cell) || (!cell.empty() && !has_letter_or_digit(cell)); };
  if (std::any_of(rows[0].begin(), rows[0].end(), wordless)) return false;
  Row names = rows[0];
  names.erase(std::remove_if(names.begin(), names.end(), [](const std::string& name) { return trim(name).empty(); }), names.end());
  if (names.size() * 2 < rows[0].size()) return false;
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) == names.end();
}

std::size_t filled_cells(const Row& row) {
  return static_cast<std::size_t>(std::count_if(row.begin(), row.end(), [](const std::string& cell) { return !trim(cell).empty(); }));
}

class Delimited final : public Format {
 public:
  std::string name() const override { return "csv"; }
  std::vector<std::string> media_types() const override { return {"text/csv", "text/tab-separated-values"}; }

  Document read(std::string_view bytes, const std::string& uri, std::vector<std::string>& warnings) const override {
    DocumentBuilder builder;
    const std::string text = decode_file(bytes, warnings, builder.metadata);
    const char delimiter = sniff_delimiter(text, uri.ends_with(".tsv") ? '\t' : ',');
    std::vector<Row> rows = read_records(text, delimiter, static_cast<std::size_t>(-1));
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
