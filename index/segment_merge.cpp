#include "index/segment_merge.h"

#include <algorithm>

#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/interrupt.h"
#include "index/layout.h"
#include "index/segment_files.h"

namespace rag {
namespace {

constexpr std::size_t kFanIn = 8;
constexpr std::size_t kSmallestClass = 1024;  // rows
constexpr std::size_t kRowsPerCopy = 512;

// The first neighbours of a run that together stay below the largest size.
std::vector<SegmentRow> fitting(std::vector<SegmentRow> run) {
  std::size_t rows = 0, count = 0;
  while (count < run.size() && rows + run[count].live() <= kMaxMergedRows) rows += run[count++].live();
  run.resize(count);
  return run;
}

void copy_live_rows(const VectorSegment& from, const SegmentRow& row, VectorSegmentWriter& to) {
  for (std::size_t begin = 0; begin < from.rows(); begin += kRowsPerCopy) {
    const std::size_t end = std::min(begin + kRowsPerCopy, from.rows());
    const std::span<const float> vectors = from.vectors(begin, end);
    for (std::size_t i = begin; i < end; ++i)
      if (!row.is_deleted(from.ids()[i])) to.append(vectors.subspan((i - begin) * from.dimension(), from.dimension()));
    from.let_go_up_to(end);  // else merging would hold all vectors it has read
  }
}

}  // namespace

std::vector<SegmentRow> pick_merge(const std::vector<SegmentRow>& segments) {
  for (std::size_t limit = kSmallestClass; limit <= kMaxMergedRows / 2; limit *= kFanIn) {
    std::vector<SegmentRow> run;
    for (const SegmentRow& segment : segments) {
      if (segment.live() < limit) run.push_back(segment);
      if (run.size() >= kFanIn && (segment.live() >= limit || &segment == &segments.back())) break;
      if (segment.live() >= limit) run.clear();
    }
    if (run.size() < kFanIn) continue;
    run = fitting(std::move(run));
    if (run.size() > 1) return run;
  }
  for (const SegmentRow& segment : segments)
    if (segment.deleted > segment.live() && segment.live() <= kMaxMergedRows) return {segment};
  return {};
}

std::vector<std::vector<SegmentRow>> plan_compaction(const std::vector<SegmentRow>& segments) {
  std::vector<std::vector<SegmentRow>> groups;
  std::size_t rows = 0;
  for (const SegmentRow& segment : segments) {
    if (groups.empty() || rows + segment.live() > kMaxMergedRows) {
      groups.emplace_back();
      rows = 0;
    }
    groups.back().push_back(segment);
    rows += segment.live();
  }
  std::erase_if(groups, [](const std::vector<SegmentRow>& group) { return group.size() == 1 && group.front().deleted == 0; });
  return groups;
}

SegmentRow merge_segments(const std::filesystem::path& directory, std::span<const SegmentRow> segments, std::uint64_t number) {
  std::vector<std::unique_ptr<VectorSegment>> vectors;
  std::vector<std::unique_ptr<LexicalSegment>> postings;
  std::vector<const LexicalSegment*> views;
  std::vector<ChunkId> ids;
  for (const SegmentRow& row : segments) {
    MappedSegment mapped = map_segment(directory, row);
    vectors.push_back(open_vectors(directory, mapped));
    postings.push_back(open_postings(directory, mapped));
    views.push_back(postings.back().get());
    for (const ChunkId id : vectors.back()->ids())
      if (!row.is_deleted(id)) ids.push_back(id);
  }
  SegmentRow merged{
      .number = number, .first_chunk = ids.front(), .last_chunk = ids.back(), .rows = ids.size(), .dimension = segments.front().dimension};
  VectorSegmentWriter writer(vector_file(directory, number), number, merged.dimension, ids);
  for (std::size_t i = 0; i < segments.size(); ++i) {
    throw_if_interrupted();
    copy_live_rows(*vectors[i], segments[i], writer);
  }
  const VectorSegmentWriter::Finished finished = writer.finish();
  merged.vec_bytes = finished.bytes;
  merged.vec_checksum = finished.checksum;
  const auto live = [&](ChunkId id) { return std::binary_search(ids.begin(), ids.end(), id); };
  write_postings(directory, merge_lexical_segments(views, live), merged);
  return merged;
}

void write_postings(const std::filesystem::path& directory, std::string_view bytes, SegmentRow& segment) {
  write_file_atomically(lexical_file(directory, segment.number), bytes);
  segment.lex_bytes = bytes.size();
  segment.lex_checksum = checksum64(bytes);
}

}  // namespace rag
