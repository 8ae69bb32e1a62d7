#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "index/index_writer.h"
#include "ingest/warning_limit.h"
#include "pipelines/chunk_batch.h"
#include "pipelines/document_id.h"
#include "pipelines/known_vectors.h"
#include "pipelines/reason_list.h"

namespace rag {

// Stores batches in the order they come and commits now and then, so that memory stays bounded and a crash loses little.
class DocumentSink {
 public:
  // Files are entered in the ledger as part of this run.  Tells `known` of every commit.  `folder`: for a list of many, while it is used.
  DocumentSink(IndexWriter& writer, KnownVectors& known, RunId run, std::filesystem::path folder)
      : writer_(writer), known_(known), run_(run), losses_(folder), skipped_(std::move(folder)), last_commit_(std::chrono::steady_clock::now()) {}

  // An embedded batch.
  void take(ChunkBatch batch);
  // Commits what is left.  Returns the generation.
  std::uint64_t finish() { return writer_.commit(); }

  std::size_t chunks_embedded() const { return chunks_embedded_; }
  std::size_t chunks_known() const { return chunks_known_; }
  std::size_t cut_tokens() const { return cut_tokens_; }
  std::size_t files_with_loss() const { return files_with_loss_; }  // read in this run
  std::size_t refused() const { return refused_; }                  // lines of corpora that wanted the id of another document
  // What became of documents here: those that lost tokens to the encoder's limit, and how many; and those that were refused.
  const ReasonList& losses() const { return losses_; }
  const ReasonList& skipped() const { return skipped_; }  // files that have no document therefore

 private:
  struct CurrentFile {
    LimitedWarnings refused;
    std::size_t kept = 0, refusals = 0;
    std::string skipped;
    std::vector<std::string> warnings;
  };

  void put(IndexedDocument& document);
  void rename(const RenameDocument& rename);
  // This id, or another one where that is taken and was not chosen by the document; nothing where it was.
  std::optional<std::string> free_id(const std::string& id, const DocumentName& name) const;
  void put_file(FileRecord record, std::size_t as_before);
  void note(FileEntry entry);
  void commit_if_due();

  IndexWriter& writer_;
  KnownVectors& known_;
  RunId run_;
  std::size_t chunks_embedded_ = 0;
  std::size_t chunks_known_ = 0;
  std::size_t cut_tokens_ = 0;
  std::size_t files_with_loss_ = 0;
  std::map<std::pair<std::string, std::string>, std::size_t> cut_of_file_;  // source and uri of files whose entry is still to come
  CurrentFile file_;  // whose documents come; what became of it, until its entry has come
  std::size_t refused_ = 0;
  ReasonList losses_, skipped_;
  std::chrono::steady_clock::time_point last_commit_;
};

}  // namespace rag
