#include "ingest/sheet_grid.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "ingest/table_grid.h"

namespace rag {
namespace {

using Rows = std::vector<std::vector<std::string>>;

// No word in it: a number, an amount, a date.
bool is_bare_number(std::string_view text) {
  return text.find_first_not_of("0123456789.,+-%$€£¥₩eE ()/:") == std::string_view::npos || !has_word(text);
}

}  // namespace

bool looks_like_sheet_header(const Rows& rows) {
  if (rows.size() < 2 || rows[0].size() < 2) return false;
  std::vector<std::string> names;
  for (const std::string& cell : rows[0])
    if (const std::string_view name = trim(cell); !name.empty()) names.emplace_back(name);
  std::size_t width = 0;
  for (const std::vector<std::string>& row : rows) width = std::max(width, row.size());
  if (names.size() < 2 || names.size() * 2 < width) return false;
  // Years head columns, but a row of years alone may well be data.
  const bool all_years = std::all_of(names.begin(), names.end(), is_year);
  if (all_years || std::any_of(names.begin(), names.end(), [](const std::string& name) { return is_bare_number(name) && !is_year(name); }))
    return false;
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) == names.end();
}

namespace {

bool heads_numbers(const Rows& rows) {
  return looks_like_sheet_header(rows) &&
         std::any_of(rows[1].begin(), rows[1].end(), [](const std::string& cell) { return !cell.empty() && is_bare_number(cell); });
}

std::size_t count_filled(const std::vector<std::string>& line) {
  return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](const std::string& cell) { return !cell.empty(); }));
}

// Words and years, the same ones below each part of the header perhaps.
bool has_names_only(const std::vector<std::string>& line) {
  return count_filled(line) > 1 &&
         std::all_of(line.begin(), line.end(), [](const std::string& cell) { return cell.empty() || is_year(cell) || !is_bare_number(cell); });
}

}  // namespace

void SheetGrid::set(std::uint32_t row, std::uint32_t column, std::string text) {
  if (trim(text).empty()) return;
  text_bytes_ += text.size();
  if (text_bytes_ > kMaxTextBytes)
    throw Error(ErrorKind::Ingest, "more than " + std::to_string(kMaxTextBytes >> 20) + " MB of text in one sheet; split it");
  cells_.push_back({row, column, std::move(text)});
}

void SheetGrid::merge(std::uint32_t first_row, std::uint32_t first_column, std::uint32_t last_row, std::uint32_t last_column) {
  if (first_row <= last_row && first_column <= last_column) merged_.push_back({first_row, first_column, last_row, last_column});
}

void SheetGrid::sort_cells() {
  const auto before = [](const Cell& a, const Cell& b) { return std::pair(a.row, a.column) < std::pair(b.row, b.column); };
  if (!std::is_sorted(cells_.begin(), cells_.end(), before)) std::stable_sort(cells_.begin(), cells_.end(), before);
  // Of cells set twice the last one.
  std::size_t kept = 0;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    if (i + 1 < cells_.size() && cells_[i + 1].row == cells_[i].row && cells_[i + 1].column == cells_[i].column) continue;
    if (kept != i) cells_[kept] = std::move(cells_[i]);
    ++kept;
  }
  cells_.resize(kept);
}

void SheetGrid::blank_covered_cells() {
  // Areas of a sound file do not overlap, so together they visit each cell about once; the bound is for the others.
  std::size_t visits = cells_.size() * 4 + 1000;
  for (const Area& area : merged_) {
    auto cell = std::lower_bound(cells_.begin(), cells_.end(), area, [](const Cell& c, const Area& a) {
      return std::pair(c.row, c.column) < std::pair(a.first_row, a.first_column);
    });
    for (; cell != cells_.end() && cell->row <= area.last_row && visits > 0; ++cell, --visits) {
      const bool is_first = cell->row == area.first_row && cell->column == area.first_column;
      if (!is_first && cell->column >= area.first_column && cell->column <= area.last_column) cell->text.clear();
    }
  }
  std::erase_if(cells_, [](const Cell& cell) { return cell.text.empty(); });
  std::sort(merged_.begin(), merged_.end(), [](const Area& a, const Area& b) { return a.first_row < b.first_row; });
}

void SheetGrid::settle() {
  sort_cells();
  blank_covered_cells();
}

std::vector<SheetGrid::Row> SheetGrid::find_rows() const {
  std::vector<Row> rows;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    if (rows.empty() || rows.back().number != cells_[i].row) rows.push_back({i, i, cells_[i].row});
    rows.back().end = i + 1;
  }
  return rows;
}

