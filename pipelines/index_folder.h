#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/progress.h"
#include "index/index_reader.h"
#include "index/index_writer.h"
#include "ingest/chunker.h"
#include "ingest/folder_walk.h"
#include "ingest/sandbox.h"
#include "ingest/speech/speech_reader.h"
#include "models/embedder.h"
#include "pipelines/reason_list.h"

namespace rag {

struct RemovalQuestion {
  std::size_t gone = 0;   // documents whose files are no longer there
  std::size_t known = 0;  // documents of that source
  std::string source;
};

struct IndexFolderOptions {
  std::string command = "index";  // as the ledger is to call the run
  ChunkOptions chunk;
  bool one_chunk = false;       // a document is one chunk, cut at the encoder's limit
  bool allow_delete = false;    // remove more than a fifth of a source's documents without asking
  bool enter_idle_runs = true;    // in the ledger; without, a run that has nothing to do writes nothing and its report counts nothing
  bool pass_over_refused = false;  // go on without the sources that would lose more than that, instead of changing nothing
  bool reread = false;          // trust neither size nor time of files: read and compare contents; try skipped ones again
  FolderWalkOptions walk;
  std::filesystem::path index;  // the folder of the index as its readers know it, never walked; empty: the one that is written
  ParseLimits limits;
  SpeechOptions speech;         // its on_progress is ours
  std::function<bool(const RemovalQuestion&)> confirm_removal;  // null: the answer is no
};

// The rule for every command that takes documents away: up to a fifth without asking, more where `allow_delete` or the user says so.
bool may_remove(const RemovalQuestion& question, const IndexFolderOptions& options);

struct IndexFolderReport {
  std::size_t added = 0;
  std::size_t changed = 0;
  std::size_t unchanged = 0;
  std::size_t moved = 0;
  std::size_t removed = 0;
  std::size_t removed_by_hand = 0;   // files left out because their documents were taken out of the index
  ReasonList skipped;                // files without documents
  ReasonList warnings;               // read, but with loss
  std::vector<std::string> refused;      // sources passed over, each with the reason
  std::size_t earlier_losses = 0;        // files that did not change and had been read with loss
  std::vector<std::string> empty_paths;  // as they were named: no file to read in them
  std::size_t cut_tokens = 0;        // encoder tokens lost to the model's limit in this run
  std::size_t chunks_embedded = 0;
  std::size_t chunks_known = 0;      // of the same text as one that was embedded before: took over its vector
  std::uint64_t generation = 0;
  RunId run;                         // its number in the ledger
  double seconds = 0;
};

// True where the index differs from what it was, but for what it remembers of files' times.
bool changed_something(const IndexFolderReport& report);
// True where anything that was to be read is not in the index whole: a file skipped or read with a warning, a token cut, a source passed over.
bool lost_something(const IndexFolderReport& report);

// The name under which an index remembers how its chunks were cut.
std::string chunker_name(const IndexFolderOptions& options, const Embedder& embedder);
// Cuts as the index of that name was cut.  A name this build does not know changes nothing: the index will refuse.
void adopt_chunker(const std::string& name, IndexFolderOptions& options);

// How `path`, which must be there, is walked to find its folders: as `options` say and the settings of the source it belongs to.  Never
// fewer folders than indexing looks at.
FolderWalkOptions walk_options(const IndexReader& index, const std::filesystem::path& path, const IndexFolderOptions& options);

// Brings the index up to date with files and folders: only new and changed documents are parsed and embedded.
//
// Each commit holds whole documents, so an interruption or a crash keeps what was committed and the next run goes on from there.
// A path inside a source that is already indexed updates that part of it.  A source's settings, where the index has some, add to `options`.
// The run and what became of each file are entered in the index's ledger.  Throws Error(Usage) before anything is changed where
// more than a fifth of a source would be removed and nobody agrees.
IndexFolderReport index_paths(IndexWriter& writer, const std::filesystem::path& index_directory, const Embedder& embedder,
                              const std::vector<std::filesystem::path>& paths, const IndexFolderOptions& options, Progress& progress);

}  // namespace rag
