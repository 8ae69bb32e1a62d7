#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "index/index_reader.h"
#include "ingest/folder_walk.h"

namespace rag {

// One path of the command, joined to the source it belongs to.
struct SourceScope {
  std::string source;         // absolute path of the indexed root, normalised
  std::string prefix;         // only uris that begin with this: "" for all, "hr/" for a sub-folder, "hr/a.pdf" for one file
};

// `rag index docs/hr` after `rag index docs` must not index hr twice: it updates that part of docs.
SourceScope scope_of(const std::filesystem::path& path, const std::vector<std::string>& sources);

// What is to be done for one source, found without reading a document.
struct SourcePlan {
  struct Move {
    std::string from_uri;
    FoundFile to;
  };
  std::vector<FoundFile> unchanged;  // same size and time as when they were read
  std::vector<FoundFile> to_read;    // new, or looking different
  std::vector<Move> moved;           // the content of a file that is gone, under another name
  std::vector<FileRecord> gone;
  std::vector<SkippedFile> skipped;
  std::map<std::string, FileRecord> known;
  bool reread = false;               // also what was taken out of the index by hand or could not be read
  bool listens = true;               // recordings are transcribed in this run
};

struct PlanOptions {
  bool reread = false;
  bool listens = true;
  FolderWalkOptions walk;
};

SourcePlan plan_source(const SourceScope& scope, const IndexReader* index, const PlanOptions& options);

}  // namespace rag
