#include "index/vector_lists.h"

#include <algorithm>
#include <system_error>
#include <vector>

#include "core/error.h"
#include "index/catalog.h"
#include "index/health.h"
#include "index/ivf_build.h"
#include "index/layout.h"
#include "index/segment_files.h"
#include "index/write_lock.h"

namespace rag {
namespace {

constexpr std::size_t kShareOfChange = 5;  // lists are made anew when more than one in so many chunks has changed
constexpr int kLockTimeoutMs = 2000;

struct Snapshot {
  std::uint64_t generation = 0;
  std::vector<SegmentRow> segments;
};

Snapshot snapshot_of(const std::filesystem::path& directory) {
  const auto catalog = open_catalog_for_reading(directory);
  catalog->execute("BEGIN");
  return {load_generation(*catalog), load_segments(*catalog)};
}

std::size_t living(const std::vector<SegmentRow>& segments) {
  std::size_t count = 0;
  for (const SegmentRow& segment : segments) count += segment.live();
  return count;
}

bool holds(const IvfFile& file, const SegmentRow& segment) {
  return std::ranges::any_of(file.segments(), [&](const IvfSegment& it) { return it.number == segment.number && it.checksum == segment.vec_checksum; });
}

VectorListsState state_of(const std::filesystem::path& directory, const Snapshot& snapshot) {
  const std::vector<SegmentRow>& segments = snapshot.segments;
  using Kind = VectorListsState::Kind;
  const std::filesystem::path path = ivf_file(directory);
  VectorListsState state{.newer = living(segments)};
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return state;
  try {
    const IvfFile file(MappedFile(path), path.string());
    state.bytes = file.bytes();
    state.lists = file.lists();
    for (std::size_t list = 0; list < file.lists(); ++list)
      if (!file.list(list).rows) throw Error(ErrorKind::Corrupt, path.string() + ": damaged: wrong checksum of list " + std::to_string(list));
    const bool fits = file.generation() <= snapshot.generation && (segments.empty() || file.dimension() == segments.front().dimension);
    for (const SegmentRow& segment : segments)
      if (fits && holds(file, segment)) state.chunks += segment.live();
    state.newer -= state.chunks;
    state.dead = static_cast<std::size_t>(file.rows()) - std::min<std::size_t>(state.chunks, file.rows());
    state.kind = state.chunks > 0 ? Kind::Sound : Kind::Stale;
    if (state.chunks == 0) state.trouble = "made of segments that are gone";
  } catch (const Error& trouble) {
    state.kind = trouble.kind() == ErrorKind::Corrupt ? Kind::Damaged : Kind::Stale;
    state.trouble = bare_message(trouble.what(), path);
  }
  return state;
}

void build(const std::filesystem::path& directory, Snapshot snapshot, Progress& progress) {
  std::error_code error;
  const std::filesystem::path path = ivf_file(directory);
  std::filesystem::create_directories(path.parent_path(), error);
  if (error) throw Error(ErrorKind::Io, path.parent_path().string() + ": cannot be created: " + error.message());
  const ChunkSet deleted = deleted_chunks(snapshot.segments);
  std::vector<std::unique_ptr<VectorSegment>> segments;
  std::vector<const VectorSegment*> views;
  for (SegmentRow& row : snapshot.segments) {
    MappedSegment mapped = map_segment(directory, std::move(row));
    segments.push_back(open_vectors(directory, mapped));
    views.push_back(segments.back().get());
  }
  const std::size_t dimension = views.front()->dimension();
  build_ivf_file(path, std::move(views), deleted, dimension, snapshot.generation, progress);
}

}  // namespace

VectorListsState vector_lists_state(const std::filesystem::path& directory) { return state_of(directory, snapshot_of(directory)); }

bool vector_lists_are_due(const VectorListsState& state, const VectorSearchOptions& options) {
  const std::size_t chunks = state.chunks + state.newer;
  if (chunks == 0 || options.method == VectorMethod::Exact || (options.method == VectorMethod::Auto && chunks <= options.ivf_from)) return false;
  return state.kind != VectorListsState::Kind::Sound || (state.newer + state.dead) * kShareOfChange > chunks;
}

bool update_vector_lists(const std::filesystem::path& directory, const VectorSearchOptions& options, Progress& progress) {
  if (options.method == VectorMethod::Exact) return false;
  if (options.method == VectorMethod::Auto && living(snapshot_of(directory).segments) <= options.ivf_from) return false;  // spares reading the file
  if (!vector_lists_are_due(vector_lists_state(directory), options)) return false;
  const WriteLock lock(directory, kLockTimeoutMs);
  build(directory, snapshot_of(directory), progress);
  return true;
}

bool remove_damaged_vector_lists(const std::filesystem::path& directory) {
  std::error_code error;
  return vector_lists_state(directory).kind == VectorListsState::Kind::Damaged && std::filesystem::remove(ivf_file(directory), error);
}

std::unique_ptr<const IvfFile> open_vector_lists(const std::filesystem::path& directory, std::uint64_t generation) {
  const std::filesystem::path path = ivf_file(directory);
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return nullptr;
  try {
    auto file = std::make_unique<const IvfFile>(MappedFile(path), path.string());
    return file->generation() <= generation ? std::move(file) : nullptr;
  } catch (const Error&) {  // 'rag status' tells of it; searching is exact meanwhile
    return nullptr;
  }
}

}  // namespace rag
