#include "index/index_reader.h"

#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <system_error>

#include "core/error.h"
#include "core/time_mark.h"
#include "index/catalog.h"
#include "index/catalog_files.h"
#include "index/device_search.h"
#include "index/document_rows.h"
#include "index/encoded_texts.h"
#include "index/ivf_search.h"
#include "index/layout.h"
#include "index/ledger_rows.h"
#include "index/segment_files.h"
#include "index/signature_rows.h"
#include "index/stored_text.h"
#include "index/vector_lists.h"

namespace rag {
namespace {

constexpr int kSnapshotTries = 20;

// What tells whether a file was written to.
struct FileState {
  std::int64_t bytes = 0, seconds = 0, nanoseconds = 0;
  friend bool operator==(const FileState&, const FileState&) = default;
};

FileState state_of(const std::filesystem::path& file) {
  struct stat info {};
  if (::stat(file.c_str(), &info) != 0) return {};
  return {info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec};
}

class Reader final : public IndexReader {
 public:
  explicit Reader(const std::filesystem::path& directory)
      : directory_(directory), catalog_(open_catalog_for_reading(directory)), texts_(*catalog_) {
    state_ = state_of(catalog_file(directory_));
    take_snapshot();
    settings_ = load_settings(*catalog_);
    deleted_ = deleted_chunks(rows());
  }

  const std::filesystem::path& directory() const override { return directory_; }
  IndexSettings settings() const override { return settings_; }
  std::uint64_t generation() const override { return generation_; }

  IndexStatistics statistics() const override {
    IndexStatistics out{.generation = generation_, .segments = segments_.size()};
    out.documents = static_cast<std::size_t>(catalog_->integer("SELECT count(*) FROM documents"));
    out.cut_tokens = static_cast<std::size_t>(catalog_->integer("SELECT coalesce(sum(cut_tokens), 0) FROM documents"));
    out.skipped_files = static_cast<std::size_t>(catalog_->integer("SELECT count(*) FROM files WHERE skipped <> ''"));
    for (const MappedSegment& segment : segments_) {
      out.chunks += segment.row.live();
      out.deleted_chunks += segment.row.deleted;
      out.bytes += segment.row.vec_bytes + segment.row.lex_bytes;
    }
    for (const char* suffix : {"", "-wal"})
      out.bytes += static_cast<std::uint64_t>(state_of(catalog_file(directory_).string() + suffix).bytes);
    confirm();
    return out;
  }

  const VectorIndex& vectors() const override {
    if (!vector_index_) {
      std::vector<const VectorSegment*> views;
      vector_segments_.clear();
      for (MappedSegment& segment : segments_) {
        vector_segments_.push_back(open_vectors(directory_, segment));
        views.push_back(vector_segments_.back().get());
      }
      auto on_processor = make_ivf_index(views, &deleted_, settings_.dimension, open_vector_lists(directory_, generation_));
      vector_index_ = make_device_index(std::move(on_processor), std::move(views), &deleted_, settings_.dimension);
    }
    return *vector_index_;
  }

  const LexicalIndex& lexical() const override {
    if (!lexical_index_) {
      if (settings_.analyzer != default_analyzer().name())
        throw Error(ErrorKind::Mismatch, directory_.string() + ": built with analyzer \"" + settings_.analyzer + "\", this build has \"" +
                                             default_analyzer().name() + "\"; use the rag it was built with or run 'rag index --rebuild'");
      std::vector<LexicalSegmentView> views;
      lexical_segments_.clear();
      for (MappedSegment& segment : segments_) {
        lexical_segments_.push_back(open_postings(directory_, segment));
        views.push_back({lexical_segments_.back().get(), segment.row.deleted > 0 ? &deleted_ : nullptr});
      }
      lexical_index_ = make_lexical_index(std::move(views), default_analyzer());
    }
    return *lexical_index_;
  }

  std::vector<Passage> passages(std::span<const ChunkId> chunks) const override {
    std::vector<Passage> passages;
    std::map<std::int64_t, DocumentRow> documents;
    for (const ChunkId id : chunks) {
      auto chunk = find_chunk_row(*catalog_, id);
      if (!chunk) continue;
      auto document = documents.find(chunk->document_key);
      if (document == documents.end()) document = documents.emplace(chunk->document_key, owner_of(*chunk)).first;
      const DocumentRecord& record = document->second.record;
      const std::int64_t key = chunk->document_key;
      passages.push_back({.chunk = with_text(std::move(*chunk), document->second),
                          .uri = record.uri,
                          .title = record.title,
                          .language = record.language,
                          .metadata = record.metadata});
      if (record.metadata.contains("duration")) passages.back().time = time_of(passages.back().chunk, key);
    }
    confirm();
    return passages;
  }

  std::vector<Chunk> chunks_of(const std::string& document_id) const override {
    std::vector<Chunk> chunks;
    const DocumentRow document = require(document_id);
    for (ChunkRow& row : chunk_rows_of(*catalog_, document.key)) chunks.push_back(with_text(std::move(row), document));
    confirm();
    return chunks;
  }

