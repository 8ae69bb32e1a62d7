#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "ingest/document_builder.h"

namespace rag {

// The filled cells of a spreadsheet's sheet, whatever format they come from.  Costs what is filled, not what is declared.
class SheetGrid {
 public:
  static constexpr std::size_t kMaxTextBytes = std::size_t{64} << 20;  // of all cells

  // Rows and columns count from 0.  Blank text is no cell.  A cell set twice holds what came last.  Throws Error(Ingest) where
  // there is more text than kMaxTextBytes: a megabyte that a million cells share is an attack.
  void set(std::uint32_t row, std::uint32_t column, std::string text);

  // Of a merged area only the first cell is shown.
  void merge(std::uint32_t first_row, std::uint32_t first_column, std::uint32_t last_row, std::uint32_t last_column);

  bool empty() const { return cells_.empty(); }

  // All rows, empty rows and columns left out, trailing empty cells too.  Where nearly all of them would be empty, each row is its
  // filled cells only: a diagonal through 16,384 columns is no table.
  std::vector<std::vector<std::string>> rows();

  // How many of the first of rows() name the columns, 0 for none: a header goes on in the next row where it leaves columns without a name or
  // a merged cell spans some, and that row has names.
  std::size_t header_rows(const std::vector<std::vector<std::string>>& rows);

  // Writes tables: empty rows and columns left out, a lone cell above a table as a paragraph, each row whole.  A new table begins
  // behind two empty rows, and behind one where the next row heads numbers or stands in other columns.
  void add_to(DocumentBuilder& builder);

 private:
  struct Cell {
    std::uint32_t row = 0, column = 0;
    std::string text;
  };
  struct Area {
    std::uint32_t first_row, first_column, last_row, last_column;
  };

  struct Row {
    std::size_t begin = 0, end = 0;  // in cells_
    std::uint32_t number = 0;
  };

  void settle();  // sorts the cells and blanks what merged ones cover
  void sort_cells();
  void blank_covered_cells();
  std::vector<Row> find_rows() const;
  std::vector<std::uint32_t> columns_of(const std::vector<Row>& rows, std::size_t first, std::size_t last) const;
  std::vector<std::vector<std::string>> lines_of(const std::vector<Row>& rows, std::size_t first, std::size_t last) const;
  std::size_t header_levels(const std::vector<std::vector<std::string>>& lines, const std::vector<Row>& rows, std::size_t first) const;
  bool reaches_on(std::uint32_t first_row, std::uint32_t row) const;

  std::vector<Cell> cells_;
  std::vector<Area> merged_;
  std::size_t text_bytes_ = 0;
};

// True where the first row names the columns: every filled cell has words or is a year, none stands twice, at least half are
// filled, and a row follows.
bool looks_like_sheet_header(const std::vector<std::vector<std::string>>& rows);

}  // namespace rag
