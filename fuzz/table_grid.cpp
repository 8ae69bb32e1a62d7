// Cells at any address, covering any number of others; a cell is six bytes: row, column, columns, rows, two of text.
#include <string>

#include "fuzz.h"
#include "ingest/table_grid.h"

FUZZ(bytes) {
  rag::TableGrid grid;
  std::size_t cells = 0;
  for (; bytes.size() >= 6 && cells < 500; bytes.remove_prefix(6), ++cells) {
    const auto at = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i])); };
    const std::size_t far = at(5) == 255 ? 1'000'000 : 1;  // some of them far away
    grid.add(at(0) * far, at(1) * far, std::string(bytes.substr(4, 2)), at(2) * far, at(3) * far);
  }
  const auto rows = grid.rows();
  for (const std::size_t marked : {0, 1, 2, 1000}) {
    const std::size_t header = grid.header_rows(marked);
    rag::fuzz::require(header == 0 || header < rows.size());
  }
}
