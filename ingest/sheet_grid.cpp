#include "ingest/sheet_grid.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/error.h"
#include "core/text.h"

namespace rag {
namespace {

using Rows = std::vector<std::vector<std::string>>;

bool is_year(std::string_view text) {
  return text.size() == 4 && (text.starts_with("19") || text.starts_with("20")) &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

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
  if (names.size() < 2 || names.size() * 2 < rows[0].size()) return false;
  // Years head columns, but a row of years alone may well be data.
  const bool all_years = std::all_of(names.begin(), names.end(), is_year);
  if (all_years || std::any_of(names.begin(), names.end(), [](const std::string& name) { return is_bare_number(name) && !is_year(name); }))
    return false;
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) == names.end();
}

namespace {

// "In millions | | 2023" spans groups of columns whose names stand in the next row: a line of its own above the table.
void add_upper_header(Rows& lines, DocumentBuilder& builder) {
  if (lines.size() < 3) return;
  const auto filled = std::count_if(lines[0].begin(), lines[0].end(), [](const std::string& cell) { return !cell.empty(); });
  if (static_cast<std::size_t>(filled) * 2 >= lines[0].size() || !looks_like_sheet_header({lines.begin() + 1, lines.begin() + 3})) return;
  std::erase_if(lines[0], [](const std::string& cell) { return cell.empty(); });
  builder.paragraph(table_line(lines[0]));
  lines.erase(lines.begin());
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
}

void SheetGrid::add_to(DocumentBuilder& builder) {
  sort_cells();
  blank_covered_cells();

  // A row's cells, as indices into cells_.
  struct Row {
    std::size_t begin, end;
    std::uint32_t number;
  };
  std::vector<Row> rows;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    if (rows.empty() || rows.back().number != cells_[i].row) rows.push_back({i, i, cells_[i].row});
    rows.back().end = i + 1;
  }
  const auto columns_of = [&](std::size_t first, std::size_t last) {
    std::vector<std::uint32_t> columns;
    for (std::size_t r = first; r < last; ++r)
      for (std::size_t i = rows[r].begin; i < rows[r].end; ++i) columns.push_back(cells_[i].column);
    std::sort(columns.begin(), columns.end());
    columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
    return columns;
  };
  // Rows `first` to `last`, empty columns left out.  Where nearly all of it would be empty, each row is its filled cells only:
  // a diagonal through 16,384 columns is no table.
  const auto lines_of = [&](std::size_t first, std::size_t last) {
    const std::vector<std::uint32_t> columns = columns_of(first, last);
    const std::size_t filled = rows[last - 1].end - rows[first].begin;
    const bool is_sparse = columns.size() * (last - first) > filled * 20 + 10000;
    Rows lines(last - first);
    for (std::size_t r = first; r < last; ++r) {
      if (!is_sparse) lines[r - first].resize(columns.size());
      for (std::size_t i = rows[r].begin; i < rows[r].end; ++i) {
        const auto at = std::lower_bound(columns.begin(), columns.end(), cells_[i].column) - columns.begin();
        if (is_sparse)
          lines[r - first].push_back(cells_[i].text);
        else
          lines[r - first][static_cast<std::size_t>(at)] = cells_[i].text;
      }
    }
    return std::pair(std::move(lines), is_sparse);
  };
  const auto width = [&](std::size_t r) { return rows[r].end - rows[r].begin; };

  std::size_t first = 0;
  while (first < rows.size()) {
    // What stands alone above a table is its caption.
    if (width(first) == 1 && first + 1 < rows.size()) {
      builder.paragraph(cells_[rows[first].begin].text);
      ++first;
      continue;
    }
    // The table goes on over empty rows as long as what follows stands in its columns and is no header.
    std::size_t last = first + 1;
    std::vector<std::uint32_t> columns;
    while (last < rows.size()) {
      if (rows[last].number == rows[last - 1].number + 1) {
        ++last;
        continue;
      }
      if (columns.empty()) columns = columns_of(first, last);
      const std::vector<std::uint32_t> next = columns_of(last, last + 1);
      const bool inside = std::includes(columns.begin(), columns.end(), next.begin(), next.end());
      if (!inside || next.size() == 1) break;
      if (last + 1 < rows.size() && looks_like_sheet_header(lines_of(last, last + 2).first)) break;
      ++last;
    }
    auto [lines, is_sparse] = lines_of(first, last);
    if (!is_sparse) add_upper_header(lines, builder);
    const bool has_header = !is_sparse && looks_like_sheet_header(lines);
    for (std::vector<std::string>& line : lines)
      while (!line.empty() && line.back().empty()) line.pop_back();
    builder.table(lines, has_header);
    first = last;
  }
}

}  // namespace rag
