#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace rag {

// A table given as cells with addresses, as Hangul and spreadsheets store them, made into rows of equal columns.
class TableGrid {
 public:
  // Row and column as the file names them; any order, gaps allowed.  Of two cells at one address both are kept.
  void add(std::size_t row, std::size_t column, std::string text);

  // Rows in order, cells under one another where they share a column.  A cell covered by a merged one is empty; columns without
  // any text, and empty cells at a row's end, are left out.  A grid with hardly a cell in it is given as its cells stand.
  std::vector<std::vector<std::string>> rows() const;

 private:
  struct Cell {
    std::size_t row = 0, column = 0;
    std::string text;
  };
  std::vector<Cell> cells_;
};

// True where the first of several rows names the columns: each cell says something short that is no number, none the same twice.
bool names_columns(const std::vector<std::vector<std::string>>& rows);

}  // namespace rag
