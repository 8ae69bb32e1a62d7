#include "index/sqlite.h"

#include <sqlite3.h>

#include <algorithm>
#include <utility>

#include "core/error.h"

namespace rag {
namespace {

constexpr int kBusyTimeoutMs = 5000;

// A path as SQLite's URI wants it.
std::string uri_of(const std::filesystem::path& file) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out = "file:";
  for (const char c : std::filesystem::absolute(file).string()) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '/' || c == '.' || c == '-' || c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
      out += c;
    else
      out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return out;
}

}  // namespace

Statement::Statement(Database& database, std::string_view sql, sqlite3_stmt* handle) : database_(&database), sql_(sql), handle_(handle) {}

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_), sql_(other.sql_), handle_(std::exchange(other.handle_, nullptr)) {}

Statement::~Statement() {
  if (handle_) database_->give_back(sql_, handle_);
}

bool Statement::step() {
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  database_->fail(code);
}

void Statement::rewind() { sqlite3_reset(handle_); }

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(handle_, column); }

std::string_view Statement::text(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(handle_, column));
  const int size = sqlite3_column_bytes(handle_, column);
  return bytes ? std::string_view(bytes, static_cast<std::size_t>(size)) : std::string_view();
}

void Statement::bind_one(int index, std::int64_t value) {
  if (const int code = sqlite3_bind_int64(handle_, index, value)) database_->fail(code);
}

void Statement::bind_one(int index, std::string_view value) {
  // A null pointer would be stored as NULL; an empty text is not that.
  const char* bytes = value.data() ? value.data() : "";
  if (const int code = sqlite3_bind_text64(handle_, index, bytes, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8)) database_->fail(code);
}

void Statement::bind_one(int index, Blob value) {
  const char* bytes = value.bytes.data() ? value.bytes.data() : "";
  if (const int code = sqlite3_bind_blob64(handle_, index, bytes, value.bytes.size(), SQLITE_TRANSIENT)) database_->fail(code);
}

void Database::Close::operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }

Database::Database(const std::filesystem::path& file, Access access) : file_(file), access_(access) {
  int flags = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  std::string uri = uri_of(file);
  if (access == Access::Read || access == Access::ReadAlone) flags |= SQLITE_OPEN_READONLY;
  if (access == Access::Write) flags |= SQLITE_OPEN_READWRITE;
  if (access == Access::Create) flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  // With exclusive locking (below) the index of a log lives in our own memory, so no -shm file is needed beside it; without
  // a log SQLite would want to make one unless it is told that nothing changes.
  const bool has_log = access == Access::ReadAlone && std::filesystem::exists(file.string() + "-wal");
  if (access == Access::ReadAlone) uri += has_log ? "?vfs=unix-none" : "?immutable=1";
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(uri.c_str(), &handle, flags, nullptr);
  handle_.reset(handle);
  if (code != SQLITE_OK) fail(code);
  sqlite3_busy_timeout(handle, kBusyTimeoutMs);
  // Our own schema only: no triggers, views or functions that a foreign file could smuggle in.
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  execute("PRAGMA foreign_keys=ON; PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY");
  if (has_log) execute("PRAGMA locking_mode=EXCLUSIVE");
  if (access == Access::Write) execute("PRAGMA synchronous=FULL; PRAGMA cache_size=-16000; PRAGMA journal_size_limit=67108864");
}

Database::~Database() {
  for (auto& [sql, handles] : idle_)
    for (sqlite3_stmt* handle : handles) sqlite3_finalize(handle);
}

Statement Database::prepare(const char* sql) {
  auto& idle = idle_[sql];
  if (!idle.empty()) {
    sqlite3_stmt* handle = idle.back();
    idle.pop_back();
    return Statement(*this, sql, handle);
  }
  sqlite3_stmt* handle = nullptr;
  if (const int code = sqlite3_prepare_v3(handle_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &handle, nullptr)) fail(code);
  return Statement(*this, sql, handle);
}

void Database::give_back(std::string_view sql, sqlite3_stmt* handle) noexcept {
  sqlite3_reset(handle);
  sqlite3_clear_bindings(handle);
  idle_.find(sql)->second.push_back(handle);
}

void Database::execute(const std::string& sql) {
  if (const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr)) fail(code);
}

std::int64_t Database::integer(const char* sql) {
  Statement statement = prepare(sql);
  if (!statement.step()) throw Error(ErrorKind::Corrupt, file_.string() + ": no answer to '" + sql + "'; the catalog is damaged");
  return statement.integer(0);
}

std::int64_t Database::total_changes() const { return sqlite3_total_changes64(handle_.get()); }

void Database::roll_back() noexcept {
  if (in_transaction()) sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

bool Database::in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }

void Database::fail(int code) const {
  const std::string where = file_.string();
  std::string what = handle_ ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code);
  std::replace(what.begin(), what.end(), '\n', ' ');
  switch (code & 0xFF) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
    case SQLITE_ERROR:     // a table or column we count on is not there
    case SQLITE_MISMATCH:  // nor is its type
      throw Error(ErrorKind::Corrupt, where + ": the catalog is damaged (" + what +
                                          "); restore it from a backup, or remove the index and run 'rag index' again");
    case SQLITE_FULL:
      throw Error(ErrorKind::Io, where + ": the disk is full; what was committed is kept; free some space and run the command again");
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
    case SQLITE_AUTH: throw Error(ErrorKind::Io, where + ": cannot be opened (" + what + "); check the permissions of the index folder");
    case SQLITE_BUSY:
    case SQLITE_LOCKED: throw Error(ErrorKind::Io, where + ": locked by another program; wait for it to end");
    case SQLITE_NOMEM: throw Error(ErrorKind::Io, where + ": out of memory");
    default: throw Error(ErrorKind::Io, where + ": reading or writing failed (" + what + "); what was committed is kept; look at the disk and run the command again");
  }
}

}  // namespace rag
