#include "ingest/table_grid.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/text.h"
#include "ingest/document_builder.h"

namespace rag {

void TableGrid::add(std::size_t row, std::size_t column, std::string text) { cells_.push_back({row, column, std::move(text)}); }

std::vector<std::vector<std::string>> TableGrid::rows() const {
  std::vector<const Cell*> cells;
  std::vector<std::size_t> columns;
  for (const Cell& cell : cells_) {
    cells.push_back(&cell);
    if (!trim(cell.text).empty()) columns.push_back(cell.column);
  }
  const auto before = [](const Cell* a, const Cell* b) { return std::pair(a->row, a->column) < std::pair(b->row, b->column); };
  std::stable_sort(cells.begin(), cells.end(), before);
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());

  std::vector<std::vector<std::string>> rows;
  std::size_t padding = 0;  // addresses are only claims: a few cells far apart must not become millions of empty ones
  const std::size_t most_padding = 16 * cells_.size() + 1024;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i == 0 || cells[i]->row != cells[i - 1]->row) rows.emplace_back();
    if (!std::binary_search(columns.begin(), columns.end(), cells[i]->column)) continue;
    const auto at = static_cast<std::size_t>(std::lower_bound(columns.begin(), columns.end(), cells[i]->column) - columns.begin());
    if (at > rows.back().size() && padding < most_padding) {
      padding += at - rows.back().size();
      rows.back().resize(at);
    }
    rows.back().push_back(cells[i]->text);
  }
  for (auto& row : rows)
    while (row.size() > 1 && trim(row.back()).empty()) row.pop_back();
  return rows;
}

bool names_columns(const std::vector<std::vector<std::string>>& rows) {
  constexpr std::size_t kLongestName = 80;
  if (rows.size() < 2 || rows[0].size() < 2) return false;
  std::set<std::string_view> names;
  return std::all_of(rows[0].begin(), rows[0].end(), [&](const std::string& cell) {
    const std::string_view name = trim(cell);
    return name.size() < kLongestName && has_letter_or_digit(name) &&
           name.find_first_not_of("0123456789.,%-/: ") != std::string_view::npos && names.insert(name).second;
  });
}

}  // namespace rag
