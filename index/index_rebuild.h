#pragma once

#include <cstdint>
#include <filesystem>

#include "index/records.h"
#include "index/write_lock.h"

namespace rag {

// A new index that grows beside the one it is to replace, in a folder of its own inside it.  Meanwhile the old one is read as
// ever, and its write lock is held.  Whatever ends this before finish() has returned, the old index is as it was: what had been
// built is removed here or, after a kill, by the next writer.
class IndexRebuild {
 public:
  // Waits for another writer at most `lock_timeout_ms`, then Error(Usage) says who holds the lock.  The old index may be damaged.
  IndexRebuild(const std::filesystem::path& directory, const IndexSettings& settings, int lock_timeout_ms = 2000);
  IndexRebuild(const IndexRebuild&) = delete;
  IndexRebuild& operator=(const IndexRebuild&) = delete;
  ~IndexRebuild();

  // Where open_index_writer() and open_index_reader() find the new index.
  const std::filesystem::path& directory() const { return fresh_; }

  // Puts the new index in the place of the old one and returns its generation.  Every reader sees either the old index whole or
  // the new one; the sources' settings and the ledger stay; generations, chunk ids and segment numbers go on where the old index's ended.  No writer of the new one may be open.
  std::uint64_t finish();

 private:
  bool continue_numbers() const;  // true where the old catalog is sound
  std::uint64_t replace_rows() const;
  std::uint64_t replace_files() const;
  void move_segments() const;

  std::filesystem::path directory_;
  std::filesystem::path fresh_;
  WriteLock lock_;
  bool old_is_sound_ = false;
};

}  // namespace rag
