#include "retrieve/selection.h"

#include <algorithm>

namespace rag {
namespace {

bool share_most(Span a, Span b) {
  const std::size_t begin = std::max(a.begin, b.begin), end = std::min(a.end, b.end);
  return end > begin && 2 * (end - begin) > std::min(a.size(), b.size());
}

}  // namespace

bool Selection::take(const Chunk& chunk, const std::string& owner) {
  std::vector<Span>& spans = taken_[chunk.document_id];
  std::size_t& share = shares_[owner];
  if (max_per_document_ > 0 && share >= max_per_document_) return false;
  if (drop_overlapping_ && std::ranges::any_of(spans, [&](Span span) { return share_most(span, chunk.span); })) return false;
  spans.push_back(chunk.span);
  ++share;
  return true;
}

}  // namespace rag
