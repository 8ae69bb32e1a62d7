#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "index/index_writer.h"
#include "ingest/chunker.h"
#include "models/embedder.h"
#include "pipelines/ingest_event.h"

namespace rag {

// Chunks, embeds and stores what reading yields.  Documents wait until there is a batch worth encoding; everything is applied in the
// order it came, and committed now and then, so that memory stays bounded and a crash loses little.
class DocumentSink {
 public:
  DocumentSink(IndexWriter& writer, const Embedder& embedder, const Chunker& chunker);

  void take(IngestEvent event);
  // Embeds and commits what is left.  Returns the generation.
  std::uint64_t finish();
  // Commits what is already embedded and forgets the rest: for an interruption, where nobody wants to wait for the encoder.
  void abandon();

  std::size_t chunks_embedded() const { return chunks_embedded_; }
  std::size_t cut_tokens() const { return cut_tokens_; }
  // Documents that lost tokens to the encoder's limit, with how many.
  const std::vector<std::pair<std::string, std::size_t>>& cut_documents() const { return cut_documents_; }

 private:
  struct Pending {
    IngestEvent event;
    std::vector<Chunk> chunks;
  };

  void flush();
  void embed_pending(std::vector<IndexedDocument>& documents);
  void commit_if_due();

  IndexWriter& writer_;
  const Embedder& embedder_;
  const Chunker& chunker_;
  std::vector<Pending> pending_;
  std::size_t pending_chunks_ = 0;
  std::size_t pending_bytes_ = 0;
  std::size_t chunks_embedded_ = 0;
  std::size_t cut_tokens_ = 0;
  std::vector<std::pair<std::string, std::size_t>> cut_documents_;
  std::chrono::steady_clock::time_point last_commit_;
};

}  // namespace rag
