#include "pipelines/chunk_batch.h"

#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "models/passage_text.h"

namespace rag {
namespace {

// Enough for the encoder to sort by length and keep its cores busy; what Ctrl-C throws away is a second's work or two.
constexpr std::size_t kBatchChunks = 256;
constexpr std::size_t kBatchTextBytes = std::size_t{8} << 20;
constexpr std::size_t kBatchEvents = 4096;

// Where a chunk's vector comes from: it is known, or it is a row of what is embedded now.
struct Source {
  std::optional<KnownVector> known;
  std::size_t row = 0;
};

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

void embed_batch(ChunkBatch& batch, const Embedder& embedder, KnownVectors& known) {
  std::vector<std::string> unknown;
  std::unordered_map<std::string, std::size_t> row_of;  // of the texts in `unknown`
  std::vector<Source> sources;                          // of all chunks, in order
  for (IndexedDocument& document : batch.documents)
    for (const Chunk& chunk : document.chunks) {
      std::string text = passage_text(document.document.title, chunk, embedder);
      document.encoded.push_back({.hash = encoded_text_hash(text)});
      if (const auto row = row_of.find(text); row != row_of.end()) {
        sources.push_back({.row = row->second});
      } else if (auto vector = known.find(text)) {
        sources.push_back({.known = std::move(vector)});
      } else {
        sources.push_back({.row = unknown.size()});
        row_of.emplace(text, unknown.size());
        unknown.push_back(std::move(text));
      }
    }
  batch.chunks_embedded = unknown.size();
  batch.chunks_known = sources.size() - unknown.size();
  const Embeddings embedded = embedder.embed(unknown, TextKind::Passage);
  const auto vector_of_row = [&](std::size_t row) {
    const auto from = embedded.values.begin() + static_cast<std::ptrdiff_t>(row * embedded.dimension);
    return KnownVector{{from, from + static_cast<std::ptrdiff_t>(embedded.dimension)}, embedded.cut_tokens[row]};
  };
  for (std::size_t row = 0; row < unknown.size(); ++row) known.remember(unknown[row], vector_of_row(row));
  std::size_t next = 0;
  for (IndexedDocument& document : batch.documents)
    for (EncodedText& text : document.encoded) {
      const Source& source = sources[next++];
      const KnownVector vector = source.known ? *source.known : vector_of_row(source.row);
      document.vectors.insert(document.vectors.end(), vector.values.begin(), vector.values.end());
      text.cut_tokens = vector.cut_tokens;
      document.cut_tokens += vector.cut_tokens;
    }
}

}  // namespace rag
