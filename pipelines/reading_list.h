#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "core/list_on_disk.h"
#include "index/records.h"
#include "ingest/folder_walk.h"

namespace rag {

// A file of a plan: new, different, moved or gone.
struct PlannedReading {
  FoundFile file;                  // as it was found; nothing of one that is gone
  std::optional<KnownFile> known;  // as it was last read, where it was under another name if it has moved
};

// Files of a plan, in order, in the same memory however many (core/list_on_disk).
//
//     for (ReadingList::Cursor files(list); auto file = files.next();) ...
class ReadingList {
 public:
  ReadingList() = default;
  explicit ReadingList(std::filesystem::path folder) : list_(std::move(folder)) {}

  // Throws Error(Io) where the disk is full or refuses.
  void add(const PlannedReading& reading);

  std::size_t size() const { return list_.size(); }
  std::size_t read_before() const { return read_before_; }  // how many of them
  bool empty() const { return list_.empty(); }

  // Goes through a list to which nothing is added any more, and which outlives it.  Several may, each on a thread of its own.
  class Cursor {
   public:
    explicit Cursor(const ReadingList& list) : pieces_(list.list_) {}
    // Begins at a position that another cursor of the list had; meant for one file.
    Cursor(const ReadingList& list, std::uint64_t position) : pieces_(list.list_, position) {}
    // The next file; nothing behind the last.  Throws Error(Io) where the file on disk cannot be read.
    std::optional<PlannedReading> next();
    std::uint64_t position() const { return pieces_.position(); }  // of the next file, in bytes of the list

   private:
    ListOnDisk::Cursor pieces_;
  };

 private:
  ListOnDisk list_;
  std::size_t read_before_ = 0;
};

}  // namespace rag
