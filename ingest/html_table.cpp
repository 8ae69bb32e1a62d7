#include "ingest/html_table.h"

#include <algorithm>
#include <cstdlib>

#include "ingest/html_tree.h"
#include "ingest/table_grid.h"

namespace rag::html {
namespace {

// As browsers bound them.
constexpr std::size_t kMostColumns = 1000, kMostRows = 65534;
// Cells that claim to span a thousand columns each must not cost their product.
constexpr std::size_t kMostSpanned = 1000000;
constexpr std::size_t kMostPassed = 50000000;  // columns that cells from above stand in, in all rows

std::size_t span_of(const GumboElement& cell, const char* name, std::size_t most) {
  const long claimed = std::strtol(attribute(cell, name), nullptr, 10);
  return static_cast<std::size_t>(std::clamp<long>(claimed, 1, static_cast<long>(most)));
}

bool has_table_within(const GumboNode& cell) {
  bool found = false;
  walk(
      cell,
      [&](const GumboNode& inner) {
        if (inner.type != GUMBO_NODE_ELEMENT) return false;
        if (inner.v.element.tag == GUMBO_TAG_TABLE) found = true;
        return !found;
      },
      [](const GumboNode&) {});
  return found;
}

class TableReader {
 public:
  std::optional<ParsedTable> read(const GumboNode& table) {
    walk(
        table,
        [&](const GumboNode& node) {
          if (is_layout_ || node.type != GUMBO_NODE_ELEMENT || (&node != &table && is_skipped(node.v.element))) return false;
          const GumboTag tag = node.v.element.tag;
          if (tag == GUMBO_TAG_TABLE && &node != &table) is_layout_ = true;
          if (tag == GUMBO_TAG_CAPTION) return false;
          if (tag == GUMBO_TAG_THEAD) in_head_ = true;
          if (tag == GUMBO_TAG_TR) next_row();
          if (tag != GUMBO_TAG_TD && tag != GUMBO_TAG_TH) return true;
          cell(node);
          return false;
        },
        [&](const GumboNode& node) {
          if (node.type == GUMBO_NODE_ELEMENT && node.v.element.tag == GUMBO_TAG_THEAD) in_head_ = false;
        });
    if (is_layout_ || widest_ < 2) return std::nullopt;
    end_row();
    return ParsedTable{grid_.rows(), grid_.header_rows(marked_)};
  }

 private:
  void next_row() {
    end_row();
    ++row_;
    column_ = cells_ = 0;
    names_only_ = true;
  }

  // Rows above all others that are marked as header: in <thead>, or of <th> alone.
  void end_row() {
    if (cells_ == 0) return;
    if ((names_only_ || was_head_) && marked_ == filled_rows_) ++marked_;
    ++filled_rows_;
    widest_ = std::max(widest_, cells_);
    cells_ = 0;
  }

  void cell(const GumboNode& node) {
    const GumboElement& element = node.v.element;
    // Before its words are gathered: tables in tables cost their product.
    if (has_table_within(node)) {
      is_layout_ = true;
      return;
    }
    std::size_t columns = span_of(element, "colspan", kMostColumns), rows = span_of(element, "rowspan", kMostRows);
    spanned_ += columns - 1;
    if (spanned_ > kMostSpanned) columns = rows = 1;
    for (; column_ < free_from_.size() && free_from_[column_] > row_; ++column_) ++passed_;
    if (passed_ > kMostPassed) free_from_.clear();
    grid_.add(row_, column_, inner_text(node), columns, rows);
    if (rows > 1) {
      free_from_.resize(std::max(free_from_.size(), column_ + columns));
      std::fill_n(free_from_.begin() + static_cast<std::ptrdiff_t>(column_), columns, row_ + rows);
    }
    column_ += columns;
    ++cells_;
    widest_ = std::max(widest_, cells_);
    names_only_ = names_only_ && element.tag == GUMBO_TAG_TH;
    was_head_ = in_head_;
  }

  TableGrid grid_;
  std::size_t row_ = 0, column_ = 0;
  std::size_t cells_ = 0, widest_ = 0;      // of the row being read; of the row with most
  std::size_t filled_rows_ = 0, marked_ = 0;
  std::size_t spanned_ = 0, passed_ = 0;
  std::vector<std::size_t> free_from_;      // by column: the first row that no cell from above reaches down to
  bool in_head_ = false, was_head_ = false, names_only_ = true, is_layout_ = false;
};

}  // namespace

std::optional<ParsedTable> read_table(const GumboNode& table) { return TableReader().read(table); }

}  // namespace rag::html
