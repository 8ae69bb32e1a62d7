#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/progress.h"
#include "index/index_reader.h"
#include "ingest/sandbox.h"
#include "pipelines/file_reading.h"
#include "pipelines/index_folder.h"
#include "pipelines/ingest_event.h"
#include "pipelines/source_plan.h"

namespace rag {

struct ReaderOptions {
  std::size_t threads = 0;       // files that are read at the same time, 0: one for each core.  Only the sandbox is used by these threads.
};

// Carries out a plan: reads the files that look new or changed, several at a time, and yields what is to be stored, in the order of the plan.
class SourceReader {
 public:
  // `emit` returns false when nobody takes events any more; reading stops there.  `index` may be null: nothing is known yet.
  using Emit = std::function<bool(IngestEvent)>;
  SourceReader(const IndexReader* index, ParserSandbox& sandbox, IndexFolderReport& report, Emit emit, ReaderOptions options = {});

  // Documents a plan would remove, and how many that source has: asked before anything is changed.
  RemovalQuestion removal_question(const SourceScope& scope, const SourcePlan& plan) const;

  void read(const SourceScope& scope, const SourcePlan& plan, Progress& progress);

  // Standard input as one document.
  void read_text(const std::string& source, const std::string& uri, std::string_view bytes);

 private:
  struct Known {
    std::string id;
    std::string uri;
    std::string content_hash;
    std::string title;
  };
  using FileKey = std::pair<std::string, std::string>;  // source, file uri

  void keep_unchanged(const SourcePlan::Unchanged& unchanged);
  void drop_documents(const FileKey& file);
  void drop_file(const FileKey& file);
  // There when the folder was listed, gone now.  What it held stays until a run finds it gone, and asks where that is many files.
  void report_vanished(const FileKey& file);
  // A file or folder that cannot be looked at.  What it held when it could be stays.
  void pass_over(const FileKey& file, const std::string& reason, const FileRecord* known, const ReadingRules& rules);
  // What is no file to read.  What was one under its name is gone already.
  void enter_no_file(const FileKey& file, const std::string& reason);
  void note_skipped(const FileKey& file, const std::string& reason);
  static bool can_be_renamed(const std::vector<Known>& documents, const FileRecord& origin, const std::string& to_uri);
  void move_file(const SourceScope& scope, const FileRecord& origin, const FoundFile& to, const ReadingRules& rules);
  // Stores what came of a file.  `moved_from`: the uri it had before, for the ledger; else "".
  void keep(const SourceScope& scope, const FileKey& key, const KnownFile* known, FileReading reading, const ReadingRules& rules, const std::string& moved_from);
  void keep_as_it_was(const FileReading& reading, const KnownFile& known);
  struct CorpusReading;
  // How many of its documents are as they were.
  std::size_t read_corpus(const SourceScope& scope, const FileKey& key, const FoundFile& file, FileRecord& record, FileEntry& entry, const ReadingRules& rules);
  bool keep_line(const SourceScope& scope, const FileKey& key, CorpusPart::Line line, CorpusReading& reading, FileEntry& entry, bool redescribe);
  void report_losses(const ParseOutcome& outcome, const std::string& file_uri);
  void store(const SourceScope& scope, const FileKey& key, ParseOutcome outcome, FileRecord& record, FileEntry& entry, bool redescribe);
  void describe(const SourceScope& scope, const FileKey& key, ParseOutcome outcome, FileEntry& entry);
  // They keep the ids they have, which need not be the first that could be derived from their uris.
  static std::map<std::string, std::string> ids_by_uri(const std::vector<Known>& documents);
  std::vector<Known> documents_of(const FileKey& file) const;
  bool emit(IngestEvent event);

  const IndexReader* index_;
  ParserSandbox& sandbox_;
  IndexFolderReport& report_;
  Emit emit_;
  ReaderOptions options_;
  bool wanted_ = true;  // somebody takes events
  std::chrono::steady_clock::duration handing_on_{};  // what emit_ took of all the time, most of which it waits for room
};

}  // namespace rag
