#include "index/maintenance.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "expect_error.h"
#include "index/lexical_segment.h"
#include "index/segment_merge.h"
#include "index/segment_rows.h"
#include "temporary_index.h"

namespace rag {
namespace {

class Silence final : public Progress {
 public:
  void update(std::string_view, std::size_t, std::size_t) override {}
};

std::vector<VerifyFinding> verify(const std::filesystem::path& index, bool deep = true) {
  Silence silence;
  return verify_index(index, deep, silence);
}

RepairReport repair(const std::filesystem::path& index) {
  Silence silence;
  return repair_index(index, test_embed, silence);
}

// Two segments, one of them with a deleted chunk, and a document of several text pieces.
class Maintenance : public testing::Test {
 protected:
  Maintenance() {
    std::string huge;
    while (huge.size() < 70000) huge += "a long line about rivers and boats " + std::to_string(huge.size()) + "\n";
    huge.pop_back();
    store(index(), {test_document("a", "alpha\nbeta\ngamma"), test_document("b", "delta"), test_document("huge", huge)});
    store(index(), {test_document("c", "epsilon\nzeta"), test_document("d", "강은 흐른다")});
    const auto writer = open_existing_index_writer(index());
    writer->remove("b");
    writer->put_file({.source = "/docs", .uri = "folder/a", .size = 5});
    writer->commit();
  }

  std::filesystem::path index() const { return folder_.index(); }
  std::filesystem::path file(const char* name) const { return index() / "segments" / name; }

