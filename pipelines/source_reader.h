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
  void read_text(const std::string& source, const std::string& uri, std::string_view bytes);

 private:
  struct Known {
    std::string id;
    std::string content_hash;
    std::string title;
  };
  using FileKey = std::pair<std::string, std::string>;  // source, file uri

  void drop_documents(const FileKey& file);
  void move_file(const SourceScope& scope, const SourcePlan::Move& move, const FileRecord& origin);
  void read_file(const SourceScope& scope, const FoundFile& file, const FileRecord* known, bool reread = false, bool listens = true);
  void read_corpus(const FileKey& key, const FoundFile& file, FileRecord& record);
  void store(const FileKey& key, const std::string& content_hash, ParseOutcome outcome, FileRecord& record);
  std::string id_for(const std::string& source, const std::string& uri);
  const std::vector<Known>& documents_of(const FileKey& file) const;

  const IndexReader* index_;
  ParserSandbox& sandbox_;
  IndexFolderReport& report_;
  Emit emit_;
  std::map<FileKey, std::vector<Known>> documents_;
  std::map<std::string, std::string> source_of_id_;  // ids given in this run
};

}  // namespace rag
