#include "ingest/table_grid.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "core/text.h"
#include "ingest/document_builder.h"

namespace rag {

void TableGrid::add(std::size_t row, std::size_t column, std::string text, std::size_t columns, std::size_t rows) {
  cells_.push_back({row, column, std::move(text), columns, rows});
}

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

bool is_year(std::string_view text) {
  return text.size() == 4 && (text.starts_with("19") || text.starts_with("20")) && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::vector<std::vector<const TableGrid::Cell*>> TableGrid::first_rows(std::size_t count) const {
  std::set<std::size_t> numbers;
  for (const Cell& cell : cells_) {
    numbers.insert(cell.row);
    if (numbers.size() > count) numbers.erase(std::prev(numbers.end()));
  }
  std::vector<std::vector<const Cell*>> rows(numbers.size());
  for (const Cell& cell : cells_)
    if (const auto found = numbers.find(cell.row); found != numbers.end()) rows[static_cast<std::size_t>(std::distance(numbers.begin(), found))].push_back(&cell);
  return rows;
}

std::size_t TableGrid::header_rows(std::size_t marked) const {
  constexpr std::size_t kMostLevels = 3;
  const auto rows = first_rows(std::max(marked, kMostLevels) + 1);
  const auto filled = [](const std::vector<const Cell*>& row) {
    std::vector<std::string> texts;
    for (const Cell* cell : row)
      if (!trim(cell->text).empty()) texts.push_back(cell->text);
    return texts;
  };
  const auto has_names_only = [&](const std::vector<const Cell*>& row) {
    const std::vector<std::string> texts = filled(row);
    return !texts.empty() && std::all_of(texts.begin(), texts.end(), [](const std::string& text) { return is_column_name(text) || is_year(trim(text)); });
  };
  if (rows.size() < 2) return 0;
  // A lone cell across the whole table is its title.
  const auto spans_columns = [](const std::vector<const Cell*>& row) {
    return row.size() > 1 && std::any_of(row.begin(), row.end(), [](const Cell* cell) { return cell->columns > 1; });
  };
  const bool has_levels = spans_columns(rows[0]);
  std::size_t levels = marked;
  if (levels == 0) {
    // Names of a header of one row stand in every column; above a second level some columns have none of their own.
    const bool names = has_levels ? rows.size() > 2 && has_names_only(rows[0]) && has_names_only(rows[1]) : names_columns(this->rows());
    if (!names) return 0;
    levels = 1;
  }
  while (levels < kMostLevels && levels + 1 < rows.size()) {
    bool goes_on = spans_columns(rows[levels - 1]);
    for (std::size_t row = 0; row < levels && !goes_on; ++row)
      goes_on = std::any_of(rows[row].begin(), rows[row].end(), [&](const Cell* cell) { return cell->rows > levels - row; });
    if (!goes_on || !has_names_only(rows[levels])) break;
    ++levels;
  }
  return levels < rows.size() ? levels : 1;
}

bool is_column_name(std::string_view cell) {
  constexpr std::size_t kLongestName = 80;
  const std::string_view name = trim(cell);
  return name.size() < kLongestName && has_letter_or_digit(name) && name.find_first_not_of("0123456789.,%-/: ") != std::string_view::npos;
}

bool names_columns(const std::vector<std::vector<std::string>>& rows) {
  if (rows.size() < 2 || rows[0].size() < 2) return false;
  std::set<std::string_view> names;
  return std::all_of(rows[0].begin(), rows[0].end(), [&](const std::string& cell) {
    return is_column_name(cell) && names.insert(trim(cell)).second;
  });
}

}  // namespace rag
