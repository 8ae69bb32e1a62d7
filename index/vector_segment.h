#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/chunk.h"
#include "core/file.h"
#include "index/aside_file.h"

namespace rag {

// Writes one immutable file of vectors (docs/formats/index.md), row after row, in constant memory.
// It appears under its name, synced, when finish() returns; without finish() nothing is left behind.
class VectorSegmentWriter {
 public:
  // The ids of all rows to come, ascending.
  VectorSegmentWriter(std::filesystem::path file, std::uint64_t number, std::size_t dimension, std::span<const ChunkId> ids);

  void append(std::span<const float> rows);

  struct Finished {
    std::uint64_t bytes = 0;
    std::uint64_t checksum = 0;  // stands for every byte of the file
  };
  Finished finish();

 private:
  void write(std::string_view bytes);
  void end_block();

  AsideFile file_;
  std::uint64_t number_;
  std::uint64_t rows_;
  std::size_t dimension_;
  std::uint64_t floats_written_ = 0;
  std::uint64_t bytes_written_ = 0;
  std::string block_;
  std::vector<std::uint64_t> checksums_;
};

// An open segment, mapped.  The header, the ids and the table of checksums are checked on opening; the vectors block by
// block when first touched, so that opening costs the same for every size and no unchecked number is ever believed.
// Safe to share between threads.
class VectorSegment {
 public:
  // `name` is what messages call it.  Throws Error(Corrupt) where it is damaged, Error(Mismatch) where a newer build wrote it.
  VectorSegment(MappedFile file, std::string name);

  std::uint64_t number() const { return number_; }
  std::size_t rows() const { return ids_.size(); }
  std::size_t dimension() const { return dimension_; }
  std::uint64_t checksum() const { return checksum_; }
  std::span<const ChunkId> ids() const { return ids_; }  // ascending
  std::optional<std::size_t> find(ChunkId id) const;

  // Rows [begin, end), checked.  Throws Error(Corrupt) naming the segment.
  std::span<const float> vectors(std::size_t begin, std::size_t end) const;
  // The rows before `end` are not needed for now: their memory may be had for something else.
  void let_go_up_to(std::size_t end) const;

 private:
  [[noreturn]] void damaged(const std::string& what) const;
  void check(std::uint64_t begin, std::uint64_t end) const;

  MappedFile file_;
  std::string name_;
  std::uint64_t number_ = 0;
  std::uint64_t checksum_ = 0;
  std::size_t dimension_ = 0;
  std::uint64_t vectors_offset_ = 0;
  std::span<const ChunkId> ids_;
  std::string_view payload_;  // what the blocks cover
  const char* block_checksums_ = nullptr;
  std::unique_ptr<std::atomic<bool>[]> checked_;
};

}  // namespace rag