  // As somebody with another tool would.
  void run_sql(const char* sql) const {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open((index() / "catalog.sqlite").c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(database);
    sqlite3_close(database);
  }

  // Every search and text as a string, to compare before with after.
  std::string everything() const {
    const auto reader = open_index_reader(index());
    std::string out;
    for (const Hit& hit : reader->vectors().search(test_vector("probe"), 10000, nullptr))
      out += std::to_string(hit.chunk.value) + ":" + std::to_string(hit.score) + " ";
    for (const Hit& hit : reader->lexical().search("alpha river epsilon 강은", 10000, nullptr))
      out += std::to_string(hit.chunk.value) + ":" + std::to_string(hit.score) + " ";
    reader->for_each_document([&](const DocumentRecord& document) { out += reader->load_document(document.id).text; });
    return out;
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(Maintenance, FindsNothingWrongWithASoundIndex) {
  EXPECT_TRUE(verify(index(), false).empty());
  const auto findings = verify(index(), true);
  EXPECT_TRUE(findings.empty()) << findings[0].where << ": " << findings[0].what;
  const RepairReport report = repair(index());
  EXPECT_EQ(report.segments_rebuilt, 0U);
  EXPECT_TRUE(report.lost.empty());
  EXPECT_EQ(open_index_reader(index())->generation(), 3U) << "nothing to repair is no commit";
}

TEST_F(Maintenance, NoticesAByteFlippedAnywhereInASegmentAndRepairsIt) {
  const std::string before = everything();
  for (const char* extension : {".vec", ".lex"}) {
    for (const double place : {0.0, 0.001, 0.3, 0.7, 0.9999}) {
      const auto victim = segment_files(index(), extension)[0];
      const auto size = std::filesystem::file_size(victim);
      flip_byte(victim, static_cast<std::uint64_t>(place * static_cast<double>(size)));
      const auto findings = verify(index(), false);
      ASSERT_FALSE(findings.empty()) << victim << " at " << place;
      EXPECT_EQ(findings[0].where, victim.string());
      EXPECT_TRUE(findings[0].repairable);
      const RepairReport report = repair(index());
      EXPECT_EQ(report.segments_rebuilt, 1U);
      EXPECT_TRUE(verify(index()).empty());
    }
  }
  EXPECT_TRUE(everything().find("alpha") != std::string::npos);
  EXPECT_EQ(everything().size(), before.size());
}

TEST_F(Maintenance, EmbedsOnlyWhatWasLost) {
  const std::string before = everything();
  const auto victim = file("0000000001.vec");
  flip_byte(victim, 65536 + 128 + 1000);
  const RepairReport report = repair(index());
  EXPECT_GT(report.chunks_embedded, 1U);
  EXPECT_LE(report.chunks_embedded, 65536 / (kTestDimension * sizeof(float)) + 2) << "the rows of one block";
  EXPECT_FALSE(std::filesystem::exists(victim)) << "immutable: the new one has a new number";
  EXPECT_TRUE(verify(index()).empty());
  EXPECT_EQ(open_index_reader(index())->statistics().deleted_chunks, 0U);
  EXPECT_EQ(open_index_reader(index())->vectors().search(test_vector("probe"), 3, nullptr).size(), 3U);
}

TEST_F(Maintenance, RebuildsCutMissingAndEmptySegments) {
  const std::size_t chunks = open_index_reader(index())->statistics().chunks;
  std::filesystem::resize_file(file("0000000001.vec"), 5000);
  std::filesystem::remove(file("0000000002.lex"));
  EXPECT_EQ(verify(index(), false).size(), 2U);
  EXPECT_EQ(repair(index()).segments_rebuilt, 2U);
  EXPECT_TRUE(verify(index()).empty());

  for (const auto& victim : segment_files(index(), ".vec")) std::filesystem::resize_file(victim, 0);
  for (const auto& victim : segment_files(index(), ".lex")) std::filesystem::remove(victim);
  EXPECT_EQ(repair(index()).segments_rebuilt, 2U);
  EXPECT_TRUE(verify(index()).empty());
  const auto reader = open_index_reader(index());
  EXPECT_EQ(reader->vectors().search(test_vector("x"), 100000, nullptr).size(), chunks);
  EXPECT_EQ(reader->lexical().search("epsilon", 5, nullptr).size(), 1U);
}

TEST_F(Maintenance, NeverAnswersFromADamagedSegment) {
  flip_byte(file("0000000001.vec"), 70000);
  flip_byte(file("0000000001.lex"), std::filesystem::file_size(file("0000000001.lex")) / 2);
  const auto reader = open_index_reader(index());
  expect_error(ErrorKind::Corrupt, "0000000001.vec: damaged: wrong checksum of block 1; run 'rag repair'",
               [&] { reader->vectors().search(test_vector("x"), 3, nullptr); });
  expect_error(ErrorKind::Corrupt, "run 'rag repair'", [&] { reader->lexical().search("alpha", 3, nullptr); });
  EXPECT_EQ(reader->load_document("c").text, "epsilon\nzeta") << "what is not damaged can be read";
}

TEST_F(Maintenance, RefusesASegmentOfAnotherIndexUnderTheSameName) {
  TemporaryFolder other;
  store(other.index(), {test_document("c", "another\nindex"), test_document("x", "entirely")});
  std::filesystem::copy_file(other.index() / "segments" / "0000000001.vec", file("0000000002.vec"),
                             std::filesystem::copy_options::overwrite_existing);
  expect_error(ErrorKind::Corrupt, "another segment than the one committed", [&] { open_index_reader(index())->vectors(); });
  EXPECT_EQ(repair(index()).segments_rebuilt, 1U);
  EXPECT_TRUE(verify(index()).empty());
}

TEST_F(Maintenance, StaysRepairableWhenDocumentsAreDeletedFromADamagedSegment) {
  std::filesystem::remove(file("0000000002.vec"));
  {
    const auto writer = open_existing_index_writer(index());
    writer->remove("c");
    writer->commit();
  }
  EXPECT_EQ(repair(index()).segments_rebuilt, 1U);
  EXPECT_TRUE(verify(index()).empty());
  EXPECT_FALSE(open_index_reader(index())->find_document("c"));
}

TEST_F(Maintenance, DropsADocumentWhoseTextIsDamagedAndForgetsItsFile) {
  run_sql(
      "UPDATE texts SET bytes = CAST(substr(bytes, 1, length(bytes) - 2) || x'4141' AS BLOB) WHERE document = (SELECT key FROM documents "
      "WHERE id = 'a')");
  expect_error(ErrorKind::Corrupt, "damaged", [&] { open_index_reader(index())->load_document("a"); });
  const auto findings = verify(index());
  ASSERT_EQ(findings.size(), 2U) << "the document, and the segment whose texts cannot be read";
  EXPECT_EQ(findings[0].where, "document 'a' (folder/a)");
  const RepairReport report = repair(index());
  ASSERT_EQ(report.lost.size(), 1U);
  EXPECT_NE(report.lost[0].find("document 'a' (folder/a): "), std::string::npos);
  EXPECT_TRUE(verify(index()).empty());
  const auto reader = open_index_reader(index());
  EXPECT_FALSE(reader->find_document("a"));
  EXPECT_TRUE(reader->lexical().search("alpha", 5, nullptr).empty());
  reader->for_each_file([](const FileRecord& file) { EXPECT_NE(file.uri, "folder/a") << "so that it is read again"; });
}

TEST_F(Maintenance, NoticesAnEntryThatWasTamperedWith) {
  run_sql("UPDATE chunks SET span_begin = span_begin + 1 WHERE id = 2");
  expect_error(ErrorKind::Corrupt, "wrong checksum of the entry of chunk 2", [&] { open_index_reader(index())->chunks_of("a"); });
  EXPECT_FALSE(verify(index(), false).empty());
  EXPECT_EQ(repair(index()).lost.size(), 1U);
  EXPECT_TRUE(verify(index()).empty());
  run_sql("UPDATE documents SET uri = 'elsewhere' WHERE id = 'c'");
  expect_error(ErrorKind::Corrupt, "wrong checksum of the entry of document 'c'", [&] { open_index_reader(index())->find_document("c"); });
  run_sql("UPDATE segments SET deleted = deleted + 1");
  expect_error(ErrorKind::Corrupt, "wrong checksum of segment", [&] { open_index_reader(index()); });
  ASSERT_EQ(verify(index()).size(), 1U);
  EXPECT_FALSE(verify(index())[0].repairable);
}

TEST_F(Maintenance, NoticesPostingsThatDisagreeWithTheTexts) {
  // Sound bytes, wrong content: what only the deep check can see.
  {
    Database catalog(index() / "catalog.sqlite", Database::Access::Write);
    SegmentRow segment = load_segments(catalog)[1];
    LexicalSegmentBuilder builder(default_analyzer());
    for (std::int64_t id = segment.first_chunk.value; id <= segment.last_chunk.value; ++id) builder.add({id}, "never stored");
    write_postings(index(), builder.finish(), segment);
    store_segment(catalog, segment);
  }
  EXPECT_TRUE(verify(index(), false).empty());
  const auto findings = verify(index(), true);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].what, "postings that differ from those of the stored texts");
  repair(index());
  EXPECT_TRUE(verify(index(), true).empty());
  EXPECT_TRUE(open_index_reader(index())->lexical().search("never", 5, nullptr).empty());
}

TEST_F(Maintenance, RemovesStraysAndCountsThem) {
  std::ofstream(file("0000000077.vec.tmp")) << "half";
  std::ofstream(file("0000000078.lex")) << "unnamed";
  EXPECT_TRUE(verify(index()).empty()) << "rubbish is no damage";
  EXPECT_EQ(repair(index()).files_removed, 2U);
  EXPECT_FALSE(std::filesystem::exists(file("0000000078.lex")));
}

TEST_F(Maintenance, RefusesVectorsOfAnotherModelAndLosesNothing) {
  std::filesystem::remove(file("0000000001.vec"));
  Silence silence;
  expect_error(ErrorKind::Mismatch, "expected 16 each", [&] {
    repair_index(
        index(), [](const std::vector<TitledChunk>& chunks) { return std::vector<float>(chunks.size() * 8); }, silence);
  });
  expect_error(ErrorKind::Usage, "need the model \"hashing\"", [&] { repair_index(index(), nullptr, silence); });
  EXPECT_EQ(repair(index()).segments_rebuilt, 1U);
  EXPECT_TRUE(verify(index()).empty());
}

TEST(FindIndex, LooksUpward) {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder.path() / "a" / "b");
  EXPECT_TRUE(find_index(folder.path() / "a" / "b").empty());
  std::filesystem::create_directories(folder.index());
  EXPECT_EQ(find_index(folder.path() / "a" / "b"), folder.index());
  EXPECT_EQ(find_index(folder.path()), folder.index());
}

TEST(Verify, SaysWhereThereIsNoIndex) {
  const TemporaryFolder folder;
  expect_error(ErrorKind::Usage, "no index here; make one with 'rag index FOLDER'", [&] { verify(folder.index()); });
  expect_error(ErrorKind::Usage, "no index here", [&] { repair(folder.index()); });
  expect_error(ErrorKind::Usage, "no index here", [&] { open_index_reader(folder.index()); });
  expect_error(ErrorKind::Usage, "no index here", [&] { open_existing_index_writer(folder.index()); });
}

TEST(WritersLog, IsWrittenOverWhenNobodyReadsAnOlderGenerationAnyMore) {
  const TemporaryFolder folder;
  const auto writer = open_index_writer(folder.index(), test_settings());
  const auto grown = [&](const std::string& id) {
    std::string text;
    for (int i = 0; i < 3000; ++i) text += sha256_hex(id + std::to_string(i)) + " ";  // compression makes nothing of it
    writer->put(test_document(id, text));
    writer->commit();
    return std::filesystem::file_size(folder.index() / "catalog.sqlite-wal");
  };
  grown("a");
  auto reader = open_index_reader(folder.index());
  const auto once = grown("b");
  writer->fold_log();
  const auto twice = grown("c");
  EXPECT_GT(twice, once + once / 4) << "the reader's generation stands before what came after it";
  EXPECT_EQ(reader->statistics().documents, 1U);
  reader.reset();
  writer->fold_log();
  grown("d");
  EXPECT_EQ(std::filesystem::file_size(folder.index() / "catalog.sqlite-wal"), twice) << "written from its beginning, not longer";
  EXPECT_EQ(open_index_reader(folder.index())->statistics().documents, 4U);
}

}  // namespace
}  // namespace rag
