#include "pipelines/chunk_batch.h"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "core/parallel.h"
#include "models/passage_text.h"

namespace rag {
namespace {

constexpr std::size_t kBatchTextBytes = std::size_t{8} << 20;  // of a batch of few texts; as much for each 1,024 of one of many
constexpr std::size_t kTextsOfThat = 1024;
constexpr std::size_t kBatchEvents = 4096;
constexpr std::size_t kTextsAThread = 64;

// Where a chunk's vector comes from: it is known, or it is a row of what is embedded now.
struct Source {
  std::optional<KnownVector> known;
  std::size_t row = 0;
};

// What the encoder reads for each chunk.  Where a GPU reads it all cores write it, else it would wait.
std::vector<std::string> texts_of(const ChunkBatch& batch, const Embedder& embedder) {
  std::vector<std::pair<const Document*, const Chunk*>> chunks;
  for (const IndexedDocument& document : batch.documents)
    for (const Chunk& chunk : document.chunks) chunks.emplace_back(&document.document, &chunk);
  std::vector<std::string> texts(chunks.size());
  in_parallel(embedder.batching().callers > 1 ? 0 : 1, (chunks.size() + kTextsAThread - 1) / kTextsAThread, [&](std::size_t piece) {
    for (std::size_t i = piece * kTextsAThread; i < std::min(chunks.size(), (piece + 1) * kTextsAThread); ++i)
      texts[i] = passage_text(chunks[i].first->title, *chunks[i].second, embedder);
  });
  return texts;
}

}  // namespace

CutEvent cut_event(IngestEvent event, const Chunker& chunker) {
  CutEvent cut{.event = std::move(event), .document = std::nullopt};
  if (auto* put = std::get_if<PutDocument>(&cut.event)) {
    cut.document = IndexedDocument{.document = std::move(put->document), .source = std::move(put->source), .file_uri = std::move(put->file_uri),
                                   .content_hash = std::move(put->content_hash)};
    cut.document->chunks = chunker.split(cut.document->document);
  }
  return cut;
}

bool ChunkBatcher::take(CutEvent cut) {
  const auto* put = std::get_if<PutDocument>(&cut.event);
  const bool holds_room = put && put->room;  // for which others may wait, so it is not kept for company
  if (cut.document) {
    chunks_ += cut.document->chunks.size();
    bytes_ += 2 * cut.document->document.text.size();
    batch_.documents.push_back(std::move(*cut.document));
  }
  batch_.events.push_back(std::move(cut.event));
  const std::size_t texts = embedder_.batching().texts;
  return holds_room || chunks_ >= texts || bytes_ >= kBatchTextBytes * std::max<std::size_t>(1, texts / kTextsOfThat) || batch_.events.size() >= kBatchEvents;
}

ChunkBatch ChunkBatcher::release() {
  chunks_ = bytes_ = 0;
  return std::exchange(batch_, {});
}

void embed_batch(ChunkBatch& batch, const Embedder& embedder, KnownVectors& known) {
  std::vector<std::string> unknown;
  std::unordered_map<std::string, std::size_t> row_of;  // of the texts in `unknown`
  std::vector<Source> sources;                          // of all chunks, in order
  std::vector<std::string> texts = texts_of(batch, embedder);
  std::size_t read = 0;
  for (IndexedDocument& document : batch.documents)
    for (std::size_t i = 0; i < document.chunks.size(); ++i) {
      std::string text = std::move(texts[read++]);
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
  for (IndexedDocument& document : batch.documents) {
    document.vectors.reserve(document.encoded.size() * embedder.dimension());
    for (EncodedText& text : document.encoded) {
      const Source& source = sources[next++];
      const KnownVector vector = source.known ? *source.known : vector_of_row(source.row);
      document.vectors.insert(document.vectors.end(), vector.values.begin(), vector.values.end());
      text.cut_tokens = vector.cut_tokens;
      document.cut_tokens += vector.cut_tokens;
    }
  }
}

}  // namespace rag
