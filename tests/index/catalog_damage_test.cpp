#include <gtest/gtest.h>
#include <sqlite3.h>

#include <random>

#include "core/file.h"
#include "expect_error.h"
#include "index/maintenance.h"
#include "temporary_index.h"

namespace rag {
namespace {

class Silence final : public Progress {
 public:
  void update(std::string_view, std::size_t, std::size_t) override {}
};

class DamagedCatalog : public testing::Test {
 protected:
  DamagedCatalog() {
    for (int i = 0; i < 40; ++i)
      documents_.push_back(test_document("d" + std::to_string(i), "some line " + std::to_string(i) + "\nanother"));
    store(folder_.index(), documents_);
  }

  std::filesystem::path index() const { return folder_.index(); }
  std::filesystem::path catalog() const { return folder_.index() / "catalog.sqlite"; }
  void write(const std::string& bytes) const { std::ofstream(catalog(), std::ios::binary | std::ios::trunc) << bytes; }

  void run_sql(const std::filesystem::path& file, const char* sql) const {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(database);
    sqlite3_close(database);
  }

  void expect_all_refuse(ErrorKind kind, const std::string& part) const {
    expect_error(kind, part, [&] { open_index_reader(index()); });
    expect_error(kind, part, [&] { open_index_writer(index(), test_settings()); });
    expect_error(kind, part, [&] { open_existing_index_writer(index()); });
  }

  TemporaryFolder folder_;
  std::vector<IndexedDocument> documents_;
};

TEST_F(DamagedCatalog, RefusesAnEmptyFile) {
  write("");
  expect_all_refuse(ErrorKind::Corrupt, "catalog.sqlite: 0 bytes, expected the catalog of an index; restore it");
  Silence silence;
  const auto findings = verify_index(index(), false, silence);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_FALSE(findings[0].repairable);
  expect_error(ErrorKind::Corrupt, "0 bytes", [&] { repair_index(index(), test_embed, silence); });
  EXPECT_EQ(segment_files(index(), ".vec").size(), 1U) << "nothing was taken away";
}

TEST_F(DamagedCatalog, RefusesRubbish) {
  write(std::string(20000, '\x5A'));
  expect_all_refuse(ErrorKind::Corrupt, "something else than a database");
}

TEST_F(DamagedCatalog, RefusesTheDatabaseOfAnotherProgramAndLeavesItAlone) {
  std::filesystem::remove(catalog());
  run_sql(catalog(), "CREATE TABLE t (x); INSERT INTO t VALUES (1)");
  const std::string before = read_file(catalog());
  expect_all_refuse(ErrorKind::Corrupt, "the database of another program");
  EXPECT_EQ(read_file(catalog()), before);
}

TEST_F(DamagedCatalog, RefusesANewerFormat) {
  run_sql(catalog(), "PRAGMA user_version=99");
  expect_all_refuse(ErrorKind::Mismatch, "format 99, this build reads formats 1 to 2; use a newer rag");
  Silence silence;
  expect_error(ErrorKind::Mismatch, "format 99", [&] { verify_index(index(), false, silence); });
}

TEST_F(DamagedCatalog, RefusesAMissingTable) {
  run_sql(catalog(), "DROP TABLE settings");
  expect_all_refuse(ErrorKind::Corrupt, "no such table: settings");
}

// Whatever bytes are wrong: either an Error, or the very answers of the sound index.  Never a crash, never another answer.
TEST_F(DamagedCatalog, NeverGivesAWrongAnswerWhateverBytesAreFlipped) {
  const std::string sound = read_file(catalog());
  std::mt19937_64 random(11);
  int refused = 0;
  for (int round = 0; round < 300; ++round) {
    std::string bytes = sound;
    for (int flips = 0; flips < 3; ++flips) bytes[random() % bytes.size()] ^= static_cast<char>(1 << random() % 8);
    if (round % 10 == 0) bytes.resize(random() % bytes.size());
    write(bytes);
    for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(catalog().string() + suffix);
    try {
      const auto reader = open_index_reader(index());
      for (const IndexedDocument& expected : documents_) {
        const auto record = reader->find_document(expected.document.id);
        if (!record) continue;  // an unreadable index page may hide a document, and verify tells
        EXPECT_EQ(reader->load_document(expected.document.id).text, expected.document.text);
        for (const Chunk& chunk : reader->chunks_of(expected.document.id))
          EXPECT_EQ(expected.document.text.substr(chunk.span.begin, chunk.span.size()), chunk.text);
      }
      Silence silence;
      verify_index(index(), true, silence);
    } catch (const Error& error) {
      ++refused;
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    }
  }
  EXPECT_GT(refused, 30);
}

}  // namespace
}  // namespace rag
