#include "index/segment_rows.h"

#include <algorithm>

#include "core/error.h"
#include "index/row_coding.h"

namespace rag {
namespace {

constexpr char kType[] = "fp32";

std::int64_t checksum_of(const SegmentRow& segment) {
  RowChecksum checksum;
  for (const std::uint64_t value :
       {segment.number, static_cast<std::uint64_t>(segment.first_chunk.value), static_cast<std::uint64_t>(segment.last_chunk.value),
        std::uint64_t{segment.rows}, std::uint64_t{segment.deleted}, std::uint64_t{segment.dimension}, segment.vec_bytes,
        segment.vec_checksum, segment.lex_bytes, segment.lex_checksum})
    checksum.add(static_cast<std::int64_t>(value));
  return checksum.add(std::string_view(kType)).add(segment.tombstones).value();
}

}  // namespace

bool SegmentRow::is_deleted(ChunkId id) const {
  if (!spans(id)) return false;
  const auto bit = static_cast<std::size_t>(id.value - first_chunk.value);
  return bit / 8 < tombstones.size() && (static_cast<unsigned char>(tombstones[bit / 8]) >> (bit % 8) & 1);
}

void SegmentRow::mark_deleted(ChunkId id) {
  if (!spans(id) || is_deleted(id)) return;
  const auto bit = static_cast<std::size_t>(id.value - first_chunk.value);
  if (bit / 8 >= tombstones.size()) tombstones.resize(bit / 8 + 1);
  tombstones[bit / 8] = static_cast<char>(static_cast<unsigned char>(tombstones[bit / 8]) | 1U << (bit % 8));
  ++deleted;
}

std::vector<SegmentRow> load_segments(Database& catalog) {
  std::vector<SegmentRow> segments;
  Statement row = catalog.prepare(
      "SELECT number, first_chunk, last_chunk, rows, deleted, dimension, vec_bytes, vec_checksum, lex_bytes, lex_checksum, tombstones, "
      "checksum FROM segments ORDER BY first_chunk");
  while (row.step()) {
    SegmentRow segment{.number = row.natural(0),
                       .first_chunk = {row.integer(1)},
                       .last_chunk = {row.integer(2)},
                       .rows = row.natural(3),
                       .deleted = row.natural(4),
                       .dimension = row.natural(5),
                       .vec_bytes = row.natural(6),
                       .vec_checksum = row.natural(7),
                       .lex_bytes = row.natural(8),
                       .lex_checksum = row.natural(9),
                       .tombstones = row.string(10)};
    if (checksum_of(segment) != row.integer(11))
      throw Error(ErrorKind::Corrupt, catalog.file().string() + ": wrong checksum of segment " + std::to_string(segment.number) +
                                          "'s entry; restore it from a backup, or remove the index and run 'rag index' again");
    segments.push_back(std::move(segment));
  }
  return segments;
}

std::uint64_t next_segment_number(Database& catalog) {
  return 1 + static_cast<std::uint64_t>(catalog.integer("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'segments'"));
}

void store_segment(Database& catalog, const SegmentRow& segment) {
  catalog.prepare("INSERT OR REPLACE INTO segments VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(segment.number, segment.first_chunk.value, segment.last_chunk.value, segment.rows, segment.deleted, segment.dimension, kType,
            segment.vec_bytes, segment.vec_checksum, segment.lex_bytes, segment.lex_checksum, Blob{segment.tombstones},
            checksum_of(segment))
      .run();
}

void erase_segment(Database& catalog, std::uint64_t number) { catalog.prepare("DELETE FROM segments WHERE number = ?").bind(number).run(); }

std::set<std::uint64_t> numbers_of(const std::vector<SegmentRow>& segments) {
  std::set<std::uint64_t> numbers;
  for (const SegmentRow& segment : segments) numbers.insert(segment.number);
  return numbers;
}

ChunkSet deleted_chunks(const std::vector<SegmentRow>& segments) {
  ChunkSet deleted;
  for (const SegmentRow& segment : segments)
    for (std::size_t bit = 0; bit < segment.tombstones.size() * 8; ++bit) {
      const ChunkId id{segment.first_chunk.value + static_cast<std::int64_t>(bit)};
      if (segment.is_deleted(id)) deleted.insert(id);
    }
  return deleted;
}

}  // namespace rag
