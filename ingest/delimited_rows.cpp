#include "ingest/delimited_rows.h"

#include <algorithm>
#include <map>

#include "core/text.h"

namespace rag {
namespace {

// One record from `at` on, quotes and doubled quotes undone.  Cells may hold line ends; a quote inside a bare cell is itself.
DelimitedRow read_record(std::string_view text, std::size_t& at, char delimiter) {
  DelimitedRow row(1);
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

}  // namespace

std::vector<DelimitedRow> read_delimited(std::string_view text, char delimiter, std::size_t most) {
  std::vector<DelimitedRow> rows;
  for (std::size_t at = 0; at < text.size() && rows.size() < most;) {
    DelimitedRow row = read_record(text, at, delimiter);
    if (row.size() > 1 || !trim(row[0]).empty()) rows.push_back(std::move(row));
  }
  return rows;
}

char delimiter_of(std::string_view text, char fallback) {
  const std::string_view sample = text.substr(0, 1 << 16);
  char best = fallback;
  double best_score = 0;
  for (const char delimiter : {',', '\t', ';', '|'}) {
    std::map<std::size_t, std::size_t> rows_by_width;
    const std::vector<DelimitedRow> rows = read_delimited(sample, delimiter, 50);
    for (const DelimitedRow& row : rows) ++rows_by_width[row.size()];
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

}  // namespace rag
