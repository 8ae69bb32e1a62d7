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

  // `owner`: the document whose share it counts to, its own or the one it is a copy of.  False where that has its share already, or where more than half of the smaller of this chunk and one that was
  // taken before lies in both.
  bool take(const Chunk& chunk, const std::string& owner);
  bool take(const Chunk& chunk) { return take(chunk, chunk.document_id); }

 private:
  std::size_t max_per_document_;
  bool drop_overlapping_;
  std::map<std::string, std::vector<Span>> taken_;  // by document
  std::map<std::string, std::size_t> shares_;       // by owner
};

}  // namespace rag
