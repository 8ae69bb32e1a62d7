#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "ingest/folder_walk.h"

namespace rag {

struct WatchedRoot {
  std::filesystem::path path;  // a folder, or a single file
  FolderWalkOptions walk;      // folders this would not walk are not watched
};

struct FolderWatchOptions {
  // A change is told once nothing more has happened for so long, so that a copy in progress or an editor that writes aside and renames is
  // one change; but no later than `longest` after its first sign, so that a log that never rests does not hide the others.
  std::chrono::milliseconds settle{500};
  std::chrono::milliseconds longest{5000};

  // How often a root is looked at where the system gives no notice: on network file systems, and beyond its limit of watches.
  std::chrono::milliseconds poll{10000};

  std::size_t max_folders = 0;  // watch no more than this and poll what is beyond; 0: as many as the system allows
};

// Tells when something below its roots may have changed: files written, made, renamed, moved in or out, removed, or their rights changed.
//
// It tells too much rather than too little.  Whoever is told reads the root anew and finds out what it was; everything that happens after
// wait() has returned is told by a later wait().  So nothing is lost between two of them, also where
//   - a folder appears with files in it already, vanishes, or is renamed: its watches follow;
//   - more happens than the system's queue holds: every root is told;
//   - a root vanishes: it is told, and told again when it is back;
//   - a folder above a root is renamed, or something is mounted over a root, or below it: the root is told within a second or two;
//   - the system watches no more folders, or the root lies on a network: it is told every `poll`, and take_notes() says so.
// Writing through a mapping (mmap) gives no notice until the file is closed by some other writer or touched; links out of a root are not followed.
class FolderWatcher {
 public:
  // Watches from here on.  Never fails: what cannot be watched is polled.
  explicit FolderWatcher(std::vector<WatchedRoot> roots, const FolderWatchOptions& options = {});
  FolderWatcher(const FolderWatcher&) = delete;
  FolderWatcher& operator=(const FolderWatcher&) = delete;
  ~FolderWatcher();

  // The roots below which something may have changed, each once, in the order given.  Empty after `at_most` without a change, or soon
  // after an interrupt (core/interrupt.h).
  std::vector<std::filesystem::path> wait(std::chrono::milliseconds at_most);

  // Lines for the user since the last call: which root is polled and why, which one is gone.
  std::vector<std::string> take_notes();

  std::size_t watched_folders() const;
  bool polls(const std::filesystem::path& root) const;

 private:
  class Watches;
  std::unique_ptr<Watches> watches_;
};

}  // namespace rag
