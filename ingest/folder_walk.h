#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rag {

struct FoundFile {
  std::filesystem::path path;  // as the operating system wants it
  std::string uri;             // relative to the root, '/'-separated; the file's own name where the root is a file; shown_path() of it
  std::uint64_t size = 0;
  std::int64_t mtime_ns = 0;  // nanoseconds since the epoch
};

struct SkippedFile {
  std::string uri;
  std::string reason;
  bool unseen = false;  // what lies there, or below, cannot be known now: a folder without permission.  Else there is no file of that name.
};

// A file as the walk meets it; the texts are valid during the call only.
struct SeenFile {
  const std::string& path;
  const std::string& uri;
  std::uint64_t size = 0;
  std::int64_t mtime_ns = 0;

  FoundFile keep() const { return {path, uri, size, mtime_ns}; }
};

struct FolderWalkResult {
  std::vector<FoundFile> files;      // sorted by uri, bytewise
  std::vector<SkippedFile> skipped;  // unreadable folders, sockets, links that lead out of the root ...
  std::vector<std::filesystem::path> folders;  // with folders_only: those that were walked, the root first
  std::size_t ignored = 0;           // left out by .ragignore, .gitignore, the options, or because hidden
};

struct FolderWalkOptions {
  bool use_ignore_files = true;      // .ragignore and .gitignore, nearest folder last, `!` takes back
  bool include_hidden = false;       // names that begin with a dot
  std::vector<std::string> exclude;  // further gitignore patterns, relative to the root
  std::string within;                // only this part: "hr/" a folder, "hr/a.pdf" a file, as uris; "" for all
  std::vector<std::string> include;  // the same syntax: only files that one of them names, or that lie in a folder it names; empty: all
  std::filesystem::path index;       // a folder that is never walked, whatever it is called: the index that is being written
  bool folders_only = false;         // list the folders that would be walked, and no file: many times as fast
};

// A path as it may be shown and stored: valid UTF-8, one line.  Bytes that are not UTF-8, and control characters, become \xNN; no two paths become one.
std::string shown_path(std::string_view path);

// Visits every regular file below `root` (or `root` itself), by uri, bytewise: the order of FolderWalkResult::files, which stays empty here.
// Symbolic links are followed only to files and folders inside the root.  An index folder (.rag) is never walked.
// Holds the names of one folder and those above it at a time, about 100 bytes each, however large the tree.
// What is skipped `skip` is told of, in any order; without it, it is in the result.  Throws Error(Usage) where `root` does not exist.
FolderWalkResult visit_folder(const std::filesystem::path& root, const FolderWalkOptions& options, const std::function<void(const SeenFile&)>& visit,
                              const std::function<void(const SkippedFile&)>& skip = nullptr);

// All of them at once.
FolderWalkResult walk_folder(const std::filesystem::path& root, const FolderWalkOptions& options = {});

// The same file as it is now; nothing where there is no regular file of that name any more.
std::optional<FoundFile> look_again(const FoundFile& file);

}  // namespace rag
