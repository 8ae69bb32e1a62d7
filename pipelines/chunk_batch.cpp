#include "pipelines/chunk_batch.h"

#include <string>
#include <utility>

#include "models/passage_text.h"

namespace rag {
namespace {

// Enough for the encoder to sort by length and keep its cores busy; what Ctrl-C throws away is a second's work or two.
constexpr std::size_t kBatchChunks = 256;
constexpr std::size_t kBatchTextBytes = std::size_t{8} << 20;
constexpr std::size_t kBatchEvents = 4096;

}  // namespace

bool ChunkBatcher::take(IngestEvent event) {
  if (auto* put = std::get_if<PutDocument>(&event)) {
    IndexedDocument document{.document = std::move(put->document), .source = std::move(put->source), .file_uri = std::move(put->file_uri),
                             .content_hash = std::move(put->content_hash)};
    document.chunks = chunker_.split(document.document);
    chunks_ += document.chunks.size();
    bytes_ += 2 * document.document.text.size();
    batch_.documents.push_back(std::move(document));
  }
  batch_.events.push_back(std::move(event));
  return chunks_ >= kBatchChunks || bytes_ >= kBatchTextBytes || batch_.events.size() >= kBatchEvents;
}

ChunkBatch ChunkBatcher::release() {
  chunks_ = bytes_ = 0;
  return std::exchange(batch_, {});
}

void embed_batch(ChunkBatch& batch, const Embedder& embedder) {
  std::vector<std::string> texts;
  for (const IndexedDocument& document : batch.documents)
    for (const Chunk& chunk : document.chunks) texts.push_back(passage_text(document.document.title, chunk, embedder));
  const Embeddings embedded = embedder.embed(texts, TextKind::Passage);
  std::size_t row = 0;
  for (IndexedDocument& document : batch.documents) {
    const auto from = embedded.values.begin() + static_cast<std::ptrdiff_t>(row * embedded.dimension);
    document.vectors.assign(from, from + static_cast<std::ptrdiff_t>(document.chunks.size() * embedded.dimension));
    for (std::size_t i = 0; i < document.chunks.size(); ++i) document.cut_tokens += embedded.cut_tokens[row + i];
    row += document.chunks.size();
  }
}

}  // namespace rag
