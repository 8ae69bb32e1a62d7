#include "index/index_rebuild.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "index/maintenance.h"
#include "temporary_index.h"

namespace rag {
namespace {

class Silence final : public Progress {
 public:
  void update(std::string_view, std::size_t, std::size_t) override {}
};

std::vector<VerifyFinding> verify(const std::filesystem::path& index) {
  Silence silence;
  return verify_index(index, true, silence);
}

IndexSettings other_settings() {
  IndexSettings settings = test_settings();
  settings.chunker = "lines/2";
  return settings;
}

void build(const IndexRebuild& rebuild, const std::vector<IndexedDocument>& documents) {
  const auto writer = open_index_writer(rebuild.directory(), other_settings());
  for (const IndexedDocument& document : documents) {
    writer->put(document);
    writer->commit();
  }
}

class IndexRebuildTest : public ::testing::Test {
 protected:
  void SetUp() override { store(index, {test_document("a", "one\ntwo"), test_document("b", "three")}); }
  TemporaryFolder folder;
  std::filesystem::path index = folder.index();
};

TEST_F(IndexRebuildTest, PutsTheNewIndexInTheOldOnesPlace) {
  const auto before = open_index_reader(index);
  std::uint64_t generation = 0;
  {
    IndexRebuild rebuild(index, other_settings());
    build(rebuild, {test_document("a", "uno"), test_document("c", "dos")});
    EXPECT_TRUE(open_index_reader(index)->find_document("b")) << "the old index is gone before the new one is complete";
    generation = rebuild.finish();
  }
  const auto after = open_index_reader(index);
  EXPECT_EQ(generation, before->generation() + 1);
  EXPECT_EQ(after->generation(), generation);
  EXPECT_EQ(after->settings().chunker, "lines/2");
  EXPECT_EQ(after->load_document("a").text, "uno");
  EXPECT_TRUE(after->find_document("c"));
  EXPECT_FALSE(after->find_document("b"));
  EXPECT_TRUE(verify(index).empty());
  EXPECT_FALSE(std::filesystem::exists(index / "catalog.rebuild"));
  EXPECT_EQ(segment_files(index, ".vec").size(), after->statistics().segments);
}

TEST_F(IndexRebuildTest, LeavesAReaderOfTheOldIndexWhatItHas) {
  const auto before = open_index_reader(index);
  {
    IndexRebuild rebuild(index, other_settings());
    build(rebuild, {test_document("a", "uno")});
    rebuild.finish();
  }
  EXPECT_EQ(before->load_document("a").text, "one\ntwo");
  EXPECT_EQ(before->vectors().search(test_vector(text_with_context("Title of b", before->chunks_of("b")[0])), 1, nullptr)[0].chunk,
            before->chunks_of("b")[0].id);
}

TEST_F(IndexRebuildTest, NeverUsesANumberTwice) {
  const ChunkId last = open_index_reader(index)->chunks_of("b")[0].id;
  const auto old_segment = segment_files(index, ".vec")[0].filename();
  IndexRebuild rebuild(index, other_settings());
  build(rebuild, {test_document("a", "uno")});
  rebuild.finish();
  EXPECT_GT(open_index_reader(index)->chunks_of("a")[0].id, last);
  EXPECT_GT(segment_files(index, ".vec")[0].filename(), old_segment);
}

TEST_F(IndexRebuildTest, ChangesNothingWhereItIsNotFinished) {
  {
    IndexRebuild rebuild(index, other_settings());
    build(rebuild, {test_document("a", "uno")});
  }
  EXPECT_EQ(open_index_reader(index)->load_document("a").text, "one\ntwo");
  EXPECT_FALSE(std::filesystem::exists(index / "catalog.rebuild"));
}

TEST_F(IndexRebuildTest, LeavesItsRestToTheNextWriter) {
  std::filesystem::create_directories(index / "catalog.rebuild/segments");
  open_existing_index_writer(index);
  EXPECT_FALSE(std::filesystem::exists(index / "catalog.rebuild"));
}

TEST_F(IndexRebuildTest, KeepsOthersFromWriting) {
  IndexRebuild rebuild(index, other_settings());
  EXPECT_THROW(open_existing_index_writer(index, 10), Error);
}

TEST_F(IndexRebuildTest, ReplacesACatalogThatIsBeyondReading) {
  std::filesystem::resize_file(index / "catalog.sqlite", 300);
  IndexRebuild rebuild(index, other_settings());
  build(rebuild, {test_document("a", "uno")});
  rebuild.finish();
  EXPECT_EQ(open_index_reader(index)->load_document("a").text, "uno");
  EXPECT_TRUE(verify(index).empty());
  EXPECT_EQ(segment_files(index, ".vec").size(), 1U);
}

TEST_F(IndexRebuildTest, ReplacesACatalogWithOneBadPageWhereverThatIs) {
  const auto bytes = std::filesystem::file_size(index / "catalog.sqlite");
  for (std::uint64_t page = 4096; page < bytes; page += 4096) {
    const TemporaryFolder other;
    std::filesystem::copy(index, other.index(), std::filesystem::copy_options::recursive);
    for (std::uint64_t at = page; at < page + 200; ++at) flip_byte(other.index() / "catalog.sqlite", at);
    IndexRebuild rebuild(other.index(), other_settings());
    build(rebuild, {test_document("a", "uno")});
    rebuild.finish();
    EXPECT_EQ(open_index_reader(other.index())->load_document("a").text, "uno") << page;
    EXPECT_TRUE(verify(other.index()).empty()) << page;
  }
}

}  // namespace
}  // namespace rag