  std::vector<EmbeddedChunk> embedded_as(std::uint64_t text_hash) const override {
    std::vector<EmbeddedChunk> found;
    if (!has_copies_) return found;
    for (const EncodedTextRow& row : find_encoded_texts(*catalog_, text_hash)) {
      try {
        auto chunk = find_chunk_row(*catalog_, row.chunk);
        std::vector<float> vector = vector_of(row.chunk);
        if (!chunk || vector.empty()) continue;
        const DocumentRow document = owner_of(*chunk);
        found.push_back({{document.record.title, with_text(std::move(*chunk), document)}, std::move(vector), row.cut_tokens});
      } catch (const Error& error) {
        if (error.kind() != ErrorKind::Corrupt) throw;  // damage is for 'rag verify' to tell; here it only means embedding once more
      }
    }
    confirm();
    return found;
  }

  std::vector<std::string> documents_of(std::span<const ChunkId> chunks) const override {
    std::vector<std::string> documents;
    Statement row = catalog_->prepare("SELECT d.id FROM chunks c JOIN documents d ON d.key = c.document WHERE c.id = ?");
    for (const ChunkId chunk : chunks) documents.push_back(row.bind(chunk.value).step() ? row.string(0) : "");
    confirm();
    return documents;
  }

  std::optional<TextSignature> signature_of(const std::string& document_id) const override {
    auto signature = has_copies_ ? find_signature(*catalog_, document_id) : std::nullopt;
    confirm();
    return signature;
  }

  void for_each_signature(const std::function<void(const std::string&, const TextSignature&)>& visit) const override {
    if (has_copies_) visit_signatures(*catalog_, visit);
    confirm();
  }

  std::optional<DocumentRecord> find_document(const std::string& id) const override {
    const auto row = find_document_row(*catalog_, id);
    confirm();
    return row ? std::optional(row->record) : std::nullopt;
  }

  DocumentRecord resolve_document(const std::string& id_or_uri) const override {
    if (auto document = find_document(id_or_uri)) return *document;
    std::vector<std::string> fitting = document_ids_by_uri(*catalog_, id_or_uri);
    // Enough of them to show; an empty beginning fits all and means none.
    if (fitting.empty() && !id_or_uri.empty()) fitting = document_ids_by_prefix(*catalog_, id_or_uri, 4);
    if (fitting.empty()) not_found(id_or_uri);
    if (fitting.size() == 1) return require(fitting.front()).record;
    std::string listed;
    for (std::size_t i = 0; i < std::min<std::size_t>(3, fitting.size()); ++i) listed += (i ? ", " : "") + fitting[i];
    throw Error(ErrorKind::Usage,
                "document '" + id_or_uri + "': fits several (" + listed + (fitting.size() > 3 ? ", ..." : "") + "); give one id in full");
  }

  Document load_document(const std::string& id) const override {
    DocumentRow row = require(id);
    DocumentRecord& record = row.record;
    Document document{.id = record.id,
                      .uri = record.uri,
                      .title = record.title,
                      .media_type = record.media_type,
                      .language = record.language,
                      .text = texts_.read(row.key, {0, record.text_bytes}),
                      .metadata = std::move(record.metadata),
                      .acl = std::move(record.acl)};
    read_structure(*catalog_, row.key, document);
    confirm();
    return document;
  }

  std::string text_of(const std::string& id, Span span) const override {
    const DocumentRow row = require(id);
    if (span.begin > span.end || span.end > row.record.text_bytes)
      throw Error(ErrorKind::NotFound, "document '" + id + "': no bytes " + std::to_string(span.begin) + " to " + std::to_string(span.end) +
                                           ", its text has " + std::to_string(row.record.text_bytes));
    std::string text = texts_.read(row.key, span);
    confirm();
    return text;
  }

  void for_each_document(const std::function<void(const DocumentRecord&)>& visit) const override {
    visit_document_rows(*catalog_, true, [&](const DocumentRow& row) { visit(row.record); });
    confirm();
  }

  void for_each_file(const std::function<void(const FileRecord&)>& visit) const override {
    visit_files(*catalog_, visit);
    confirm();
  }

  std::unique_ptr<FileCursor> files_of(const std::string& source, const std::string& uri_prefix) const override {
    return open_file_cursor(*catalog_, source, uri_prefix);
  }

  std::vector<DocumentRecord> documents_of_file(const std::string& source, const std::string& file_uri) const override {
    std::vector<DocumentRecord> documents;
    visit_document_rows_of_file(*catalog_, source, file_uri, [&](const DocumentRow& row) { documents.push_back(row.record); });
    confirm();
    return documents;
  }

  std::size_t count_documents_of(const std::string& source) const override {
    Statement row = catalog_->prepare("SELECT count(*) FROM documents WHERE source = ?");
    row.bind(source).step();
    return row.natural(0);
  }

  ChunkSet chunks_where(const std::function<bool(const DocumentRecord&)>& accept) const override {
    ChunkSet chunks;
    visit_document_rows(*catalog_, false, [&](const DocumentRow& row) {
      if (!accept(row.record)) return;
      // From the last on, so that the set grows once.
      for (std::size_t i = row.record.chunks; i-- > 0;) chunks.insert({row.first_chunk.value + static_cast<std::int64_t>(i)});
    });
    confirm();
    return chunks;
  }

