#include "index/index_writer.h"

#include <algorithm>
#include <cmath>
#include <system_error>

#include "core/error.h"
#include "core/file.h"
#include "index/catalog.h"
#include "index/catalog_schema.h"
#include "index/catalog_upgrade.h"
#include "index/document_rows.h"
#include "index/encoded_texts.h"
#include "index/layout.h"
#include "index/ledger_rows.h"
#include "index/lexical_segment.h"
#include "index/segment_merge.h"
#include "index/segment_rows.h"
#include "index/vector_segment.h"
#include "index/write_lock.h"

namespace rag {
namespace {

// Rows of the segment to be, in the order of their ids.
struct PendingSegment {
  std::vector<ChunkId> ids;
  std::vector<std::vector<float>> vectors;  // a document each: a single long array would double its memory when it grows
  LexicalSegmentBuilder postings{default_analyzer()};
  std::size_t vector_bytes = 0;

  std::size_t bytes() const { return ids.size() * sizeof(ChunkId) + vector_bytes + postings.bytes(); }

  void add(IndexedDocument document, ChunkId first) {
    for (std::size_t i = 0; i < document.chunks.size(); ++i) {
      ids.push_back({first.value + static_cast<std::int64_t>(i)});
      postings.add(ids.back(), text_with_context(document.document.title, document.chunks[i]));
    }
    vector_bytes += document.vectors.size() * sizeof(float);
    vectors.push_back(std::move(document.vectors));
  }
};

void check_document(const IndexedDocument& indexed, std::size_t dimension) {
  const Document& document = indexed.document;
  const auto refuse = [&](const std::string& what) { throw Error(ErrorKind::Usage, "document '" + document.id + "': " + what); };
  if (document.id.empty()) refuse("an empty id, expected a name that is its own");
  if (indexed.vectors.size() != indexed.chunks.size() * dimension)
    refuse(std::to_string(indexed.vectors.size()) + " vector components, expected " + std::to_string(indexed.chunks.size()) + " chunks x " +
           std::to_string(dimension) + " dimensions");
  if (!indexed.encoded.empty() && indexed.encoded.size() != indexed.chunks.size())
    refuse(std::to_string(indexed.encoded.size()) + " hashes of what was encoded, expected one for each of " +
           std::to_string(indexed.chunks.size()) + " chunks, or none");
  for (const float value : indexed.vectors)
    if (!std::isfinite(value)) refuse("a vector that is not finite; the encoder is broken or its weights are damaged");
  for (const Chunk& chunk : indexed.chunks) {
    const Span span = chunk.span;
    if (span.begin > span.end || span.end > document.text.size() || document.text.compare(span.begin, span.size(), chunk.text) != 0)
      refuse("the chunk at bytes " + std::to_string(span.begin) + " to " + std::to_string(span.end) +
             " is not a verbatim piece of its text");
  }
}

class Writer final : public IndexWriter {
 public:
  Writer(const std::filesystem::path& directory, WriteLock lock, std::unique_ptr<Database> catalog)
      : directory_(directory), lock_(std::move(lock)), catalog_(std::move(catalog)), settings_(load_settings(*catalog_)) {
    remove_stray_files(directory_, numbers_of(load_segments(*catalog_)));
    remove_unfinished_rebuild(directory_);
    raise_format();
  }

  ~Writer() override { catalog_->roll_back(); }

  IndexSettings settings() const override { return settings_; }

  std::optional<DocumentRecord> find_document(const std::string& id) const override {
    auto row = find_document_row(*catalog_, id);
    if (!row) return std::nullopt;
    return std::move(row->record);
  }

  void put(IndexedDocument document) override {
    check_document(document, settings_.dimension);
    const auto existing = find_document_row(*catalog_, document.document.id);
    if (existing && existing->record.source != document.source)
      throw Error(ErrorKind::Usage, "document '" + document.document.id + "': already indexed from " + existing->record.source +
                                        ", now found in " + document.source + "; ids must be unique in an index");
    change([&] {
      if (existing) erase(*existing);
      const ChunkId first = next_chunk_id(*catalog_);
      insert_document(*catalog_, document, first);
      insert_encoded_texts(*catalog_, first, document.encoded);
      pending_.add(std::move(document), first);
      ++documents_put_;
    });
  }

