#include "index/catalog.h"

#include <unistd.h>

#include <ctime>
#include <nlohmann/json.hpp>
#include <system_error>

#include "core/error.h"
#include "core/file.h"
#include "index/catalog_schema.h"
#include "index/layout.h"
#include "index/row_coding.h"

namespace rag {
namespace {

constexpr std::size_t kHeaderBytes = 100;
constexpr int kRunsKept = 1000;

[[noreturn]] void no_catalog(const std::filesystem::path& file, const std::string& found) {
  throw Error(ErrorKind::Corrupt,
              file.string() + ": " + found +
                  ", expected the catalog of an index; restore it from a backup, or remove the index and run 'rag index' again");
}

// Before SQLite opens it: SQLite would roll back the journal of whatever database lies here.
void check_file(const std::filesystem::path& file) {
  const MappedFile mapped(file);
  const std::string_view bytes = mapped.bytes();
  if (bytes.size() < kHeaderBytes) no_catalog(file, std::to_string(bytes.size()) + " bytes");
  if (!bytes.starts_with(std::string_view("SQLite format 3\0", 16))) no_catalog(file, "something else than a database");
  std::int64_t application = 0;
  for (std::size_t i = 68; i < 72; ++i) application = application << 8 | static_cast<unsigned char>(bytes[i]);
  if (application != kApplicationId) no_catalog(file, "the database of another program");
}

void check_format(Database& catalog) {
  const std::int64_t format = catalog_format(catalog);
  if (format >= kOldestCatalogFormat && format <= kCatalogFormat) return;
  if (format < kOldestCatalogFormat) no_catalog(catalog.file(), "format " + std::to_string(format));
  throw Error(ErrorKind::Mismatch, catalog.file().string() + ": format " + std::to_string(format) + ", this build reads formats " +
                                       std::to_string(kOldestCatalogFormat) + " to " + std::to_string(kCatalogFormat) + "; use a newer rag");
}

std::unique_ptr<Database> open_as(const std::filesystem::path& directory, Database::Access access) {
  auto catalog = std::make_unique<Database>(catalog_file(directory), access);
  check_format(*catalog);
  return catalog;
}

void require_catalog(const std::filesystem::path& directory) {
  if (!has_catalog(directory)) throw Error(ErrorKind::Usage, directory.string() + ": no index here; make one with 'rag index FOLDER'");
  check_file(catalog_file(directory));
}

}  // namespace

bool has_catalog(const std::filesystem::path& directory) {
  std::error_code error;
  return std::filesystem::exists(catalog_file(directory), error);
}

void create_catalog(const std::filesystem::path& directory, const IndexSettings& settings) {
  const std::filesystem::path file = catalog_file(directory);
  const std::filesystem::path aside = directory / "catalog.new";
  // The log of a catalog that is gone must not be taken for the new one's.
  for (const std::filesystem::path& base : {aside, file})
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) ::unlink((base.string() + suffix).c_str());
  {
    Database catalog(aside, Database::Access::Create);
    catalog.execute("PRAGMA auto_vacuum=INCREMENTAL; PRAGMA synchronous=FULL");
    catalog.execute("BEGIN");
    catalog.execute("PRAGMA application_id=" + std::to_string(kApplicationId) + "; PRAGMA user_version=" + std::to_string(kCatalogFormat));
    catalog.execute(kSchema);
    catalog.execute(kSchemaOfFormat2);
    catalog.execute("INSERT INTO settings VALUES ('generation', '0')");
    store_settings(catalog, settings);
    catalog.execute("COMMIT");
    catalog.execute("PRAGMA journal_mode=WAL");
  }
  std::error_code error;
  std::filesystem::rename(aside, file, error);
  if (error) throw Error(ErrorKind::Io, file.string() + ": cannot be put in place: " + error.message());
  sync_folder(directory);
}

std::unique_ptr<Database> open_catalog_for_reading(const std::filesystem::path& directory) {
  require_catalog(directory);
  try {
    return open_as(directory, Database::Access::Read);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::Io || ::access(directory.c_str(), W_OK) == 0) throw;
  }
  return open_as(directory, Database::Access::ReadAlone);
}