  std::vector<std::string> sources() const override {
    std::vector<std::string> sources = load_sources(*catalog_);
    confirm();
    return sources;
  }

  std::vector<SourceSettings> source_settings() const override {
    std::vector<SourceSettings> settings = load_source_settings(*catalog_);
    confirm();
    return settings;
  }

  std::vector<RunEntry> runs() const override {
    std::vector<RunEntry> runs = load_runs(*catalog_);
    confirm();
    return runs;
  }

  void for_each_file_of_run(RunId run, const std::function<void(const FileEntry&)>& visit) const override {
    visit_file_entries(*catalog_, run, visit);
    confirm();
  }

 private:
  // A writer may merge and unlink segments between our reading their names and mapping them: then the generation has moved
  // on, and we look again.  Where it has not, they are missing.
  void take_snapshot() {
    bool missing = true;
    for (int tries = 0; tries < kSnapshotTries && missing; ++tries) {
      catalog_->roll_back();
      catalog_->execute("BEGIN");
      const std::uint64_t generation = load_generation(*catalog_);
      if (tries > 0 && generation == generation_) return;
      generation_ = generation;
      has_copies_ = catalog_format(*catalog_) >= 2;
      segments_.clear();
      missing = false;
      for (SegmentRow& row : load_segments(*catalog_)) {
        segments_.push_back(map_segment(directory_, std::move(row)));
        missing |= !segments_.back().vectors || !segments_.back().postings;
      }
    }
  }

  // Empty where no segment has it.
  std::vector<float> vector_of(ChunkId id) const {
    vectors();  // opens the segments
    for (const auto& segment : vector_segments_) {
      const auto row = segment->find(id);
      if (!row) continue;
      const std::span<const float> vector = segment->vectors(*row, *row + 1);
      return {vector.begin(), vector.end()};
    }
    return {};
  }

  std::vector<SegmentRow> rows() const {
    std::vector<SegmentRow> rows;
    for (const MappedSegment& segment : segments_) rows.push_back(segment.row);
    return rows;
  }

  [[noreturn]] void not_found(const std::string& id) const {
    throw Error(ErrorKind::NotFound, "document '" + id + "': not in " + directory_.string() + "; 'rag ls' lists what is");
  }

  DocumentRow require(const std::string& id) const {
    auto row = find_document_row(*catalog_, id);
    if (!row) not_found(id);
    return std::move(*row);
  }

  DocumentRow owner_of(const ChunkRow& chunk) const {
    auto row = find_document_row(*catalog_, chunk.document_key);
    if (!row)
      throw Error(ErrorKind::Corrupt, catalog_->file().string() + ": chunk " + std::to_string(chunk.chunk.id.value) +
                                          " belongs to no document; run 'rag repair'");
    return std::move(*row);
  }

  Chunk with_text(ChunkRow row, const DocumentRow& document) const {
    row.chunk.document_id = document.record.id;
    row.chunk.text = texts_.read(row.document_key, row.chunk.span);
    return std::move(row.chunk);
  }

  // Its own mark, or the last one before it: a chunk may begin in the middle of a piece.
  std::string time_of(const Chunk& chunk, std::int64_t document_key) const {
    if (std::string time = time_at(chunk.text, 0); !time.empty()) return time;
    // Pieces have some hundred bytes; a document without marks is not read through for every passage of it.
    for (std::size_t back = 2048; back <= std::size_t{128} << 10; back *= 4) {
      const std::size_t begin = chunk.span.begin - std::min(back, chunk.span.begin);
      std::string time = time_at(texts_.read(document_key, {begin, chunk.span.begin}), chunk.span.begin - begin);
      if (!time.empty() || begin == 0) return time;
    }
    return "";
  }

  // Without locks nothing keeps another user from writing while we read; what we read is then no snapshot.
  void confirm() const {
    if (catalog_->access() == Database::Access::ReadAlone && state_of(catalog_->file()) != state_)
      throw Error(ErrorKind::Io, directory_.string() + ": was written to while it was read without locks; run the command again");
  }

  std::filesystem::path directory_;
  std::unique_ptr<Database> catalog_;
  mutable StoredTexts texts_;
  FileState state_;
  std::uint64_t generation_ = 0;
  bool has_copies_ = false;  // the tables that copies are recognised by; not in format 1
  IndexSettings settings_;
  ChunkSet deleted_;
  mutable std::vector<MappedSegment> segments_;
  mutable std::vector<std::unique_ptr<VectorSegment>> vector_segments_;
  mutable std::vector<std::unique_ptr<LexicalSegment>> lexical_segments_;
  mutable std::unique_ptr<VectorIndex> vector_index_;
  mutable std::unique_ptr<LexicalIndex> lexical_index_;
};

}  // namespace

std::unique_ptr<IndexReader> open_index_reader(const std::filesystem::path& directory) { return std::make_unique<Reader>(directory); }

}  // namespace rag
