#include "index/index_rebuild.h"

#include <unistd.h>

#include <set>
#include <string>
#include <system_error>

#include "core/error.h"
#include "core/file.h"
#include "index/catalog.h"
#include "index/catalog_upgrade.h"
#include "index/health.h"
#include "index/layout.h"
#include "index/ledger_rows.h"
#include "index/segment_rows.h"

namespace rag {
namespace {

namespace fs = std::filesystem;

// A catalog that cannot be read has nothing to lose and no numbers to go on from.
bool is_beyond_reading(const Error& error) { return error.kind() == ErrorKind::Corrupt || error.kind() == ErrorKind::Mismatch; }

void move_file(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (error) throw Error(ErrorKind::Io, to.string() + ": cannot be put in place: " + error.message() + "; the old index is kept");
}

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

// Parents after their children when rows go, before them when rows come.
constexpr const char* kReplaceRows =
    "DELETE FROM signatures; DELETE FROM encoded_texts; DELETE FROM texts; DELETE FROM chunks; DELETE FROM documents; DELETE FROM segments; DELETE FROM files; DELETE FROM sources;"
    "DELETE FROM source_settings;"
    "INSERT INTO sources SELECT * FROM fresh.sources;"
    "INSERT INTO files SELECT * FROM fresh.files;"
    "INSERT INTO documents SELECT * FROM fresh.documents;"
    "INSERT INTO signatures SELECT * FROM fresh.signatures;"
    "INSERT INTO texts SELECT * FROM fresh.texts;"
    "INSERT INTO chunks SELECT * FROM fresh.chunks;"
    "INSERT INTO encoded_texts SELECT * FROM fresh.encoded_texts;"
    "INSERT INTO segments SELECT * FROM fresh.segments;"
    "INSERT INTO source_settings SELECT * FROM fresh.source_settings;"
    "INSERT INTO ledger_runs SELECT * FROM fresh.ledger_runs;"  // beside the old index's own
    "INSERT INTO ledger_files SELECT * FROM fresh.ledger_files;"
    "INSERT OR REPLACE INTO settings SELECT * FROM fresh.settings WHERE name <> 'generation'";

// Free pages given back to the disk.  The new index stands already, so a disk that refuses is no trouble.
void shrink(Database& catalog) noexcept {
  try {
    catalog.execute("PRAGMA incremental_vacuum");
  } catch (const Error&) {
  }
}

}  // namespace

IndexRebuild::IndexRebuild(const fs::path& directory, const IndexSettings& settings, int lock_timeout_ms)
    : directory_(directory), fresh_(rebuild_folder(directory)), lock_(directory, lock_timeout_ms) {
  remove_unfinished_rebuild(directory_);
  std::error_code error;
  fs::create_directory(fresh_, error);
  if (error) throw Error(ErrorKind::Io, fresh_.string() + ": cannot be created: " + error.message() + "; look at the disk and run the command again");
  try {
    create_catalog(fresh_, settings);
    old_is_sound_ = continue_numbers();
  } catch (...) {
    remove_unfinished_rebuild(directory_);
    throw;
  }
}

IndexRebuild::~IndexRebuild() { remove_unfinished_rebuild(directory_); }

// A number once used on disk is never used for something else, and a reader of the old index may still look for its segments.
bool IndexRebuild::continue_numbers() const {
  try {
    const auto old = open_catalog_for_reading(directory_);
    const auto fresh = open_catalog_for_writing(fresh_);
    Statement numbers = old->prepare("SELECT name, seq FROM sqlite_sequence");
    while (numbers.step()) fresh->prepare("INSERT INTO sqlite_sequence VALUES (?, ?)").bind(numbers.text(0), numbers.integer(1)).run();
    for (const SourceSettings& settings : load_source_settings(*old)) store_source_settings(*fresh, settings);
    return catalog_trouble(*old, false).empty();
  } catch (const Error& error) {
    if (!is_beyond_reading(error)) throw;
    return false;
  }
}

std::uint64_t IndexRebuild::finish() {
  try {
    if (old_is_sound_) return replace_rows();
  } catch (const Error& error) {
    if (!is_beyond_reading(error)) throw;
  }
  return replace_files();
}

// One transaction of the old catalog: it commits or it does not, and readers in the middle of something keep what they had.
std::uint64_t IndexRebuild::replace_rows() const {
  const auto catalog = open_catalog_for_writing(directory_);
  const std::set<std::uint64_t> old_segments = numbers_of(load_segments(*catalog));
  catalog->execute("ATTACH " + quoted(fs::absolute(catalog_file(fresh_)).string()) + " AS fresh");
  std::uint64_t generation = 0;
  try {
    catalog->execute("BEGIN IMMEDIATE");
    const auto removed = static_cast<std::size_t>(catalog->integer("SELECT count(*) FROM documents"));
    upgrade_empty_catalog(*catalog);
    catalog->execute(kReplaceRows);
    const auto put = static_cast<std::size_t>(catalog->integer("SELECT count(*) FROM documents"));
    move_segments();
    generation = raise_generation(*catalog, "rebuild", put, removed);
    catalog->execute("COMMIT");
  } catch (...) {
    catalog->roll_back();
    remove_stray_files(directory_, old_segments);
    throw;
  }
  remove_stray_files(directory_, numbers_of(load_segments(*catalog)));
  shrink(*catalog);
  return generation;
}

// Over a catalog that is damaged: its log goes first, since SQLite would take it for the new one's, the new catalog comes last.
// Killed in between, the index is as damaged as it was.
std::uint64_t IndexRebuild::replace_files() const {
  std::uint64_t generation = 0;
  std::set<std::uint64_t> segments;
  {
    const auto fresh = open_catalog_for_writing(fresh_);
    if (const std::string trouble = catalog_trouble(*fresh, false); !trouble.empty())
      throw Error(ErrorKind::Corrupt, fresh->file().string() + ": damaged while it was written (" + trouble + "); look at the disk and run the command again");
    generation = load_generation(*fresh);
    segments = numbers_of(load_segments(*fresh));
    fresh->execute("PRAGMA wal_checkpoint(TRUNCATE)");
  }
  for (const char* suffix : {"-wal", "-shm", "-journal"}) ::unlink((catalog_file(directory_).string() + suffix).c_str());
  move_segments();
  move_file(catalog_file(fresh_), catalog_file(directory_));
  sync_folder(directory_);
  remove_stray_files(directory_, segments);
  return generation;
}

void IndexRebuild::move_segments() const {
  std::error_code error;
  fs::create_directories(segments_folder(directory_), error);
  fs::create_directories(segments_folder(fresh_), error);
  for (fs::directory_iterator entry(segments_folder(fresh_), error), end; !error && entry != end; entry.increment(error))
    move_file(entry->path(), segments_folder(directory_) / entry->path().filename());
  if (error) throw Error(ErrorKind::Io, segments_folder(fresh_).string() + ": cannot be read: " + error.message() + "; the old index is kept");
  sync_folder(segments_folder(directory_));
}

}  // namespace rag
