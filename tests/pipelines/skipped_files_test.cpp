#include "pipelines/skipped_files.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "pipelines/json_output.h"
#include "tests/index/temporary_index.h"

namespace rag {
namespace {

// 23,000 pictures, more than are held at once, and 40 files of other reasons, some of which are read.
class SkippedFiles : public testing::Test {
 protected:
  static constexpr std::size_t kPictures = 23000;

  SkippedFiles() {
    const auto writer = open_index_writer(folder_.index(), test_settings());
    for (std::size_t i = 0; i < kPictures; ++i) writer->put_file({.source = "/docs", .uri = "그림/" + std::to_string(i) + ".png", .skipped = "no reader for \"png\""});
    for (std::size_t i = 0; i < 40; ++i)
      writer->put_file({.source = i % 2 ? "/docs" : "/attic", .uri = "f" + std::to_string(i), .skipped = i % 4 == 0 ? "empty" : i % 4 == 1 ? "zipped" : ""});
    writer->commit();
    index_ = open_index_reader(folder_.index());
  }

  TemporaryFolder folder_;
  std::unique_ptr<IndexReader> index_;
};

TEST_F(SkippedFiles, AreCountedByTheirReasonsAndAFewAreNamed) {
  const auto groups = group_skipped_files(*index_, nullptr, 3);
  ASSERT_EQ(groups.size(), 3U);
  EXPECT_EQ(groups[0].reason, "empty");
  EXPECT_EQ(groups[0].files, 10U);
  EXPECT_EQ(groups[0].first_uris, (std::vector<std::string>{"f0", "f12", "f16"}));
  EXPECT_EQ(groups[1].files, kPictures);
  EXPECT_EQ(groups[1].first_uris.size(), 3U);
  EXPECT_EQ(groups[2].reason, "zipped");
}

TEST_F(SkippedFiles, AreGoneThroughGroupByGroupHoweverLargeOneIs) {
  auto groups = group_skipped_files(*index_, nullptr, 0);
  std::swap(groups[0], groups[1]);  // in any order of the groups
  std::vector<std::string> reasons;
  std::vector<std::size_t> counts;
  std::string last;
  visit_skipped_files(*index_, nullptr, groups, [&](const SkippedGroup& group, const std::string& source, const std::string& uri) {
    if (reasons.empty() || reasons.back() != group.reason) reasons.push_back(group.reason), counts.push_back(0), last = "";
    EXPECT_LT(last, source + uri) << "in the order of sources and uris, each once";
    last = source + uri;
    ++counts.back();
  });
  EXPECT_EQ(reasons, (std::vector<std::string>{groups[0].reason, "empty", "zipped"}));
  EXPECT_EQ(counts, (std::vector<std::size_t>{kPictures, 10, 10}));
}

TEST_F(SkippedFiles, AreWrittenAsOneLineOfJson) {
  std::ostringstream out;
  EXPECT_EQ(write_skipped_json(out, *index_, nullptr), kPictures + 20);
  const auto all = nlohmann::json::parse(out.str());
  EXPECT_TRUE(out.str().ends_with("]}\n"));
  EXPECT_EQ(all["skipped"], kPictures + 20);
  EXPECT_EQ(all["reasons"][1]["reason"], "no reader for \"png\"");
  EXPECT_EQ(all["reasons"][1]["count"], kPictures);
  EXPECT_EQ(all["reasons"][1]["files"].size(), kPictures);
  EXPECT_EQ(all["reasons"][2]["files"][0]["source"], "/docs");

  std::ostringstream some;
  EXPECT_EQ(write_skipped_json(some, *index_, [](const std::string& uri) { return uri == "f1"; }), 1U);
  EXPECT_EQ(nlohmann::json::parse(some.str())["reasons"][0]["files"][0]["uri"], "f1");

  std::ostringstream none;
  EXPECT_EQ(write_skipped_json(none, *index_, [](const std::string&) { return false; }), 0U);
  EXPECT_EQ(none.str(), "{\"schema_version\":1,\"skipped\":0,\"reasons\":[]}\n");
}

}  // namespace
}  // namespace rag
