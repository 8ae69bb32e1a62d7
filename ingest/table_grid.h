#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rag {

// A table given as cells with addresses, as Hangul and spreadsheets store them, made into rows of equal columns.
class TableGrid {
 public:
  // Row and column as the file names them; any order, gaps allowed.  Of two cells at one address both are kept.  `columns` and `rows`: how
  // many a merged cell covers; the file may leave the covered ones out, or have them as cells of their own.
  void add(std::size_t row, std::size_t column, std::string text, std::size_t columns = 1, std::size_t rows = 1);

  // Rows in order, cells under one another where they share a column.  A cell covered by a merged one is empty; columns without
  // any text, and empty cells at a row's end, are left out.  A grid with hardly a cell in it is given as its cells stand.
  std::vector<std::vector<std::string>> rows() const;

  // How many of the first of rows() name the columns.  `marked`: so many the file itself says; where it says nothing, one whose cells are
  // names counts.  A header whose cells span columns, or some of whose cells reach down, goes on in the next row where that has names
  // only, three rows at most.  At least one row is left below it, else there is no header.
  std::size_t header_rows(std::size_t marked) const;

 private:
  struct Cell {
    std::size_t row = 0, column = 0;
    std::string text;
    std::size_t columns = 1, rows = 1;
  };
  std::vector<std::vector<const Cell*>> first_rows(std::size_t count) const;

  std::vector<Cell> cells_;
};

// Something short that is no number, as columns are called.
bool is_column_name(std::string_view cell);

bool is_year(std::string_view text);  // of this century or the last: a number, but one that heads columns

// True where the first of several rows names the columns: each cell says something short that is no number, none the same twice.
bool names_columns(const std::vector<std::vector<std::string>>& rows);

}  // namespace rag
