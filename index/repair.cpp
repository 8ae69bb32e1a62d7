#include <algorithm>
#include <cmath>
#include <memory>

#include "core/error.h"
#include "core/interrupt.h"
#include "index/catalog.h"
#include "index/catalog_upgrade.h"
#include "index/document_rows.h"
#include "index/health.h"
#include "index/layout.h"
#include "index/maintenance.h"
#include "index/segment_files.h"
#include "index/segment_merge.h"
#include "index/vector_lists.h"
#include "index/write_lock.h"

namespace rag {
namespace {

constexpr std::size_t kChunksPerCall = 64;
constexpr int kLockTimeoutMs = 2000;

class Repair {
 public:
  Repair(const std::filesystem::path& directory, const EmbedChunks& embed, Progress& progress)
      : directory_(directory),
        lock_(directory, kLockTimeoutMs),
        catalog_(open_catalog_for_writing(directory)),
        settings_(load_settings(*catalog_)),
        texts_(*catalog_),
        embed_(embed),
        progress_(progress) {}

  RepairReport run() {
    if (const std::string trouble = catalog_trouble(*catalog_, true); !trouble.empty())
      throw Error(ErrorKind::Corrupt, catalog_->file().string() + ": damaged beyond repair (" + trouble +
                                          "); restore it from a backup, or remove the index and run 'rag index' again");
    report_.files_removed = remove_strays();
    remove_unfinished_rebuild(directory_);
    try {
      begin_writing(*catalog_);
      const std::size_t removed = drop_damaged_documents();
      rebuild_segments();
      if (removed > 0 || changed_) raise_generation(*catalog_, "repair", 0, removed);
      catalog_->execute("COMMIT");
    } catch (...) {
      catalog_->roll_back();
      remove_strays();
      throw;
    }
    remove_strays();
    report_.files_removed += remove_damaged_vector_lists(directory_) ? 1 : 0;
    return report_;
  }

 private:
  std::size_t remove_strays() { return remove_stray_files(directory_, numbers_of(load_segments(*catalog_))); }

  // What the catalog holds of them cannot be trusted; without its file's record the next 'rag index' reads the file again.
  std::size_t drop_damaged_documents() {
    std::size_t removed = 0;
    const std::vector<std::int64_t> keys = document_keys(*catalog_);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      throw_if_interrupted();
      progress_.update("checking documents", i, keys.size());
      const std::string trouble = document_trouble(*catalog_, texts_, keys[i], true);
      if (trouble.empty()) continue;
      Statement row = catalog_->prepare("SELECT id, source, file_uri, uri FROM documents WHERE key = ?");
      row.bind(keys[i]).step();
      report_.lost.push_back("document '" + row.string(0) + "' (" + row.string(3) + "): " + trouble + "; removed, run 'rag index' to read it again");
      erase_file(*catalog_, row.text(1), row.text(2));
      erase_document(*catalog_, keys[i]);
      ++removed;
    }
    return removed;
  }

  void rebuild_segments() {
    const std::vector<SegmentRow> segments = load_segments(*catalog_);
    for (std::size_t i = 0; i < segments.size(); ++i) {
      progress_.update("checking segments", i, segments.size());
      if (!segment_health(directory_, *catalog_, texts_, segments[i], true).sound()) rebuild(segments[i]);
    }
    progress_.update("checking segments", segments.size(), segments.size());
  }

  void rebuild(const SegmentRow& old) {
    changed_ = true;
    ++report_.segments_rebuilt;
    std::vector<ChunkId> ids;
    visit_chunk_rows(*catalog_, old.first_chunk, old.last_chunk, [&](const ChunkRow& row) { ids.push_back(row.chunk.id); });
    if (!ids.empty()) store_segment(*catalog_, write_segment(old, ids));
    erase_segment(*catalog_, old.number);
  }