  void remove(const std::string& document_id) override {
    const auto existing = find_document_row(*catalog_, document_id);
    if (!existing) return;
    change([&] {
      erase(*existing);
      ++documents_removed_;
    });
  }

  void rename(const std::string& document_id, const std::string& new_id, const std::string& new_uri,
              const std::string& new_file_uri) override {
    const auto existing = find_document_row(*catalog_, document_id);
    if (!existing)
      throw Error(ErrorKind::NotFound, "document '" + document_id + "': not in " + directory_.string() + ", so it cannot be renamed");
    if (new_id != document_id && find_document_row(*catalog_, new_id))
      throw Error(ErrorKind::Usage, "document '" + document_id + "': cannot be renamed to '" + new_id + "', which exists");
    change([&] { rename_document(*catalog_, *existing, new_id, new_uri, new_file_uri); });
  }

  void describe(const std::string& document_id, const Metadata& metadata, const std::vector<std::string>& acl, const std::string& language) override {
    const auto existing = find_document_row(*catalog_, document_id);
    if (!existing)
      throw Error(ErrorKind::NotFound, "document '" + document_id + "': not in " + directory_.string() + ", so it cannot be described");
    change([&] { describe_document(*catalog_, *existing, metadata, acl, language); });
  }

  void put_file(const FileRecord& file) override {
    change([&] { store_file(*catalog_, file); });
  }
  void remove_file(const std::string& source, const std::string& uri) override {
    change([&] { erase_file(*catalog_, source, uri); });
  }
  void add_source(const std::string& source) override {
    change([&] { catalog_->prepare("INSERT OR IGNORE INTO sources VALUES (?)").bind(source).run(); });
  }
  void remove_source(const std::string& source) override {
    change([&] {
      catalog_->prepare("DELETE FROM sources WHERE source = ?").bind(source).run();
      erase_source_settings(*catalog_, source);
    });
  }
  void put_source_settings(const SourceSettings& settings) override {
    change([&] { store_source_settings(*catalog_, settings); });
  }

  RunId begin_run(const std::string& command) override {
    RunId run;
    enter([&] { run = insert_run(*catalog_, command); });
    return run;
  }
  void note_file(RunId run, const FileEntry& entry) override {
    enter([&] { insert_file_entry(*catalog_, run, entry); });
  }
  void end_run(const RunEntry& run) override {
    enter([&] {
      RunEntry ended = run;
      ended.generation = load_generation(*catalog_) + (content_changed() ? 1 : 0);
      finish_run(*catalog_, ended);
    });
  }

  std::size_t pending_bytes() const override { return pending_.bytes(); }

  std::uint64_t commit() override {
    require_sound();
    if (!catalog_->in_transaction()) return load_generation(*catalog_);
    if (!content_changed()) {
      if (ledger_changes_ > 0) change([&] { catalog_->execute("COMMIT"); });
      catalog_->roll_back();
      return load_generation(*catalog_);
    }
    std::uint64_t generation = 0;
    change([&] {
      std::vector<SegmentRow> segments = with_pending(load_segments(*catalog_));
      store_segments(segments);
      merge_what_is_due(segments);
      generation = finish("commit", segments);
    });
    return generation;
  }

  void fold_log() override {
    if (catalog_->in_transaction()) return;
    try {
      catalog_->execute("PRAGMA wal_checkpoint(PASSIVE)");
    } catch (const Error&) {
    }
  }

  bool compact() override {
    commit();
    const auto groups = plan_compaction(load_segments(*catalog_));
    if (groups.empty()) return false;
    change([&] {
      for (const std::vector<SegmentRow>& group : groups) replace(group);
      finish("compact", load_segments(*catalog_));
    });
    catalog_->execute("PRAGMA incremental_vacuum");
    return true;
  }

 private:
  // In a transaction of its own, so that whatever is written and read from now on finds the current format.
  void raise_format() {
    if (catalog_format(*catalog_) >= kCatalogFormat) return;
    catalog_->execute("BEGIN IMMEDIATE");
    try {
      upgrade_catalog(*catalog_);
      catalog_->execute("COMMIT");
    } catch (...) {
      catalog_->roll_back();
      throw;
    }
  }

