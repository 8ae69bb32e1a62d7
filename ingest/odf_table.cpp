#include "ingest/odf_table.h"

#include <algorithm>
#include <cstdlib>
#include <utility>
#include <vector>

#include "core/text.h"

namespace rag {
namespace {

constexpr int kMaxDepth = xml::kMaxDepth;  // of row groups in row groups
constexpr std::uint32_t kMaxRepeats = 1000;
constexpr std::size_t kMaxCells = 4000000;
constexpr std::uint32_t kMaxIndex = 1U << 30;

std::uint32_t repeats_of(const pugi::xml_node& node, std::string_view attribute) {
  const long count = std::strtol(xml::attribute(node, attribute).c_str(), nullptr, 10);
  return static_cast<std::uint32_t>(std::clamp<long>(count, 1, kMaxIndex));
}

class TableReader {
 public:
  TableReader(OdfTable& table, const std::function<std::string(const pugi::xml_node&)>& text_of) : table_(table), text_of_(text_of) {}

  void rows(const pugi::xml_node& group, bool in_header, int depth) {
    if (depth > kMaxDepth) return;
    for (const pugi::xml_node& node : group.children()) {
      if (xml::is(node, "table-row"))
        row(node, in_header);
      else if (xml::is(node, "table-header-rows"))
        rows(node, true, depth + 1);
      else if (xml::is(node, "table-rows") || xml::is(node, "table-row-group"))
        rows(node, in_header, depth + 1);
    }
  }

 private:
  void row(const pugi::xml_node& node, bool in_header) {
    std::vector<std::pair<std::uint32_t, std::string>> cells;
    std::uint32_t column = 0;
    for (const pugi::xml_node& cell : node.children()) {
      const bool is_cell = xml::is(cell, "table-cell");
      if (!is_cell && !xml::is(cell, "covered-table-cell")) continue;
      const std::uint32_t repeats = repeats_of(cell, "number-columns-repeated");
      std::string text = is_cell ? text_of_(cell) : "";
      if (!trim(text).empty()) {
        const std::uint32_t columns = repeats_of(cell, "number-columns-spanned"), rows = repeats_of(cell, "number-rows-spanned");
        if (columns > 1 || rows > 1) table_.grid.merge(row_, column, std::min(row_ + rows, kMaxIndex) - 1, std::min(column + columns, kMaxIndex) - 1);
        const std::uint32_t copies = allowed(repeats);
        for (std::uint32_t i = 0; i < copies; ++i) cells.emplace_back(column + i, text);
      }
      column = std::min(column + repeats, kMaxIndex);
    }
    const std::uint32_t repeats = repeats_of(node, "number-rows-repeated");
    if (!cells.empty()) {
      if (table_.first_row_cells == 0) table_.first_row_cells = cells.size();
      if (in_header && filled_rows_ == table_.header_rows) ++table_.header_rows;
      ++filled_rows_;
      const std::uint32_t copies = allowed(repeats, cells.size());
      for (std::uint32_t i = 0; i < copies; ++i)
        for (const auto& [at, text] : cells) table_.grid.set(row_ + i, at, text);
    }
    row_ = std::min(row_ + repeats, kMaxIndex);
  }

  // How often something is written out that the file says is there `repeats` times.
  std::uint32_t allowed(std::uint32_t repeats, std::size_t cells = 1) {
    std::uint32_t copies = std::min(repeats, kMaxRepeats);
    if ((written_ + copies * cells) > kMaxCells) copies = 1;
    written_ += copies * cells;
    table_.cut_repeats += repeats - copies;
    return copies;
  }

  OdfTable& table_;
  const std::function<std::string(const pugi::xml_node&)>& text_of_;
  std::uint32_t row_ = 0;
  std::size_t written_ = 0, filled_rows_ = 0;
};

}  // namespace

OdfTable read_odf_table(const pugi::xml_node& table, const std::function<std::string(const pugi::xml_node&)>& text_of) {
  OdfTable read;
  TableReader(read, text_of).rows(table, false, 0);
  return read;
}

}  // namespace rag
