#include "pipelines/document_sink.h"

#include "pipelines/file_notes.h"

namespace rag {
namespace {

// Some 7,000 chunks of 384 numbers.  Larger segments to begin with would save little, since they are merged eight at a time.
constexpr std::size_t kCommitBytes = std::size_t{16} << 20;
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
                   [&](const DescribeDocument& to) { writer_.describe(to.id, to.metadata, to.acl, to.language); },
                   [&](const PutFile& file) { writer_.put_file(file.file); },
                   [&](const DropFile& file) { writer_.remove_file(file.source, file.uri); },
                   [&](const NoteFile& file) { note(file.entry); },
               },
               event);
  chunks_embedded_ += batch.chunks_embedded;
  chunks_known_ += batch.chunks_known;
  commit_if_due();
}

void DocumentSink::put(const IndexedDocument& document) {
  cut_tokens_ += document.cut_tokens;
  if (document.cut_tokens > 0) {
    cut_documents_.add({document.document.uri, std::to_string(document.cut_tokens) + " tokens beyond the encoder's limit do not count for its vectors"});
    cut_of_file_[{document.source, document.file_uri}] += document.cut_tokens;
  }
  writer_.put(document);
}

void DocumentSink::note(FileEntry entry) {
  if (const auto cut = cut_of_file_.find({entry.source, entry.uri}); cut != cut_of_file_.end()) {
    entry.cut_tokens = cut->second;
    cut_of_file_.erase(cut);
  }
  files_with_loss_ += entry.state != file_state::kSkipped && has_loss(entry);
  writer_.note_file(run_, entry);
}

void DocumentSink::commit_if_due() {
  const auto now = std::chrono::steady_clock::now();
  if (writer_.pending_bytes() < kCommitBytes && now - last_commit_ < kCommitInterval) return;
  known_.committed(writer_.commit());
  last_commit_ = now;
}

}  // namespace rag
