#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/progress.h"
#include "index/index_writer.h"
#include "ingest/chunker.h"
#include "ingest/folder_walk.h"
#include "ingest/sandbox.h"
#include "ingest/speech/speech_reader.h"
#include "models/embedder.h"

namespace rag {

struct RemovalQuestion {
  std::size_t gone = 0;   // documents whose files are no longer there
  std::size_t known = 0;  // documents of that source
  std::string source;
};

struct IndexFolderOptions {
  ChunkOptions chunk;
  bool one_chunk = false;       // a document is one chunk, cut at the encoder's limit
  bool allow_delete = false;    // remove more than a fifth of a source's documents without asking
  bool reread = false;          // trust neither size nor time of files: read and compare contents; try skipped ones again
  FolderWalkOptions walk;
  ParseLimits limits;
  SpeechOptions speech;         // its on_progress is ours
  std::function<bool(const RemovalQuestion&)> confirm_removal;  // null: the answer is no
};

// The rule for every command that takes documents away: up to a fifth without asking, more where `allow_delete` or the user says so.
bool may_remove(const RemovalQuestion& question, const IndexFolderOptions& options);

struct SkipReason {
  std::string uri;
  std::string reason;
};

struct IndexFolderReport {
  std::size_t added = 0;
  std::size_t changed = 0;
  std::size_t unchanged = 0;
  std::size_t moved = 0;
  std::size_t removed = 0;
  std::size_t removed_by_hand = 0;   // files left out because their documents were taken out of the index
  std::vector<SkipReason> skipped;   // files without documents
  std::vector<SkipReason> warnings;  // read, but with loss
  std::vector<std::string> empty_paths;  // as they were named: no file to read in them
  std::size_t cut_tokens = 0;        // encoder tokens lost to the model's limit in this run
  std::size_t chunks_embedded = 0;
  std::uint64_t generation = 0;
  double seconds = 0;
};

// The name under which an index remembers how its chunks were cut.
std::string chunker_name(const IndexFolderOptions& options, const Embedder& embedder);

// Brings the index up to date with files and folders: only new and changed documents are parsed and embedded.
//
// Each commit holds whole documents, so an interruption or a crash keeps what was committed and the next run goes on from there.
// A path inside a source that is already indexed updates that part of it.  Throws Error(Usage) before anything is changed where
// more than a fifth of a source would be removed and nobody agrees.
IndexFolderReport index_paths(IndexWriter& writer, const std::filesystem::path& index_directory, const Embedder& embedder,
                              const std::vector<std::filesystem::path>& paths, const IndexFolderOptions& options, Progress& progress);

}  // namespace rag
