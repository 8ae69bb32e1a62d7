#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rag {

using DelimitedRow = std::vector<std::string>;

// The rows of a text of CSV or the like, without those that are blank, at most so many.  Quotes and doubled quotes are undone; cells may hold
// line ends; a quote inside a bare cell is itself.
std::vector<DelimitedRow> read_delimited(std::string_view text, char delimiter, std::size_t most = static_cast<std::size_t>(-1));

// Of comma, tab, semicolon and bar the one that gives most rows the same number of cells, and more than one; else `fallback`.
char delimiter_of(std::string_view text, char fallback);

}  // namespace rag
