#include "pipelines/document_sink.h"

namespace rag {
namespace {

constexpr std::size_t kCommitBytes = std::size_t{48} << 20;
constexpr std::chrono::seconds kCommitInterval{15};

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

}  // namespace

void DocumentSink::take(ChunkBatch batch) {
  std::size_t next = 0;
  for (const IngestEvent& event : batch.events)
    std::visit(Overloaded{
                   [&](const PutDocument&) { put(batch.documents[next++]); },
                   [&](const DropDocument& drop) { writer_.remove(drop.id); },
                   [&](const RenameDocument& rename) { writer_.rename(rename.id, rename.new_id, rename.new_uri, rename.new_file_uri); },
                   [&](const PutFile& file) { writer_.put_file(file.file); },
                   [&](const DropFile& file) { writer_.remove_file(file.source, file.uri); },
               },
               event);
  chunks_embedded_ += batch.chunks_embedded;
  chunks_known_ += batch.chunks_known;
  commit_if_due();
}

void DocumentSink::put(const IndexedDocument& document) {
  cut_tokens_ += document.cut_tokens;
  if (document.cut_tokens > 0) cut_documents_.emplace_back(document.document.uri, document.cut_tokens);
  writer_.put(document);
}

void DocumentSink::commit_if_due() {
  const auto now = std::chrono::steady_clock::now();
  if (writer_.pending_bytes() < kCommitBytes && now - last_commit_ < kCommitInterval) return;
  known_.committed(writer_.commit());
  last_commit_ = now;
}

}  // namespace rag
