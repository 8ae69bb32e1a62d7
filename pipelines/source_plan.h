#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "index/index_reader.h"
#include "ingest/folder_walk.h"
#include "pipelines/reading_list.h"
#include "pipelines/reason_list.h"
#include "pipelines/source_rules.h"

namespace rag {

// One path of the command, joined to the source it belongs to.
struct SourceScope {
  std::string source;         // absolute path of the indexed root, normalised
  std::string prefix;         // only uris that begin with this: "" for all, "hr/" for a sub-folder, "hr/a.pdf" for one file
  SourceRules rules;          // what the source's settings put on its documents
};

// Two sources, one inside the other, would have every file of the inner one twice.  Throws Error(Usage) where `source` is to become one that holds
// one of `sources`.
void refuse_overlap(const std::string& source, const std::vector<std::string>& sources);

// `rag index docs/hr` after `rag index docs` must not index hr twice: it updates that part of docs.
SourceScope scope_of(const std::filesystem::path& path, const std::vector<std::string>& sources);

// What is to be done for one source, found without reading a document.
struct SourcePlan {
  // Of the same size and time as when they were read: only counted, since in a large tree nearly all files are.
  struct Unchanged {
    std::size_t files = 0;
    std::size_t documents = 0;
    std::size_t removed_by_hand = 0;    // files that were read, but have no document any more
    std::size_t with_loss = 0;          // files that were read in part, or whose documents lost tokens
    ReasonList skipped;                 // could not be read then
  };
  Unchanged unchanged;
  ReadingList to_read;               // new, or looking different
  ReadingList moved;                 // the content of a file that is gone, under another name
  ReadingList gone;
  ReasonList skipped;                // by the walk: what is no file to read.  What was one under its name is among those gone
  ReasonList unseen;                 // by the walk: what cannot be looked at.  What was found there before stays
  ReadingList hidden;                // of an unseen folder, where there are new rules for them
  bool reread = false;               // also what was taken out of the index by hand or could not be read
  bool listens = true;               // recordings are transcribed in this run
  bool redescribe = false;           // the rules have changed: documents that stay as they are get their metadata anew
};

struct PlanOptions {
  bool reread = false;
  bool listens = true;
  bool redescribe = false;
  FolderWalkOptions walk;
  std::filesystem::path folder;  // for lists of many files, while they are used; empty: the system's for temporary files
};

// True where a reader was missing when the file, or one within it, was read, and is there now.
bool can_read_more_now(const FileRecord& file, bool listens);

// What the catalog says of one file of a source; nothing where it does not know it.  `index` may be null.
std::optional<FileRecord> known_file(const IndexReader* index, const std::string& source, const std::string& uri);

// The warning on a file that has documents and cannot be read any more: they stay as an earlier run found them.
std::string not_read_anew(const std::string& reason);
void forget_not_read_anew(FileRecord& file);  // it was read

// True where an earlier run has said so of this file: it was skipped, or not read anew, for that reason.
bool is_told(const FileRecord& file, const std::string& reason);

// Goes through the tree and the catalog side by side, so that memory grows by some 30 bytes with what is gone where there is something new, by
// eight with what cannot be looked at where something is gone, and with nothing else.
SourcePlan plan_source(const SourceScope& scope, const IndexReader* index, const PlanOptions& options);

}  // namespace rag
