// A table of vectors, a row for each token: every row that it says it has is read.
#include <algorithm>
#include <vector>

#include "fuzz.h"
#include "in_memory.h"
#include "models/static_table.h"

FUZZ(bytes) {
  const rag::fuzz::MemoryFile memory(bytes);
  const rag::StaticTable table(memory.path());
  std::vector<float> sum(table.dimension());
  for (std::size_t token = 0; token < std::min<std::size_t>(table.tokens(), 1000); ++token) {
    const auto id = static_cast<std::int32_t>(token), last = static_cast<std::int32_t>(table.tokens() - 1 - token);
    table.add_rows(std::vector{id, last}, sum.data());
  }
}