std::unique_ptr<Database> open_catalog_for_writing(const std::filesystem::path& directory) {
  require_catalog(directory);
  return open_as(directory, Database::Access::Write);
}

std::int64_t catalog_format(Database& catalog) { return catalog.integer("PRAGMA user_version"); }

void begin_writing(Database& catalog) {
  catalog.execute("BEGIN IMMEDIATE");
  if (catalog_format(catalog) >= kCatalogFormat) return;
  catalog.execute(kSchemaOfFormat2);
  catalog.execute("PRAGMA user_version=" + std::to_string(kCatalogFormat));
}

IndexSettings load_settings(Database& catalog) {
  IndexSettings settings;
  Statement rows = catalog.prepare("SELECT name, value FROM settings");
  while (rows.step()) {
    const std::string_view name = rows.text(0);
    if (name == "model") settings.model = rows.string(1);
    if (name == "embedder") settings.embedder = rows.string(1);
    if (name == "chunker") settings.chunker = rows.string(1);
    if (name == "analyzer") settings.analyzer = rows.string(1);
    if (name == "dimension") settings.dimension = std::strtoull(rows.string(1).c_str(), nullptr, 10);
  }
  if (settings.dimension == 0)
    throw Error(ErrorKind::Corrupt,
                catalog.file().string() +
                    ": no dimension in its settings; restore it from a backup, or remove the index and run 'rag index' again");
  return settings;
}

void store_settings(Database& catalog, const IndexSettings& settings) {
  Statement row = catalog.prepare("INSERT OR REPLACE INTO settings VALUES (?, ?)");
  row.bind("model", settings.model).run();
  row.bind("embedder", settings.embedder).run();
  row.bind("chunker", settings.chunker).run();
  row.bind("analyzer", settings.analyzer).run();
  row.bind("dimension", std::to_string(settings.dimension)).run();
}

std::uint64_t load_generation(Database& catalog) {
  return static_cast<std::uint64_t>(catalog.integer("SELECT CAST(value AS INTEGER) FROM settings WHERE name = 'generation'"));
}

std::uint64_t raise_generation(Database& catalog, std::string_view what, std::size_t documents_put, std::size_t documents_removed) {
  const std::uint64_t generation = load_generation(catalog) + 1;
  catalog.prepare("UPDATE settings SET value = ? WHERE name = 'generation'").bind(std::to_string(generation)).run();
  catalog.prepare("INSERT INTO runs VALUES (?, ?, ?, ?, ?)")
      .bind(generation, static_cast<std::int64_t>(std::time(nullptr)), what, documents_put, documents_removed)
      .run();
  catalog.prepare("DELETE FROM runs WHERE generation <= ?").bind(static_cast<std::int64_t>(generation) - kRunsKept).run();
  return generation;
}

std::vector<std::string> load_sources(Database& catalog) {
  std::vector<std::string> sources;
  Statement rows = catalog.prepare("SELECT source FROM sources ORDER BY source");
  while (rows.step()) sources.push_back(rows.string(0));
  return sources;
}

void store_file(Database& catalog, const FileRecord& file) {
  catalog.prepare("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?)")
      .bind(file.source, file.uri, file.size, file.mtime_ns, file.content_hash, file.skipped, encode_list(file.warnings))
      .run();
}

bool erase_file(Database& catalog, std::string_view source, std::string_view uri) {
  Statement row = catalog.prepare("DELETE FROM files WHERE source = ? AND uri = ? RETURNING 1");
  return row.bind(source, uri).step();
}

void visit_files(Database& catalog, const std::function<void(const FileRecord&)>& visit) {
  Statement row = catalog.prepare("SELECT source, uri, size, mtime_ns, content_hash, skipped, warnings FROM files ORDER BY source, uri");
  while (row.step())
    visit({.source = row.string(0),
           .uri = row.string(1),
           .size = row.natural(2),
           .mtime_ns = row.integer(3),
           .content_hash = row.string(4),
           .skipped = row.string(5),
           .warnings = decode_list(row.text(6))});
}

}  // namespace rag
