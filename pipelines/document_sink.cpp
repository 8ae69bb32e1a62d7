#include "pipelines/document_sink.h"

#include <algorithm>
#include <utility>

#include "core/heap.h"
#include "pipelines/file_notes.h"

namespace rag {
namespace {

// Some 7,000 chunks of 384 numbers.  Larger segments to begin with would save little, since they are merged eight at a time.
constexpr std::size_t kCommitBytes = std::size_t{16} << 20;
constexpr std::chrono::seconds kCommitInterval{15};
constexpr std::size_t kLargeCommitBytes = 2 * kCommitBytes;  // a large document is in it, which the stages before have left behind on their heaps

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
                   [&](const RenameDocument& rename) { this->rename(rename); },
                   [&](const DescribeDocument& to) { writer_.describe(to.id, to.metadata, to.acl, to.language); },
                   [&](const PutFile& file) { put_file(file.file, file.as_before); },
                   [&](const DropFile& file) { writer_.remove_file(file.source, file.uri); },
                   [&](const NoteFile& file) { note(file.entry); },
               },
               event);
  chunks_embedded_ += batch.chunks_embedded;
  chunks_known_ += batch.chunks_known;
  batch = {};  // what a commit takes comes on top
  commit_if_due();
}

// Two names whose hashes begin alike are found in a minute; a corpus chooses the ids of its lines; a folder called "a.zip!" gives its files the uris of what
// lies in a.zip.  None of them may take the place of another.
std::optional<std::string> DocumentSink::free_id(const std::string& id, const DocumentName& name) const {
  const auto is_free = [&](const std::string& wanted) {
    const auto there = writer_.find_document(wanted);
    return !there || (there->source == name.source && there->file_uri == name.file_uri && there->uri == name.uri);
  };
  if (is_free(id)) return id;
  if (id != derived_id(name)) return std::nullopt;
  for (int attempt = 1;; ++attempt)
    if (std::string other = derived_id(name, attempt); is_free(other)) return other;
}

void DocumentSink::rename(const RenameDocument& rename) {
  const auto document = writer_.find_document(rename.id);
  const auto id = free_id(rename.new_id, {document ? document->source : "", rename.new_file_uri, rename.new_uri});
  writer_.rename(rename.id, id.value_or(rename.id), rename.new_uri, rename.new_file_uri);
}

void DocumentSink::put_file(FileRecord record, std::size_t as_before) {
  file_.warnings = file_.refused.take();
  if (file_.refusals > 0 && file_.kept + as_before == 0) {
    record.skipped = file_.skipped = "no document in it: " + file_.warnings.front();
    skipped_.add({record.uri, record.skipped});
  } else {
    for (const std::string& warning : file_.warnings) losses_.add({record.uri, warning});
  }
  record.warnings.insert(record.warnings.end(), file_.warnings.begin(), file_.warnings.end());
  file_.kept = 0;
  writer_.put_file(record);
}

void DocumentSink::put(IndexedDocument& document) {
  const auto id = free_id(document.document.id, {document.source, document.file_uri, document.document.uri});
  if (!id) {
    ++refused_;
    ++file_.refusals;
    const auto owner = writer_.find_document(document.document.id);
    return file_.refused.add("_id \"" + document.document.id + "\" already belongs to " + owner->uri + " of " + owner->source + "; left out here");
  }
  ++file_.kept;
  if (*id != document.document.id) {
    document.document.id = *id;
    for (Chunk& chunk : document.chunks) chunk.document_id = *id;
  }
  cut_tokens_ += document.cut_tokens;
  if (document.cut_tokens > 0) {
    losses_.add({document.document.uri, std::to_string(document.cut_tokens) + " tokens beyond the encoder's limit do not count for its vectors"});
    cut_of_file_[{document.source, document.file_uri}] += document.cut_tokens;
  }
  writer_.put(std::move(document));
}

void DocumentSink::note(FileEntry entry) {
  if (const auto cut = cut_of_file_.find({entry.source, entry.uri}); cut != cut_of_file_.end()) {
    entry.cut_tokens = cut->second;
    cut_of_file_.erase(cut);
  }
  entry.documents -= std::min(entry.documents, std::exchange(file_.refusals, 0));
  if (!file_.skipped.empty()) {
    entry.state = file_state::kSkipped;
    entry.reason = std::exchange(file_.skipped, "");
  }
  entry.warnings.insert(entry.warnings.end(), file_.warnings.begin(), file_.warnings.end());
  file_.warnings.clear();
  files_with_loss_ += entry.state != file_state::kSkipped && has_loss(entry);
  writer_.note_file(run_, entry);
}

void DocumentSink::commit_if_due() {
  const auto now = std::chrono::steady_clock::now();
  const std::size_t pending = writer_.pending_bytes();
  if (pending < kCommitBytes && now - last_commit_ < kCommitInterval) return;
  if (pending >= kLargeCommitBytes) give_memory_back();
  known_.committed(writer_.commit());
  writer_.fold_log();
  if (pending >= kLargeCommitBytes) give_memory_back();
  last_commit_ = now;
}

}  // namespace rag
