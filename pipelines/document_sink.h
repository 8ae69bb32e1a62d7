#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <utility>

#include "index/index_writer.h"
#include "pipelines/chunk_batch.h"
#include "pipelines/known_vectors.h"
#include "pipelines/reason_list.h"

namespace rag {

// Stores batches in the order they come and commits now and then, so that memory stays bounded and a crash loses little.
class DocumentSink {
 public:
  // Files are entered in the ledger as part of this run.  Tells `known` of every commit.  `folder`: for a list of many, while it is used.
  DocumentSink(IndexWriter& writer, KnownVectors& known, RunId run, std::filesystem::path folder)
      : writer_(writer), known_(known), run_(run), cut_documents_(std::move(folder)), last_commit_(std::chrono::steady_clock::now()) {}

  // An embedded batch.
  void take(ChunkBatch batch);
  // Commits what is left.  Returns the generation.
  std::uint64_t finish() { return writer_.commit(); }

  std::size_t chunks_embedded() const { return chunks_embedded_; }
  std::size_t chunks_known() const { return chunks_known_; }
  std::size_t cut_tokens() const { return cut_tokens_; }
  std::size_t files_with_loss() const { return files_with_loss_; }  // read in this run
  // Documents that lost tokens to the encoder's limit, and how many.
  const ReasonList& cut_documents() const { return cut_documents_; }

 private:
  void put(const IndexedDocument& document);
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
  ReasonList cut_documents_;
  std::chrono::steady_clock::time_point last_commit_;
};

}  // namespace rag
