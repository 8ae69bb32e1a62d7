#include "pipelines/source_plan.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

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

  // A file that an earlier run skipped for this reason and that has not changed since.
  void add_skipped(const std::string& name, const std::string& reason) {
    const std::filesystem::path path = folder_ / "docs" / name;
    std::ofstream(path) << "content";
    struct stat found {};
    ASSERT_EQ(::stat(path.c_str(), &found), 0);
    files_.push_back({.source = (folder_ / "docs").string(), .uri = name, .size = 7,
                      .mtime_ns = found.st_mtim.tv_sec * 1'000'000'000 + found.st_mtim.tv_nsec, .content_hash = "0", .skipped = reason});
  }

  SourcePlan plan() {
    const auto writer = open_index_writer(folder_ / ".rag", {.model = "hash", .embedder = "hash", .chunker = "c", .analyzer = default_analyzer().name(), .dimension = 8});
    for (const FileRecord& file : files_) writer->put_file(file);
    writer->commit();
    const auto index = open_index_reader(folder_ / ".rag");
    return plan_source({(folder_ / "docs").string(), ""}, index.get(), {});
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
  EXPECT_EQ(found.to_read[0].uri, "a.pdf");
  EXPECT_EQ(found.unchanged.size(), 3U);
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
  EXPECT_EQ(found.to_read[2].uri, "d.eml");
}

}  // namespace
}  // namespace rag