std::vector<std::uint32_t> SheetGrid::columns_of(const std::vector<Row>& rows, std::size_t first, std::size_t last) const {
  std::vector<std::uint32_t> columns;
  for (std::size_t i = rows[first].begin; i < rows[last - 1].end; ++i) columns.push_back(cells_[i].column);
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  return columns;
}

std::vector<std::vector<std::string>> SheetGrid::lines_of(const std::vector<Row>& rows, std::size_t first, std::size_t last) const {
  const std::vector<std::uint32_t> columns = columns_of(rows, first, last);
  const std::size_t filled = rows[last - 1].end - rows[first].begin;
  const bool is_sparse = columns.size() * (last - first) > filled * 20 + 10000;
  Rows lines(last - first);
  for (std::size_t r = first; r < last; ++r) {
    std::vector<std::string>& line = lines[r - first];
    for (std::size_t i = rows[r].begin; i < rows[r].end; ++i) {
      const auto at = std::lower_bound(columns.begin(), columns.end(), cells_[i].column) - columns.begin();
      if (!is_sparse) line.resize(static_cast<std::size_t>(at));
      line.push_back(cells_[i].text);
    }
  }
  return lines;
}

Rows SheetGrid::rows() {
  settle();
  const std::vector<Row> rows = find_rows();
  return rows.empty() ? Rows() : lines_of(rows, 0, rows.size());
}

// True where a merged cell of the rows from `first_row` to `row` spans columns of `row`, or reaches below it.
bool SheetGrid::reaches_on(std::uint32_t first_row, std::uint32_t row) const {
  const auto begins_before = [](const Area& area, std::uint32_t number) { return area.first_row < number; };
  const auto begin = std::lower_bound(merged_.begin(), merged_.end(), first_row, begins_before);
  return std::any_of(begin, std::lower_bound(begin, merged_.end(), row + 1, begins_before), [&](const Area& area) {
    const bool spans_columns = area.first_row == row && area.last_row == row && area.first_column < area.last_column;
    return spans_columns || (area.last_row > row && area.last_row - row < 3);
  });
}

std::size_t SheetGrid::header_levels(const Rows& lines, const std::vector<Row>& rows, std::size_t first) const {
  constexpr std::size_t kMostLevels = 3;
  std::size_t width = 0;
  for (const std::vector<std::string>& line : lines) width = std::max(width, line.size());
  // "In millions | | 2023" spans groups of columns whose names stand in the next row.
  if (lines.size() > 2 && count_filled(lines[0]) * 2 < width && looks_like_sheet_header({lines.begin() + 1, lines.begin() + 3})) return 2;
  std::size_t levels = 0;
  while (levels < kMostLevels && levels + 2 < lines.size() && has_names_only(lines[levels + 1]) && reaches_on(rows[first].number, rows[first + levels].number)) {
    if (levels == 0 && !std::any_of(lines[0].begin(), lines[0].end(), [](const std::string& cell) { return has_word(cell); })) break;
    ++levels;
  }
  if (levels > 0) return levels + 1;
  return looks_like_sheet_header(lines) ? 1 : 0;
}

std::size_t SheetGrid::header_rows(const Rows& lines) { return lines.empty() ? 0 : header_levels(lines, find_rows(), 0); }

void SheetGrid::add_to(DocumentBuilder& builder) {
  settle();
  const std::vector<Row> rows = find_rows();
  std::size_t first = 0;
  while (first < rows.size()) {
    // What stands alone above a table is its caption.
    if (rows[first].end - rows[first].begin == 1 && first + 1 < rows.size()) {
      builder.paragraph(cells_[rows[first].begin].text);
      ++first;
      continue;
    }
    // The table goes on over an empty row where what follows stands in its columns and heads no numbers.
    std::size_t last = first + 1;
    std::vector<std::uint32_t> columns;
    while (last < rows.size()) {
      const std::uint32_t empty_rows = rows[last].number - rows[last - 1].number - 1;
      if (empty_rows == 0) {
        ++last;
        continue;
      }
      if (empty_rows > 1) break;
      if (columns.empty()) columns = columns_of(rows, first, last);
      const std::vector<std::uint32_t> next = columns_of(rows, last, last + 1);
      const bool inside = std::includes(columns.begin(), columns.end(), next.begin(), next.end());
      if (!inside || next.size() == 1) break;
      if (last + 1 < rows.size() && heads_numbers(lines_of(rows, last, last + 2))) break;
      ++last;
    }
    const Rows lines = lines_of(rows, first, last);
    builder.table(lines, header_levels(lines, rows, first));
    first = last;
  }
}

}  // namespace rag
