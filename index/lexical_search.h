#pragma once

#include <span>

#include "index/hit.h"
#include "index/lexical_query.h"
#include "index/lexical_top.h"

namespace rag {

// Which chunks may be found.
struct ChunkFilter {
  const ChunkSet* deleted = nullptr;  // null: none
  const ChunkSet* allowed = nullptr;  // null: all
  bool everything() const { return !deleted && !allowed; }
  bool accepts(ChunkId id) const { return (!deleted || !deleted->contains(id)) && (!allowed || allowed->contains(id)); }
};

// Offers to `top` every chunk of one segment that can be among its best.
void search_segment(const LexicalFile& file, std::span<const SegmentTerm> terms, const Bm25& bm25, const ChunkFilter& filter,
                    TopChunks& top);

}  // namespace rag
