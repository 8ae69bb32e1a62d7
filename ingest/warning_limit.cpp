#include "ingest/warning_limit.h"

#include <cstddef>

namespace rag {

void limit_warnings(std::vector<std::string>& warnings) {
  constexpr std::size_t kMost = 20;
  const std::size_t all = warnings.size();
  if (all <= kMost + 1) return;  // "1 more" takes the room of the one
  warnings.resize(kMost);
  warnings.push_back(std::to_string(all - kMost) + " more like these");
}

}  // namespace rag
