// tests/data/index_v1 was written by the first release and must open for ever.  A format that cannot read it needs a way to.
// RAG_MAKE_INDEX_V1=FOLDER makes such an index anew, for a look at what a change of the format does to it.
#include <gtest/gtest.h>

#include <cstdlib>

#include "core/error.h"
#include "core/text_signature.h"
#include "expect_error.h"
#include "index/catalog.h"
#include "index/index_rebuild.h"
#include "index/maintenance.h"
#include "temporary_index.h"

namespace rag {
namespace {

constexpr char kLeave[] = "Annual leave is 25 days.\nUnused days expire in March.";
constexpr char kKorean[] = "연차 휴가는 15일입니다.\n병가는 10일입니다.";

class Silence final : public Progress {
 public:
  void update(std::string_view, std::size_t, std::size_t) override {}
};

void make_index_v1(const std::filesystem::path& index) {
  IndexedDocument leave = test_document("leave", kLeave, "/handbook");
  leave.document.pages = {{0, 1}, {25, 2}};
  leave.document.headings = {{0, 1, "Leave"}};
  leave.document.tables = {{{25, 53}, {25, 31}}};
  leave.document.metadata = {{"dept", {"hr"}}, {"year", {"2024", "2025"}}};
  leave.document.acl = {"staff"};
  leave.chunks[1].page = 2;
  leave.chunks[1].table_header = "Unused";
  store(index, {leave, test_document("draft", "To be deleted.", "/handbook")});
  const auto writer = open_index_writer(index, test_settings());
  writer->put(test_document("ko", kKorean, "/handbook"));
  writer->remove("draft");
  writer->add_source("/handbook");
  writer->put_file({.source = "/handbook",
                    .uri = "scan.pdf",
                    .size = 9,
                    .mtime_ns = 1700000000000000000,
                    .content_hash = "00",
                    .skipped = "no text",
                    .warnings = {"1 page without text"}});
  writer->commit();
}

// In a folder of its own, as reading may leave SQLite's helper files beside the catalog.
class IndexV1 : public testing::Test {
 protected:
  IndexV1() {
    std::filesystem::copy(std::filesystem::path(RAG_SOURCE_DIR) / "tests/data/index_v1", folder_.index(),
                          std::filesystem::copy_options::recursive);
  }
  std::filesystem::path index() const { return folder_.index(); }

