#include "pipelines/document_sink.h"

#include <algorithm>
#include <span>
#include <utility>

#include "core/interrupt.h"
#include "models/passage_text.h"

namespace rag {
namespace {

// Enough for the encoder to sort by length; at 20 chunks a second about a quarter of a minute's work, which Ctrl-C throws away.
constexpr std::size_t kBatchChunks = 256;
constexpr std::size_t kBatchTextBytes = std::size_t{8} << 20;
constexpr std::size_t kEmbedSlice = 64;  // texts handed to the encoder at once: an interruption waits no longer than that
constexpr std::size_t kCommitBytes = std::size_t{48} << 20;
constexpr std::chrono::seconds kCommitInterval{15};

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

}  // namespace

DocumentSink::DocumentSink(IndexWriter& writer, const Embedder& embedder, const Chunker& chunker)
    : writer_(writer), embedder_(embedder), chunker_(chunker), last_commit_(std::chrono::steady_clock::now()) {}

void DocumentSink::take(IngestEvent event) {
  Pending pending{std::move(event), {}};
  if (const auto* put = std::get_if<PutDocument>(&pending.event)) {
    pending.chunks = chunker_.split(put->document);
    pending_chunks_ += pending.chunks.size();
    pending_bytes_ += 2 * put->document.text.size();
  }
  pending_.push_back(std::move(pending));
  if (pending_chunks_ >= kBatchChunks || pending_bytes_ >= kBatchTextBytes || pending_.size() >= 4096) flush();
}

std::uint64_t DocumentSink::finish() {
  flush();
  return writer_.commit();
}

void DocumentSink::abandon() {
  pending_.clear();
  pending_chunks_ = pending_bytes_ = 0;
  writer_.commit();
}

void DocumentSink::embed_pending(std::vector<IndexedDocument>& documents) {
  std::vector<std::string> texts;
  for (const IndexedDocument& document : documents)
    for (const Chunk& chunk : document.chunks) texts.push_back(passage_text(document.document.title, chunk, embedder_));
  // Neighbours in length share a slice, so that the encoder's batches are even.
  std::vector<std::size_t> order(texts.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return texts[a].size() < texts[b].size(); });
  const std::size_t dimension = embedder_.dimension();
  std::vector<float> vectors(texts.size() * dimension);
  std::vector<std::size_t> cut(texts.size());
  for (std::size_t begin = 0; begin < order.size(); begin += kEmbedSlice) {
    throw_if_interrupted();
    const std::size_t size = std::min(kEmbedSlice, order.size() - begin);
    std::vector<std::string> slice;
    for (std::size_t i = 0; i < size; ++i) slice.push_back(std::move(texts[order[begin + i]]));
    const Embeddings embedded = embedder_.embed(slice, TextKind::Passage);
    for (std::size_t i = 0; i < size; ++i) {
      std::copy_n(embedded.values.begin() + static_cast<std::ptrdiff_t>(i * dimension), dimension,
                  vectors.begin() + static_cast<std::ptrdiff_t>(order[begin + i] * dimension));
      cut[order[begin + i]] = embedded.cut_tokens[i];
    }
  }
  std::size_t row = 0;
  for (IndexedDocument& document : documents) {
    const std::size_t rows = document.chunks.size();
    const auto from = vectors.begin() + static_cast<std::ptrdiff_t>(row * dimension);
    document.vectors.assign(from, from + static_cast<std::ptrdiff_t>(rows * dimension));
    for (std::size_t i = 0; i < rows; ++i) document.cut_tokens += cut[row + i];
    row += rows;
  }
}

void DocumentSink::flush() {
  std::vector<IndexedDocument> documents;
  for (Pending& pending : pending_) {
    auto* put = std::get_if<PutDocument>(&pending.event);
    if (!put) continue;
    documents.push_back({.document = std::move(put->document), .source = put->source, .file_uri = put->file_uri,
                         .content_hash = put->content_hash, .chunks = std::move(pending.chunks)});
  }
  embed_pending(documents);
  std::size_t next = 0;
  for (Pending& pending : pending_) {
    std::visit(Overloaded{
                   [&](const PutDocument&) {
                     const IndexedDocument& document = documents[next++];
                     chunks_embedded_ += document.chunks.size();
                     cut_tokens_ += document.cut_tokens;
                     if (document.cut_tokens > 0) cut_documents_.emplace_back(document.document.uri, document.cut_tokens);
                     writer_.put(document);
                   },
                   [&](const DropDocument& drop) { writer_.remove(drop.id); },
                   [&](const RenameDocument& rename) { writer_.rename(rename.id, rename.new_id, rename.new_uri, rename.new_file_uri); },
                   [&](const PutFile& file) { writer_.put_file(file.file); },
                   [&](const DropFile& file) { writer_.remove_file(file.source, file.uri); },
               },
               pending.event);
  }
  pending_.clear();
  pending_chunks_ = pending_bytes_ = 0;
  commit_if_due();
}

void DocumentSink::commit_if_due() {
  const auto now = std::chrono::steady_clock::now();
  if (writer_.pending_bytes() < kCommitBytes && now - last_commit_ < kCommitInterval) return;
  writer_.commit();
  last_commit_ = now;
}

}  // namespace rag
