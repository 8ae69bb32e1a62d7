#pragma once

#include <string>
#include <vector>

namespace rag {

// How one source is read, beside the defaults.  Without any of it a source is read as `rag index FOLDER` reads it.
struct SourceSettings {
  std::string source;                 // absolute path of the root
  std::vector<std::string> include;   // only files that one of these patterns (git's syntax) names; empty: all
  std::vector<std::string> exclude;   // left out, as lines of a .ragignore at its root would
  std::vector<std::string> metadata;  // rules: "dept = path segment 1", "owner = 인사팀"
  std::vector<std::string> access;    // groups that may read its documents; empty: as the documents say
  std::string language;               // ISO 639-1 of its documents; "": as guessed from each
  bool hidden = false;                // also names that begin with a dot
  bool ignore_files = true;           // .gitignore and .ragignore are obeyed

  // The part of it that stands on the documents, as one text; and what they carried when all of them had last been brought up to date.
  std::string applied;
};

}  // namespace rag