 private:
  TemporaryFolder folder_;
};

TEST_F(IndexV1, StillHoldsItsDocuments) {
  const auto reader = open_index_reader(index());
  EXPECT_EQ(reader->generation(), 2U);
  EXPECT_EQ(reader->settings().embedder, "hashing/16");
  EXPECT_EQ(reader->settings().dimension, 16U);
  EXPECT_EQ(reader->sources(), std::vector<std::string>{"/handbook"});
  EXPECT_FALSE(reader->find_document("draft"));
  const Document leave = reader->load_document("leave");
  EXPECT_EQ(leave.text, kLeave);
  EXPECT_EQ(leave.pages.at(1).number, 2);
  EXPECT_EQ(leave.headings.at(0).text, "Leave");
  EXPECT_EQ(leave.tables.at(0).header, (Span{25, 31}));
  EXPECT_EQ(leave.metadata.at("year"), (std::vector<std::string>{"2024", "2025"}));
  EXPECT_EQ(leave.acl, std::vector<std::string>{"staff"});
  EXPECT_EQ(reader->chunks_of("leave").at(1).table_header, "Unused");
  EXPECT_EQ(reader->load_document("ko").text, kKorean);
  reader->for_each_file([](const FileRecord& file) {
    EXPECT_EQ(file.uri, "scan.pdf");
    EXPECT_EQ(file.mtime_ns, 1700000000000000000);
    EXPECT_EQ(file.skipped, "no text");
  });
}

TEST_F(IndexV1, StillFindsWhatItFound) {
  const auto reader = open_index_reader(index());
  const std::vector<Hit> hits = reader->vectors().search(test_vector("Title of ko\nTop > Line\n병가는 10일입니다."), 10, nullptr);
  ASSERT_EQ(hits.size(), 4U);
  for (const Chunk& chunk : reader->chunks_of("ko")) {
    const auto score = reader->vectors().score(test_vector(text_with_context("Title of ko", chunk)), std::vector{chunk.id});
    EXPECT_NEAR(score[0], 1.0, 1e-5);
  }
  // An analyzer that cuts other terms may not search these postings, but must say so.
  if (reader->settings().analyzer != default_analyzer().name()) {
    expect_error(ErrorKind::Mismatch, reader->settings().analyzer, [&] { reader->lexical(); });
    return;
  }
  const std::vector<Hit> words = reader->lexical().search("연차", 5, nullptr);
  ASSERT_EQ(words.size(), 1U);
  EXPECT_EQ(reader->passages(std::vector{words[0].chunk})[0].chunk.text, "연차 휴가는 15일입니다.");
}

TEST_F(IndexV1, IsSoundAndCanBeWrittenTo) {
  Silence silence;
  EXPECT_TRUE(verify_index(index(), false, silence).empty());
  const auto writer = open_existing_index_writer(index());
  writer->put(test_document("new", "added later", "/handbook"));
  EXPECT_EQ(writer->commit(), 3U);
  EXPECT_EQ(open_index_reader(index())->vectors().search(test_vector("x"), 10, nullptr).size(), 5U);
}

std::int64_t format_of(const std::filesystem::path& index) { return catalog_format(*open_catalog_for_reading(index)); }

TEST_F(IndexV1, IsReadAsItIsAndRaisedByTheFirstWriter) {
  EXPECT_FALSE(open_index_reader(index())->signature_of("leave"));
  EXPECT_TRUE(open_index_reader(index())->embedded_as(1).empty());
  EXPECT_EQ(format_of(index()), 1);
  {
    const auto writer = open_existing_index_writer(index());
    writer->put(test_document("copy", kLeave, "/handbook"));
    writer->commit();
  }
  EXPECT_EQ(format_of(index()), 2);
  const auto reader = open_index_reader(index());
  EXPECT_TRUE(reader->signature_of("leave"));
  EXPECT_EQ(reader->signature_of("leave"), reader->signature_of("copy"));
  EXPECT_EQ(reader->signature_of("ko"), text_signature(kKorean));
  EXPECT_EQ(reader->load_document("leave").text, kLeave);
}

TEST_F(IndexV1, GoesOnBeingReadWhileItIsRaised) {
  const auto reader = open_index_reader(index());
  open_existing_index_writer(index());
  EXPECT_EQ(format_of(index()), 2);
  EXPECT_FALSE(reader->signature_of("leave"));
  EXPECT_EQ(reader->load_document("leave").text, kLeave);
}

TEST_F(IndexV1, KeepsItsGenerationWhenItIsRaised) {
  open_existing_index_writer(index());
  EXPECT_EQ(open_index_reader(index())->generation(), 2U);
  EXPECT_EQ(open_existing_index_writer(index())->commit(), 2U);
}

TEST_F(IndexV1, CanBeWrittenToThoughADocumentIsDamaged) {
  {
    const auto catalog = open_catalog_for_writing(index());
    catalog->execute("UPDATE texts SET bytes = x'00' WHERE document = (SELECT key FROM documents WHERE id = 'ko')");
  }
  const auto writer = open_existing_index_writer(index());
  writer->remove("ko");
  writer->commit();
  EXPECT_EQ(format_of(index()), 2);
  EXPECT_TRUE(open_index_reader(index())->signature_of("leave"));
}

TEST_F(IndexV1, IsReplacedByARebuild) {
  {
    IndexRebuild rebuild(index(), test_settings());
    store(rebuild.directory(), {test_document("leave", kLeave, "/handbook")});
    rebuild.finish();
  }
  EXPECT_EQ(format_of(index()), 2);
  EXPECT_TRUE(open_index_reader(index())->signature_of("leave"));
}

TEST_F(IndexV1, HasNoLedgerAndNoSettingsUntilItIsWrittenTo) {
  {
    const auto reader = open_index_reader(index());
    EXPECT_TRUE(reader->runs().empty());
    reader->for_each_file_of_run({1}, [](const FileEntry& file) { ADD_FAILURE() << file.uri; });
    EXPECT_TRUE(reader->source_settings().empty());
  }
  {
    const auto writer = open_existing_index_writer(index());
    writer->begin_run("index");
    writer->put(test_document("new", "added later", "/handbook"));
  }
  EXPECT_TRUE(open_index_reader(index())->runs().empty()) << "what was not committed has changed the format";
  const auto writer = open_existing_index_writer(index());
  const RunId run = writer->begin_run("index");
  writer->end_run({.id = run, .outcome = "done"});
  writer->commit();
  EXPECT_EQ(open_index_reader(index())->runs().size(), 1U);
  EXPECT_EQ(open_index_reader(index())->load_document("ko").text, kKorean);
  EXPECT_EQ(open_index_reader(index())->generation(), 2U);
}

TEST(IndexV1Maker, MakesOneWhereAsked) {
  const char* folder = std::getenv("RAG_MAKE_INDEX_V1");
  if (!folder) GTEST_SKIP() << "set RAG_MAKE_INDEX_V1 to a new folder to make one";
  ASSERT_FALSE(std::filesystem::exists(folder));
  make_index_v1(folder);
}

}  // namespace
}  // namespace rag
