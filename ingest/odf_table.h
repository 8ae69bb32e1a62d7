#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "ingest/sheet_grid.h"
#include "ingest/xml.h"

namespace rag {

struct OdfTable {
  SheetGrid grid;
  std::size_t header_rows = 0;      // so many of the first filled rows stand in a header group
  std::size_t first_row_cells = 0;  // filled ones of the first row
  std::size_t cut_repeats = 0;      // copies of filled cells and rows that were not written out: see read_odf_table()
};

// A <table:table>: `text_of` gives a cell's text.  "Repeated a million times" costs nothing where nothing is repeated; what is
// filled is written out at most a thousand times in a run and four million times in all.  Covered cells of merged ones are left
// out.  Only for this room's .cpp files.
OdfTable read_odf_table(const pugi::xml_node& table, const std::function<std::string(const pugi::xml_node&)>& text_of);

}  // namespace rag
