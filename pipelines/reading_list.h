#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "index/records.h"
#include "ingest/folder_walk.h"

namespace rag {

// A file of a plan: new, different, moved or gone.
struct PlannedReading {
  FoundFile file;                  // as it was found; nothing of one that is gone
  std::optional<KnownFile> known;  // as it was last read, where it was under another name if it has moved
};

// Files of a plan, in order, in the same memory however many: what is beyond a megabyte lies in a file below `folder` (empty: the system's for
// temporary files) that has no name, so that it goes with the list, or with the process, however that ends.
//
//     for (ReadingList::Cursor files(list); auto file = files.next();) ...
class ReadingList {
 public:
  ReadingList() = default;
  explicit ReadingList(std::filesystem::path folder) : folder_(std::move(folder)) {}
  ReadingList(ReadingList&& other) noexcept;
  ReadingList& operator=(ReadingList&& other) noexcept;
  ~ReadingList();

  // Throws Error(Io) where the disk is full or refuses.
  void add(const PlannedReading& reading);

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  // Goes through a list to which nothing is added any more, and which outlives it.  Several may, each on a thread of its own.
  class Cursor {
   public:
    explicit Cursor(const ReadingList& list) : list_(list) {}
    // Begins at a position that another cursor of the list had; meant for one file.
    Cursor(const ReadingList& list, std::uint64_t position) : list_(list), read_at_once_(4096), position_(position) {}
    // The next file; nothing behind the last.  Throws Error(Io) where the file on disk cannot be read.
    std::optional<PlannedReading> next();
    std::uint64_t position() const { return position_ - (bytes_.size() - at_); }  // of the next file, in bytes of the list

   private:
    bool fill(std::size_t bytes);

    const ReadingList& list_;
    std::size_t read_at_once_ = std::size_t{1} << 18;
    std::uint64_t position_ = 0;  // of what was taken from the list so far
    std::string bytes_;           // of it, from at_ on not yet given
    std::size_t at_ = 0;
  };

 private:
  void write_out();

  std::filesystem::path folder_;
  std::size_t size_ = 0;
  std::string recent_;         // what is not on disk
  std::uint64_t on_disk_ = 0;  // bytes, before those
  int file_ = -1;              // once there is more than stays in memory
};

}  // namespace rag