  // Runs `what` inside the transaction that commit() ends.  Where it fails (the disk is full, say) nothing put since the last
  // commit can be kept, and this writer says so from then on instead of committing half of it.
  template <typename What>
  void change(const What& what) {
    require_sound();
    try {
      if (!catalog_->in_transaction()) {
        begin_writing(*catalog_);
        changes_at_begin_ = catalog_->total_changes();
        ledger_changes_ = 0;
      }
      what();
    } catch (...) {
      broken_ = true;
      catalog_->roll_back();
      forget_pending();
      remove_unnamed();
      throw;
    }
  }

  bool content_changed() const { return catalog_->total_changes() - changes_at_begin_ != ledger_changes_; }

  // A change that only the ledger sees.
  template <typename What>
  void enter(const What& what) {
    change([&] {
      const std::int64_t before = catalog_->total_changes();
      what();
      ledger_changes_ += catalog_->total_changes() - before;
    });
  }

  void require_sound() const {
    if (broken_)
      throw Error(ErrorKind::Io,
                  directory_.string() + ": an earlier write failed, so nothing since the last commit was kept; run the command again");
  }

  void erase(const DocumentRow& document) {
    for (std::size_t i = 0; i < document.record.chunks; ++i)
      deleted_.push_back({document.first_chunk.value + static_cast<std::int64_t>(i)});
    erase_document(*catalog_, document.key);
  }

  // The segments with what was put since the last commit written as one more, and with what was deleted marked.
  std::vector<SegmentRow> with_pending(std::vector<SegmentRow> segments) {
    if (!pending_.ids.empty()) {
      SegmentRow fresh{.number = next_segment_number(*catalog_),
                       .first_chunk = pending_.ids.front(),
                       .last_chunk = pending_.ids.back(),
                       .rows = pending_.ids.size(),
                       .dimension = settings_.dimension};
      segments.push_back(std::move(fresh));
    }
    for (const ChunkId id : deleted_) {
      // Ranges do not overlap and ascend: only the last that begins at or before the chunk can hold it.
      auto after = std::upper_bound(segments.begin(), segments.end(), id, [](ChunkId a, const SegmentRow& b) { return a < b.first_chunk; });
      if (after != segments.begin()) std::prev(after)->mark_deleted(id);
    }
    if (!pending_.ids.empty() && segments.back().live() > 0) write_pending(segments.back());
    return segments;
  }

  void write_pending(SegmentRow& segment) {
    VectorSegmentWriter writer(vector_file(directory_, segment.number), segment.number, settings_.dimension, pending_.ids);
    for (std::vector<float>& vectors : pending_.vectors) writer.append(vectors);
    const VectorSegmentWriter::Finished finished = writer.finish();
    segment.vec_bytes = finished.bytes;
    segment.vec_checksum = finished.checksum;
    write_postings(directory_, pending_.postings.finish(), segment);
  }

  // A segment without a living row is dropped on the spot.
  void store_segments(std::vector<SegmentRow>& segments) {
    for (const SegmentRow& segment : segments) {
      if (segment.live() > 0)
        store_segment(*catalog_, segment);
      else
        erase_segment(*catalog_, segment.number);
    }
    std::erase_if(segments, [](const SegmentRow& segment) { return segment.live() == 0; });
  }

  // Merging is housekeeping: where it cannot be done (a full disk, a damaged segment) the commit stands all the same.
  void merge_what_is_due(std::vector<SegmentRow>& segments) {
    try {
      for (auto group = pick_merge(segments); !group.empty(); group = pick_merge(segments)) {
        replace(group);
        segments = load_segments(*catalog_);
      }
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::Io && error.kind() != ErrorKind::Corrupt) throw;
      if (!catalog_->in_transaction()) throw;  // SQLite itself gave up and rolled everything back
    }
  }

  void replace(const std::vector<SegmentRow>& group) {
    const std::uint64_t number = next_segment_number(*catalog_);
    const SegmentRow merged = merge_segments(directory_, group, number);
    for (const SegmentRow& segment : group) erase_segment(*catalog_, segment.number);
    store_segment(*catalog_, merged);
  }

