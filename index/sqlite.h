#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// Internal to this room: no other room includes this file, and only sqlite.cpp knows SQLite's own header.
struct sqlite3;
struct sqlite3_stmt;

namespace rag {

class Database;

// Bytes, where a plain string would be stored as text.
struct Blob {
  std::string_view bytes;
};

// A prepared statement on loan: goes back to its database, reset, when destroyed.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  // All parameters, in order.  Values are copied.
  template <typename... Values>
  Statement& bind(const Values&... values) {
    rewind();
    int index = 0;
    (bind_one(++index, values), ...);
    return *this;
  }

  bool step();  // true where there is a row
  void run() {
    while (step()) continue;
  }

  // Columns of the current row, from 0.  Views end with the next step.
  std::int64_t integer(int column) const;
  std::uint64_t natural(int column) const { return static_cast<std::uint64_t>(integer(column)); }
  std::string_view text(int column) const;
  std::string string(int column) const { return std::string(text(column)); }

 private:
  friend class Database;
  Statement(Database& database, std::string_view sql, sqlite3_stmt* handle);
  void rewind();
  void bind_one(int index, std::int64_t value);
  void bind_one(int index, std::uint64_t value) { bind_one(index, static_cast<std::int64_t>(value)); }
  void bind_one(int index, int value) { bind_one(index, static_cast<std::int64_t>(value)); }
  void bind_one(int index, std::string_view value);
  void bind_one(int index, const char* value) { bind_one(index, std::string_view(value)); }
  void bind_one(int index, Blob value);

  Database* database_;
  std::string_view sql_;
  sqlite3_stmt* handle_;
};

// One connection.  Every failure is an Error that names the file.
class Database {
 public:
  enum class Access {
    Read,       // never writes; shares the WAL with a writer
    ReadAlone,  // for folders where not even a lock can be taken: no locks, no shared memory
    Write,
    Create,
  };

  Database(const std::filesystem::path& file, Access access);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  // `sql` must be a literal: statements are kept under it and used again.
  Statement prepare(const char* sql);
  void execute(const std::string& sql);
  std::int64_t integer(const char* sql);  // the one value of a query
  std::int64_t total_changes() const;     // rows changed since the connection was opened
  const std::filesystem::path& file() const { return file_; }
  Access access() const { return access_; }

  // No exception while unwinding; nothing where there is no transaction.
  void roll_back() noexcept;
  bool in_transaction() const;

 private:
  friend class Statement;
  [[noreturn]] void fail(int code) const;
  void give_back(std::string_view sql, sqlite3_stmt* handle) noexcept;

  struct Close {
    void operator()(sqlite3* handle) const;
  };
  std::filesystem::path file_;
  Access access_;
  std::unique_ptr<sqlite3, Close> handle_;
  std::map<std::string_view, std::vector<sqlite3_stmt*>> idle_;
};

}  // namespace rag
