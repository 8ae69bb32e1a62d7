#pragma once

#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "index/segment_rows.h"

namespace rag {

// No merge makes a larger segment, which bounds the time and memory a merge can take.
inline constexpr std::size_t kMaxMergedRows = 65536;

// Neighbours (by chunk id) that a commit should merge, so that many small commits do not leave many small segments: at least eight of one
// size class.  Also a lone segment most of whose rows are deleted.  Empty where nothing is due.
std::vector<SegmentRow> pick_merge(const std::vector<SegmentRow>& segments);

// What compact() rewrites: every group becomes one segment without deleted rows.
std::vector<std::vector<SegmentRow>> plan_compaction(const std::vector<SegmentRow>& segments);

// Writes one segment with the live rows of these neighbours, and returns its entry; nothing is in the catalog yet.
SegmentRow merge_segments(const std::filesystem::path& directory, std::span<const SegmentRow> segments, std::uint64_t number);

// Writes `bytes` as the postings of a segment and notes size and checksum in its entry.
void write_postings(const std::filesystem::path& directory, std::string_view bytes, SegmentRow& segment);

}  // namespace rag
