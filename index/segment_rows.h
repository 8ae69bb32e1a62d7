#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "index/hit.h"
#include "index/sqlite.h"

namespace rag {

// A segment as the catalog names it.  The ranges of chunk ids of different segments never overlap, so a chunk's segment
// is known without looking into any.
struct SegmentRow {
  std::uint64_t number = 0;
  ChunkId first_chunk;
  ChunkId last_chunk;
  std::size_t rows = 0;  // deleted ones included
  std::size_t deleted = 0;
  std::size_t dimension = 0;
  std::uint64_t vec_bytes = 0;
  std::uint64_t vec_checksum = 0;
  std::uint64_t lex_bytes = 0;
  std::uint64_t lex_checksum = 0;
  std::string tombstones;  // bit i % 8 of byte i / 8: chunk first_chunk + i is deleted; bytes that are not there are zero

  std::size_t live() const { return rows - deleted; }
  bool spans(ChunkId id) const { return first_chunk <= id && id <= last_chunk; }
  bool is_deleted(ChunkId id) const;
  void mark_deleted(ChunkId id);  // of a row of this segment
};

std::vector<SegmentRow> load_segments(Database& catalog);  // by first chunk
std::uint64_t next_segment_number(Database& catalog);
void store_segment(Database& catalog, const SegmentRow& segment);  // new, or in place of the one of that number
void erase_segment(Database& catalog, std::uint64_t number);

std::set<std::uint64_t> numbers_of(const std::vector<SegmentRow>& segments);
ChunkSet deleted_chunks(const std::vector<SegmentRow>& segments);

}  // namespace rag
