#include "index/chunk_places.h"

#include <algorithm>
#include <utility>

namespace rag {

ChunkPlaces::ChunkPlaces(std::vector<const VectorSegment*> segments) : segments_(std::move(segments)) {
  std::erase_if(segments_, [](const VectorSegment* segment) { return segment->rows() == 0; });
  std::ranges::sort(segments_, {}, [](const VectorSegment* segment) { return segment->ids().front(); });
  for (const VectorSegment* segment : segments_) firsts_.push_back(segment->ids().front());
}

std::optional<ChunkPlaces::Place> ChunkPlaces::find(ChunkId id) const {
  const auto after = std::upper_bound(firsts_.begin(), firsts_.end(), id);
  if (after == firsts_.begin()) return std::nullopt;
  const VectorSegment& segment = *segments_[static_cast<std::size_t>(after - firsts_.begin()) - 1];
  // Where no row was ever taken out the id says the row.
  const auto distance = static_cast<std::size_t>(id.value - segment.ids().front().value);
  if (distance < segment.rows() && segment.ids()[distance] == id) return Place{&segment, distance};
  const auto row = segment.find(id);
  return row ? std::optional(Place{&segment, *row}) : std::nullopt;
}

}  // namespace rag
