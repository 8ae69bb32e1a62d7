#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/progress.h"
#include "index/index_reader.h"
#include "ingest/sandbox.h"
#include "pipelines/index_folder.h"
#include "pipelines/ingest_event.h"
#include "pipelines/source_plan.h"

namespace rag {

// Carries out a plan: reads the files that look new or changed and yields what is to be stored.
class SourceReader {
 public:
  // `emit` returns false when nobody takes events any more.  `index` may be null: nothing is known yet.
  using Emit = std::function<bool(IngestEvent)>;
  SourceReader(const IndexReader* index, ParserSandbox& sandbox, IndexFolderReport& report, Emit emit);

  // Documents a plan would remove, and how many that source has: asked before anything is changed.
  RemovalQuestion removal_question(const SourceScope& scope, const SourcePlan& plan) const;

  void read(const SourceScope& scope, const SourcePlan& plan, Progress& progress);

  // Standard input as one document.
  void read_text(const std::string& source, const std::string& uri, std::string_view bytes, const ParseLimits& limits);

 private:
  struct Known {
    std::string id;
    std::string uri;
    std::string content_hash;
    std::string title;
  };
  using FileKey = std::pair<std::string, std::string>;  // source, file uri

  // How a file is read, beside the usual.
  struct Reading {
    bool reread = false;
    bool listens = true;
    bool redescribe = false;
    std::string moved_from;  // for the ledger
  };

  void keep_unchanged(const SourcePlan::Unchanged& unchanged);
  void drop_documents(const FileKey& file);
  void drop_file(const FileKey& file);
  // There when the folder was listed, gone now.  What it held stays until a run finds it gone, and asks where that is many files.
  void report_vanished(const FileKey& file);
  // A file, folder or link that cannot be looked at.  What it held when it could be stays.
  void pass_over(const FileKey& file, const std::string& reason, const FileRecord* known);
  static bool can_be_renamed(const std::vector<Known>& documents, const FileRecord& origin, const std::string& to_uri);
  void move_file(const SourceScope& scope, const SourcePlan::Move& move, const FileRecord& origin);
  void read_file(const SourceScope& scope, const FoundFile& found, const FileRecord* known, const Reading& how);
  // True where the file is as it was and that was all.
  bool is_as_it_was(const FileKey& key, FileRecord& record, const FileRecord* known, const Reading& how);
  void read_corpus(const SourceScope& scope, const FileKey& key, const FoundFile& file, FileRecord& record, FileEntry& entry, const Reading& how);
  void report_losses(const ParseOutcome& outcome, const std::string& file_uri);
  void store(const SourceScope& scope, const FileKey& key, ParseOutcome outcome, FileRecord& record, FileEntry& entry, bool redescribe);
  void describe(const SourceScope& scope, const FileKey& key, const FoundFile& file, FileEntry& entry);
  std::string id_for(const std::string& source, const std::string& uri);
  std::vector<Known> documents_of(const FileKey& file) const;

  const IndexReader* index_;
  ParserSandbox& sandbox_;
  IndexFolderReport& report_;
  Emit emit_;
  std::map<std::string, std::string> source_of_id_;  // ids given in this run
};

}  // namespace rag
