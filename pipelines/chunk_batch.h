#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "index/index_writer.h"
#include "ingest/chunker.h"
#include "models/embedder.h"
#include "pipelines/ingest_event.h"
#include "pipelines/known_vectors.h"

namespace rag {

// Events in the order they came.  A PutDocument's content stands in `documents`, in the same order; the event itself is empty.
struct ChunkBatch {
  std::vector<IngestEvent> events;
  std::vector<IndexedDocument> documents;
  std::size_t chunks_embedded = 0;  // of these documents, by embed_batch()
  std::size_t chunks_known = 0;     // had a vector already
};

// What reading yielded, and the chunks of a PutDocument, whose content stands in `document` then.
struct CutEvent {
  IngestEvent event;
  std::optional<IndexedDocument> document;
};

CutEvent cut_event(IngestEvent event, const Chunker& chunker);

// Collects what was cut until there is a batch worth encoding.
class ChunkBatcher {
 public:
  // The embedder says what is worth it (Embedder::batching), each time anew.
  explicit ChunkBatcher(const Embedder& embedder) : embedder_(embedder) {}

  // True where the batch is full.
  bool take(CutEvent event);
  // The batch so far; the next one begins.
  ChunkBatch release();

 private:
  const Embedder& embedder_;
  ChunkBatch batch_;
  std::size_t chunks_ = 0;
  std::size_t bytes_ = 0;
};

// Fills in the vectors and the tokens cut.  Only texts that are not in `known` go through the encoder, each once, and are known then.
// From several threads at once, with a batch each.
void embed_batch(ChunkBatch& batch, const Embedder& embedder, KnownVectors& known);

}  // namespace rag
