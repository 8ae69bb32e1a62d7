#pragma once

#include <gumbo.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace rag::html {

struct ParsedTable {
  std::vector<std::vector<std::string>> rows;
  std::size_t header_rows = 0;
};

// A <table>, its cells under one another as the page shows them: what a cell spans is empty to its right and below it.  Nothing for one
// that only lays out a page: with tables in its cells, or of a single column.
std::optional<ParsedTable> read_table(const GumboNode& table);

}  // namespace rag::html