  SegmentRow write_segment(const SegmentRow& old, const std::vector<ChunkId>& ids) {
    if (settings_.analyzer != default_analyzer().name())
      throw Error(ErrorKind::Mismatch, directory_.string() + ": built with analyzer \"" + settings_.analyzer + "\", this build has \"" +
                                           default_analyzer().name() + "\"; use the rag it was built with or run 'rag index --rebuild'");
    const std::unique_ptr<VectorSegment> sound = old_vectors(old);
    SegmentRow fresh{.number = next_segment_number(*catalog_),
                     .first_chunk = ids.front(),
                     .last_chunk = ids.back(),
                     .rows = ids.size(),
                     .dimension = settings_.dimension};
    VectorSegmentWriter writer(vector_file(directory_, fresh.number), fresh.number, fresh.dimension, ids);
    LexicalSegmentBuilder postings(default_analyzer());
    std::vector<TitledChunk> batch;
    const auto flush = [&] {
      writer.append(vectors_of(sound.get(), batch));
      progress_.update("rebuilding a segment", postings.chunk_count(), ids.size());
      batch.clear();
    };
    visit_chunks(*catalog_, texts_, old, [&](TitledChunk it) {
      postings.add(it.chunk.id, text_with_context(it.title, it.chunk));
      batch.push_back(std::move(it));
      if (batch.size() == kChunksPerCall) flush();
    });
    flush();
    const VectorSegmentWriter::Finished finished = writer.finish();
    fresh.vec_bytes = finished.bytes;
    fresh.vec_checksum = finished.checksum;
    write_postings(directory_, postings.finish(), fresh);
    return fresh;
  }

  std::unique_ptr<VectorSegment> old_vectors(const SegmentRow& old) const {
    try {
      MappedSegment mapped = map_segment(directory_, old);
      return open_vectors(directory_, mapped);
    } catch (const Error&) {
      return nullptr;
    }
  }

  // Vectors whose checksums still hold are kept; only the others are embedded again.
  std::vector<float> vectors_of(const VectorSegment* sound, const std::vector<TitledChunk>& chunks) {
    std::vector<float> vectors(chunks.size() * settings_.dimension);
    std::vector<TitledChunk> lost_chunks;
    std::vector<std::size_t> lost;
    for (std::size_t i = 0; i < chunks.size(); ++i) {
      if (sound && copy_row(*sound, chunks[i].chunk.id, vectors.data() + i * settings_.dimension)) continue;
      lost.push_back(i);
      lost_chunks.push_back(chunks[i]);
    }
    if (lost.empty()) return vectors;
    const std::vector<float> embedded = embed(lost_chunks);
    for (std::size_t i = 0; i < lost.size(); ++i)
      std::copy_n(embedded.data() + i * settings_.dimension, settings_.dimension, vectors.data() + lost[i] * settings_.dimension);
    return vectors;
  }

  static bool copy_row(const VectorSegment& from, ChunkId id, float* to) {
    const auto row = from.find(id);
    if (!row) return false;
    try {
      const std::span<const float> vector = from.vectors(*row, *row + 1);
      if (!std::all_of(vector.begin(), vector.end(), [](float value) { return std::isfinite(value); })) return false;
      std::copy(vector.begin(), vector.end(), to);
      return true;
    } catch (const Error&) {
      return false;
    }
  }

  std::vector<float> embed(const std::vector<TitledChunk>& chunks) {
    throw_if_interrupted();
    if (!embed_)
      throw Error(ErrorKind::Usage, directory_.string() + ": damaged vectors need the model \"" + settings_.model +
                                        "\" to be made again; pass --model " + settings_.model);
    std::vector<float> vectors = embed_(chunks);
    if (vectors.size() != chunks.size() * settings_.dimension)
      throw Error(ErrorKind::Mismatch, directory_.string() + ": the model gave " + std::to_string(vectors.size()) + " numbers for " +
                                           std::to_string(chunks.size()) + " chunks, expected " + std::to_string(settings_.dimension) +
                                           " each; pass --model " + settings_.model);
    if (!std::all_of(vectors.begin(), vectors.end(), [](float value) { return std::isfinite(value); }))
      throw Error(ErrorKind::Backend, directory_.string() + ": the model gave a vector that is not finite; check it with 'rag doctor'");
    report_.chunks_embedded += chunks.size();
    return vectors;
  }

  std::filesystem::path directory_;
  WriteLock lock_;
  std::unique_ptr<Database> catalog_;
  IndexSettings settings_;
  StoredTexts texts_;
  const EmbedChunks& embed_;
  Progress& progress_;
  RepairReport report_;
  bool changed_ = false;
};

}  // namespace

RepairReport repair_index(const std::filesystem::path& directory, const EmbedChunks& embed, Progress& progress) {
  if (!has_catalog(directory)) throw Error(ErrorKind::Usage, directory.string() + ": no index here; make one with 'rag index FOLDER'");
  return Repair(directory, embed, progress).run();
}

}  // namespace rag
