#include "index/vector_lists.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>
#include <vector>

#include "core/error.h"
#include "core/file.h"
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

// "4f1c... 17": which file, by its identity, and which list.  A note of another file says nothing of this one.
std::string damage_note(const IvfFile& file, std::size_t list) { return std::to_string(file.identity()) + " " + std::to_string(list) + "\n"; }

void note_damage(const std::filesystem::path& note, const std::string& text) noexcept {
  try {
    write_file_atomically(note, text);
  } catch (const std::exception&) {  // of somebody else, or a full disk: the answer is right all the same
  }
}

// The list that a search found damaged in this very file.
std::optional<std::size_t> noted_damage(const std::filesystem::path& note, const IvfFile& file) {
  constexpr std::size_t kLongestNote = 64;
  std::error_code error;
  if (!std::filesystem::exists(note, error)) return std::nullopt;
  try {
    const std::string text = read_file(note, kLongestNote);
    const std::size_t blank = std::min(text.find(' '), text.size());
    std::size_t list = 0;
    std::from_chars(text.data() + std::min(blank + 1, text.size()), text.data() + text.size(), list);
    return text == damage_note(file, list) ? std::optional(list) : std::nullopt;
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::optional<std::size_t> damaged_list(const std::filesystem::path& directory, const IvfFile& file, ListCheck check) {
  if (check == ListCheck::Tables) return noted_damage(ivf_damage_file(directory), file);
  for (std::size_t list = 0; list < file.lists(); ++list)
    if (!file.list(list).rows) return list;
  return std::nullopt;
}

VectorListsState state_of(const std::filesystem::path& directory, const Snapshot& snapshot, ListCheck check) {
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
    if (const auto list = damaged_list(directory, file, check)) throw Error(ErrorKind::Corrupt, path.string() + ": damaged: wrong checksum of list " + std::to_string(*list));
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
  std::filesystem::remove(ivf_damage_file(directory), error);
}

}  // namespace

VectorListsState vector_lists_state(const std::filesystem::path& directory, ListCheck check) { return state_of(directory, snapshot_of(directory), check); }

bool vector_lists_are_due(const VectorListsState& state, const VectorSearchOptions& options) {
  const std::size_t chunks = state.chunks + state.newer;
  if (chunks == 0 || options.method == VectorMethod::Exact || (options.method == VectorMethod::Auto && chunks <= options.ivf_from)) return false;
  return state.kind != VectorListsState::Kind::Sound || (state.newer + state.dead) * kShareOfChange > chunks;
}

bool update_vector_lists(const std::filesystem::path& directory, const VectorSearchOptions& options, Progress& progress) {
  if (options.method == VectorMethod::Exact) return false;
  if (!vector_lists_are_due(vector_lists_state(directory), options)) return false;
  const WriteLock lock(directory, kLockTimeoutMs);
  build(directory, snapshot_of(directory), progress);
  return true;
}

bool remove_damaged_vector_lists(const std::filesystem::path& directory) {
  std::error_code error;
  if (vector_lists_state(directory, ListCheck::EveryByte).kind != VectorListsState::Kind::Damaged || !std::filesystem::remove(ivf_file(directory), error)) return false;
  std::filesystem::remove(ivf_damage_file(directory), error);
  return true;
}

std::unique_ptr<const IvfFile> open_vector_lists(const std::filesystem::path& directory, std::uint64_t generation) {
  const std::filesystem::path path = ivf_file(directory);
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return nullptr;
  try {
    auto file = std::make_unique<IvfFile>(MappedFile(path), path.string());
    if (file->generation() > generation) return nullptr;
    file->when_damaged([note = ivf_damage_file(directory), opened = file.get()](std::size_t list) { note_damage(note, damage_note(*opened, list)); });
    return file;
  } catch (const Error&) {  // 'rag status' tells of it; searching is exact meanwhile
    return nullptr;
  }
}

}  // namespace rag
