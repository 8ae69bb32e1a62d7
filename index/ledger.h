#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rag {

// A run of the program that brought the index up to date.  Numbers ascend and are never used again.
struct RunId {
  std::int64_t value = 0;
  friend auto operator<=>(const RunId&, const RunId&) = default;
};

// What a run did, in all.  Counts are documents, as `rag index` prints them, but for `skipped` and `read_with_loss`: those are files.
struct RunCounts {
  std::size_t added = 0, changed = 0, unchanged = 0, moved = 0, removed = 0;
  std::size_t skipped = 0;         // without documents when it ended, whenever that was found
  std::size_t read_with_loss = 0;  // read in this run, with a warning or with tokens cut
  std::size_t cut_tokens = 0;
  std::size_t chunks_embedded = 0;
};

// Kept in the catalog, in the same transactions as what it tells of: a file's entry is there if and only if what was done is.
struct RunEntry {
  RunId id;
  std::string command;           // "index", "sync", "watch", "rebuild"
  std::int64_t started_at = 0;   // Unix seconds
  std::int64_t finished_at = 0;  // 0: it still runs, or was killed
  std::uint64_t generation = 0;  // of the index when it ended
  std::string outcome;           // "done", "interrupted" or what ended it; "" while it runs
  std::int64_t milliseconds = 0;
  std::size_t files = 0;         // entries that are kept of it
  RunCounts counts;
};

namespace file_state {
inline constexpr std::string_view kAdded = "added", kChanged = "changed", kMoved = "moved", kRemoved = "removed", kSkipped = "skipped";
}

// What became of one file in a run.  Files that were as before have no entry.
struct FileEntry {
  std::string source;
  std::string uri;
  std::string state;                   // one of file_state
  std::string reason;                  // why it was skipped, where it was moved from, why it was read again; or ""
  std::vector<std::string> warnings;   // read, but with loss
  std::size_t documents = 0;           // stored from it in this run
  std::size_t pages = 0;               // 0 where the format has none
  std::size_t pages_without_text = 0;
  std::size_t cut_tokens = 0;
  std::optional<double> ocr_confidence;  // the lowest of its documents' metadata "ocr_confidence", in that unit
  std::int64_t milliseconds = 0;       // to read it; encoding goes in batches of many files
};

// How much is kept: this many runs, and of their files' entries so many that the newest run keeps all of its own and older ones give way.
inline constexpr std::size_t kLedgerRuns = 100;
inline constexpr std::size_t kLedgerFiles = 200000;

}  // namespace rag
