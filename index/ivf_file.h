#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/chunk.h"
#include "core/file.h"
#include "index/aside_file.h"

// The file of inverted lists (docs/formats/ivf.md): vectors in groups, each in four bits a number, each group in one piece.
namespace rag {

// A segment whose living rows lie in the lists, by the checksum that stands for every byte of it.
struct IvfSegment {
  std::uint64_t number = 0;
  std::uint64_t checksum = 0;
  ChunkId first_chunk;
  ChunkId last_chunk;
};

// A list is a direction of length 1 and rows; they are coded as differences to `length` times the direction.
struct IvfList {
  std::uint64_t offset = 0;  // of its direction, behind which the rows lie
  std::uint64_t rows = 0;
  std::uint64_t checksum = 0;  // of both
  float length = 0;
  std::uint32_t reserved = 0;
};

// Writes one file, its rows in any order of the lists, in constant memory.  It appears under its name, synced, when finish() returns; without
// finish() nothing is left behind.  Throws Error(Io) where the disk is full or refuses.
class IvfFileWriter {
 public:
  // Of each list `rows` and `length` must be set.
  IvfFileWriter(std::filesystem::path file, std::size_t dimension, std::uint64_t generation, std::vector<IvfSegment> segments, std::vector<IvfList> lists);

  void put_direction(std::size_t list, std::span<const float> direction);
  // Row `row` of the list, as encode_row() made it.  Several threads may put different rows at the same time.
  void put_row(std::size_t list, std::size_t row, std::string_view coded);
  // Through the directory the lists near a query are found: `centre` and, coded as differences to it, the lists' directions.
  void put_directory(std::span<const float> centre, std::string_view coded_directions);

  void finish();

 private:
  AsideFile file_;
  std::size_t dimension_;
  std::uint64_t generation_;
  std::vector<IvfSegment> segments_;
  std::vector<IvfList> lists_;
  std::string directory_;
};

// An open file, mapped.  What all searches read is checked on opening, each list when it is first looked into.  Safe to share between threads.
class IvfFile {
 public:
  // `name` is what messages call it.  Throws Error(Corrupt) where it is damaged, Error(Mismatch) where another version wrote it.
  IvfFile(MappedFile file, std::string name);

  std::size_t dimension() const { return dimension_; }
  // Of the snapshot it was made of.  Not for earlier ones, in which chunks may live that it has not.
  std::uint64_t generation() const { return generation_; }
  std::span<const IvfSegment> segments() const { return segments_; }
  std::size_t lists() const { return lists_.size(); }
  std::uint64_t rows() const { return rows_; }  // of all lists
  std::uint64_t bytes() const { return file_.bytes().size(); }

  std::span<const float> centre() const { return {reinterpret_cast<const float*>(directory_), dimension_}; }
  const char* coded_directions() const;

  struct List {
    std::span<const float> direction;
    float length = 0;
    const char* rows = nullptr;  // null where the list is damaged
    std::size_t count = 0;
  };
  List list(std::size_t number) const;

  // A number that tells this file from any other: the checksum of its header, which stands for its tables.
  std::uint64_t identity() const { return identity_; }
  // Called once, where the first list is found damaged, with its number; must not throw.
  void when_damaged(std::function<void(std::size_t)> tell) { when_damaged_ = std::move(tell); }

 private:
  [[noreturn]] void damaged(const std::string& what) const;
  void check_places() const;

  MappedFile file_;
  std::string name_;
  std::size_t dimension_ = 0;
  std::uint64_t generation_ = 0;
  std::uint64_t rows_ = 0;
  std::uint64_t identity_ = 0;
  std::function<void(std::size_t)> when_damaged_;
  mutable std::atomic<bool> told_ = false;
  std::span<const IvfSegment> segments_;
  std::span<const IvfList> lists_;
  const char* directory_ = nullptr;
  std::unique_ptr<std::atomic<bool>[]> checked_;
};

}  // namespace rag
