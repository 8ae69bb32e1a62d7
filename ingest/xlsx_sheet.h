#pragma once

#include <cstddef>
#include <string>

#include "ingest/sheet_grid.h"
#include "ingest/xlsx_styles.h"

namespace rag {

// What a worksheet's numbers and strings mean.
struct XlsxContext {
  const SharedStrings& strings;
  const XlsxStyles& styles;
  bool epoch_1904 = false;
  bool is_computed_on_load = false;  // a formula's 0 may stand for "not computed yet"
};

struct XlsxSheet {
  SheetGrid grid;
  std::size_t formulas_without_value = 0;  // never computed: the program that wrote the file was no spreadsheet
  std::size_t lost_strings = 0;            // cells that name a shared string the file does not have
};

// Reads a worksheet part as a stream, each cell as it is shown.  Throws Error(Ingest), beginning with `what`, where it is damaged.
XlsxSheet read_xlsx_sheet(const std::string& xml, const std::string& what, const XlsxContext& context);

}  // namespace rag
