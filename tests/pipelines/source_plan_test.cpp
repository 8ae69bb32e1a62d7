#include "pipelines/source_plan.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "core/hash.h"
#include "index/analyzer.h"
#include "index/index_reader.h"
#include "index/index_writer.h"
#include "ingest/parser.h"

namespace rag {
namespace {

class SourcePlanTest : public testing::Test {
 protected:
  SourcePlanTest() { std::filesystem::create_directories(folder_ / "docs"); }
  ~SourcePlanTest() override { std::filesystem::remove_all(folder_); }

  // A file that an earlier run read and that has not changed since.
  void add_known(const std::string& name) { add_skipped(name, ""); }

  // A file that an earlier run skipped for this reason and that has not changed since.
  void add_skipped(const std::string& name, const std::string& reason) {
    const std::filesystem::path path = folder_ / "docs" / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << "content";
    struct stat found {};
    ASSERT_EQ(::stat(path.c_str(), &found), 0);
    files_.push_back({.source = (folder_ / "docs").string(), .uri = name, .size = 7,
                      .mtime_ns = found.st_mtim.tv_sec * 1'000'000'000 + found.st_mtim.tv_nsec, .content_hash = "0", .skipped = reason});
  }

  SourcePlan plan(const std::string& part = "") {
    const auto writer = open_index_writer(folder_ / ".rag", {.model = "hash", .embedder = "hash", .chunker = "c", .analyzer = default_analyzer().name(), .dimension = 8});
    for (const FileRecord& file : files_) writer->put_file(file);
    writer->commit();
    const auto index = open_index_reader(folder_ / ".rag");
    return plan_source({(folder_ / "docs").string(), part}, index.get(), {});
  }

  std::filesystem::path folder_ = std::filesystem::canonical(std::filesystem::temp_directory_path()) / ("source-plan-" + std::to_string(::getpid()));
  std::vector<FileRecord> files_;
};

TEST_F(SourcePlanTest, ReadsFilesAgainOnceThereIsAParserForThem) {
  add_skipped("a.pdf", no_parser_reason("application/pdf"));
  add_skipped("b.mp3", no_parser_reason("audio/mpeg"));
  add_skipped("c.pdf", "encrypted");
  add_skipped("d.bin", no_parser_reason("application/octet-stream"));
  const SourcePlan found = plan();
  ASSERT_EQ(found.to_read.size(), 1U);
  EXPECT_EQ(found.to_read[0].file.uri, "a.pdf");
  EXPECT_EQ(found.unchanged.files, 3U);
  EXPECT_EQ(found.unchanged.skipped.size(), 3U);
}

TEST_F(SourcePlanTest, ComparesATreeWithWhatIsKnownOfIt) {
  for (const char* name : {"b.txt", "same.txt", "강.txt"}) add_known(name);
  add_known("changed.txt");
  files_.back().mtime_ns -= 1;
  for (const char* name : {"a-gone.txt", "folder/gone.txt", "z-gone.txt"}) {
    add_known(name);
    std::filesystem::remove(folder_ / "docs" / name);
  }
  std::ofstream(folder_ / "docs" / "new.txt") << "new content";
  const SourcePlan found = plan();
  EXPECT_EQ(found.unchanged.files, 3U);
  EXPECT_EQ(found.unchanged.removed_by_hand, 3U);  // nothing was stored of them
  ASSERT_EQ(found.to_read.size(), 2U);
  EXPECT_EQ(found.to_read[0].file.uri, "changed.txt");
  EXPECT_TRUE(found.to_read[0].known);
  EXPECT_EQ(found.to_read[1].file.uri, "new.txt");
  EXPECT_FALSE(found.to_read[1].known);
  ASSERT_EQ(found.gone.size(), 3U);
  EXPECT_EQ(found.gone[0].record.uri, "a-gone.txt");
  EXPECT_EQ(found.gone[1].record.uri, "folder/gone.txt");
  EXPECT_EQ(found.gone[2].record.uri, "z-gone.txt");
}

TEST_F(SourcePlanTest, FindsAMovedFileByItsContent) {
  add_known("old.txt");
  files_.back().content_hash = sha256_hex("content");
  std::filesystem::create_directories(folder_ / "docs" / "new");
  std::filesystem::rename(folder_ / "docs" / "old.txt", folder_ / "docs" / "new" / "name.txt");
  const SourcePlan found = plan();
  EXPECT_TRUE(found.gone.empty());
  EXPECT_TRUE(found.to_read.empty());
  ASSERT_EQ(found.moved.size(), 1U);
  EXPECT_EQ(found.moved[0].from.uri, "old.txt");
  EXPECT_EQ(found.moved[0].to.uri, "new/name.txt");
}

TEST_F(SourcePlanTest, LooksOnlyAtThePartThatIsNamed) {
  for (const char* name : {"hr/a.txt", "hr/b.txt", "hr-old/c.txt", "it/d.txt"}) add_known(name);
  std::filesystem::remove(folder_ / "docs/hr/b.txt");
  std::filesystem::remove(folder_ / "docs/it/d.txt");
  const SourcePlan found = plan("hr/");
  EXPECT_EQ(found.unchanged.files, 1U);
  ASSERT_EQ(found.gone.size(), 1U);
  EXPECT_EQ(found.gone[0].record.uri, "hr/b.txt");
}

TEST_F(SourcePlanTest, TakesNamesThatLookAlikeForOne) {
  add_known("a\\x0A.txt");
  std::ofstream(folder_ / "docs" / "a\n.txt") << "content";  // shown as the other one is
  const SourcePlan found = plan();
  EXPECT_TRUE(found.gone.empty());
  EXPECT_EQ(found.unchanged.files + found.to_read.size(), 2U);
}

TEST_F(SourcePlanTest, ReadsArchivesAgainOnceThereIsAParserForWhatLiesInThem) {
  add_skipped("a.zip", no_parser_reason("application/zip"));
  add_skipped("b.zip", "its only file cannot be read: x.pdf: " + no_parser_reason("application/pdf"));
  add_skipped("c.zip", "its only file cannot be read: x.mp3: " + no_parser_reason("audio/mpeg"));
  add_skipped("d.eml", "");
  files_.back().warnings = {"x.pdf: " + no_parser_reason("application/pdf")};
  add_skipped("e.eml", "");
  files_.back().warnings = {"no reader for", "yet", "x.mp3: " + no_parser_reason("audio/mpeg")};
  const SourcePlan found = plan();
  ASSERT_EQ(found.to_read.size(), 3U);
  EXPECT_EQ(found.to_read[2].file.uri, "d.eml");
}

}  // namespace
}  // namespace rag