  std::uint64_t finish(std::string_view what, const std::vector<SegmentRow>& segments) {
    const std::uint64_t generation = raise_generation(*catalog_, what, documents_put_, documents_removed_);
    catalog_->execute("COMMIT");
    forget_pending();
    remove_stray_files(directory_, numbers_of(segments));
    return generation;
  }

  void forget_pending() {
    pending_ = PendingSegment();
    deleted_.clear();
    documents_put_ = documents_removed_ = 0;
  }

  void remove_unnamed() noexcept {
    try {
      remove_stray_files(directory_, numbers_of(load_segments(*catalog_)));
    } catch (...) {  // strays are harmless: the next writer removes them
    }
  }

  std::filesystem::path directory_;
  WriteLock lock_;
  std::unique_ptr<Database> catalog_;
  IndexSettings settings_;
  PendingSegment pending_;
  std::vector<ChunkId> deleted_;
  std::size_t documents_put_ = 0;
  std::size_t documents_removed_ = 0;
  std::int64_t changes_at_begin_ = 0;
  std::int64_t ledger_changes_ = 0;  // of those since then
  bool broken_ = false;
};

void make_folders(const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::create_directories(segments_folder(directory), error);
  if (error) throw Error(ErrorKind::Io, segments_folder(directory).string() + ": cannot be created: " + error.message() + "; name another folder with --index");
  const auto parent = std::filesystem::absolute(directory).lexically_normal().parent_path();
  sync_folder(parent.filename().empty() && parent.has_relative_path() ? parent.parent_path() : parent);
}

// How to get back what the index was built with, or away from it.
void refuse_mismatch(const std::filesystem::path& directory, const IndexSettings& stored, const IndexSettings& wanted) {
  const auto refuse = [&](const std::string& what, const std::string& was, const std::string& is, const std::string& instead) {
    if (was == is) return;
    throw Error(ErrorKind::Mismatch, directory.string() + ": built with " + what + " \"" + was + "\", this run has \"" + is + "\"; " +
                                         instead + "run 'rag index --rebuild'");
  };
  refuse("embedder", stored.embedder, wanted.embedder, stored.model.empty() ? "" : "pass --model " + stored.model + " or ");
  refuse("dimension", std::to_string(stored.dimension), std::to_string(wanted.dimension),
         stored.model.empty() ? "" : "pass --model " + stored.model + " or ");
  refuse("chunker", stored.chunker, wanted.chunker, "pass the --chunker options it was built with or ");
  refuse("analyzer", stored.analyzer, wanted.analyzer, "use the rag it was built with or ");
}

}  // namespace

std::unique_ptr<IndexWriter> open_index_writer(const std::filesystem::path& directory, const IndexSettings& settings, int lock_timeout_ms) {
  if (settings.dimension == 0) throw Error(ErrorKind::Usage, directory.string() + ": vectors of dimension 0, expected at least 1");
  // The postings are cut by this build's analyzer, whatever the settings say.
  if (settings.analyzer != default_analyzer().name())
    throw Error(ErrorKind::Mismatch, directory.string() + ": analyzer \"" + settings.analyzer + "\" asked for, this build has \"" +
                                         default_analyzer().name() + "\"; use default_analyzer().name()");
  make_folders(directory);
  WriteLock lock(directory, lock_timeout_ms);
  if (!has_catalog(directory)) create_catalog(directory, settings);
  auto catalog = open_catalog_for_writing(directory);
  // An index that never held anything is nobody's yet.
  if (load_generation(*catalog) == 0)
    store_settings(*catalog, settings);
  else
    refuse_mismatch(directory, load_settings(*catalog), settings);
  return std::make_unique<Writer>(directory, std::move(lock), std::move(catalog));
}

std::unique_ptr<IndexWriter> open_existing_index_writer(const std::filesystem::path& directory, int lock_timeout_ms) {
  if (!has_catalog(directory)) throw Error(ErrorKind::Usage, directory.string() + ": no index here; make one with 'rag index FOLDER'");
  WriteLock lock(directory, lock_timeout_ms);
  auto catalog = open_catalog_for_writing(directory);
  return std::make_unique<Writer>(directory, std::move(lock), std::move(catalog));
}

}  // namespace rag
