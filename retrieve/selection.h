#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "core/chunk.h"
#include "core/span.h"

namespace rag {

// Which of the ranked chunks are worth showing: asked in order of rank, best first.
class Selection {
 public:
  Selection(std::size_t max_per_document, bool drop_overlapping)
      : max_per_document_(max_per_document), drop_overlapping_(drop_overlapping) {}

  // False where the document has its share already, or where more than half of the smaller of this chunk and one that was
  // taken before lies in both.
  bool take(const Chunk& chunk);

 private:
  std::size_t max_per_document_;
  bool drop_overlapping_;
  std::map<std::string, std::vector<Span>> taken_;  // by document
};

}  // namespace rag
