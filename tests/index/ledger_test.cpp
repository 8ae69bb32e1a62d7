#include "index/ledger.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "index/index_rebuild.h"
#include "temporary_index.h"

namespace rag {
namespace {

class Ledger : public testing::Test {
 protected:
  std::filesystem::path index() const { return folder_.index(); }

  // One run, committed whole.
  RunId enter(const std::string& command, const std::vector<FileEntry>& files, RunCounts counts = {}) {
    const auto writer = open_index_writer(index(), test_settings());
    const RunId run = writer->begin_run(command);
    for (const FileEntry& file : files) writer->note_file(run, file);
    writer->end_run({.id = run, .outcome = "done", .milliseconds = 1500, .counts = counts});
    writer->commit();
    return run;
  }
  std::vector<RunEntry> runs() const { return open_index_reader(index())->runs(); }
  std::vector<FileEntry> files_of(RunId run) const {
    std::vector<FileEntry> files;
    open_index_reader(index())->for_each_file_of_run(run, [&](const FileEntry& file) { files.push_back(file); });
    return files;
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(Ledger, KeepsWhatBecameOfEachFile) {
  const FileEntry scan{.source = "/docs", .uri = "인사/scan.pdf", .state = "added", .reason = "", .warnings = {"2 of 3 pages have no text"}, .documents = 1,
                       .pages = 3, .pages_without_text = 2, .cut_tokens = 7, .ocr_confidence = 87.25, .milliseconds = 42};
  const FileEntry picture{.source = "/docs", .uri = "a.png", .state = "skipped", .reason = "no reader for image/png yet"};
  const RunId run = enter("sync", {scan, picture}, {.added = 1, .unchanged = 3, .skipped = 1, .read_with_loss = 1, .cut_tokens = 7, .chunks_embedded = 9});
  const auto reader = open_index_reader(index());
  const std::vector<FileEntry> files = files_of(run);
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0].uri, "a.png");
  EXPECT_EQ(files[0].reason, picture.reason);
  EXPECT_FALSE(files[0].ocr_confidence);
  EXPECT_EQ(files[1].uri, scan.uri);
  EXPECT_EQ(files[1].warnings, scan.warnings);
  EXPECT_EQ(files[1].pages_without_text, 2U);
  EXPECT_EQ(files[1].cut_tokens, 7U);
  EXPECT_EQ(files[1].milliseconds, 42);
  EXPECT_DOUBLE_EQ(files[1].ocr_confidence.value_or(0), 87.25);
  ASSERT_EQ(reader->runs().size(), 1U);
  const RunEntry entry = reader->runs()[0];
  EXPECT_EQ(entry.command, "sync");
  EXPECT_EQ(entry.files, 2U);
  EXPECT_EQ(entry.counts.unchanged, 3U);
  EXPECT_EQ(entry.counts.chunks_embedded, 9U);
  EXPECT_EQ(entry.milliseconds, 1500);
  EXPECT_GE(entry.finished_at, entry.started_at);
  EXPECT_GT(entry.started_at, 0);
}

TEST_F(Ledger, RaisesTheGenerationOnlyWithWhatItTellsOf) {
  store(index(), {test_document("a", "one line")});
  enter("index", {});
  EXPECT_EQ(open_index_reader(index())->generation(), 1U) << "an entry alone is no new state of the index";
  EXPECT_EQ(runs()[0].generation, 1U);
  const auto writer = open_index_writer(index(), test_settings());
  const RunId run = writer->begin_run("index");
  writer->put(test_document("b", "another line"));
  writer->end_run({.id = run, .outcome = "done"});
  EXPECT_EQ(writer->commit(), 2U);
  EXPECT_EQ(runs()[0].generation, 2U);
}

TEST_F(Ledger, LosesWithAWriterThatDiesWhatItHadNotCommitted) {
  store(index(), {test_document("a", "one line")});
  {
    const auto writer = open_index_writer(index(), test_settings());
    const RunId run = writer->begin_run("index");
    writer->put(test_document("b", "another line"));
    writer->note_file(run, {.source = "/docs", .uri = "b", .state = "added"});
    writer->commit();
    writer->put(test_document("c", "a third line"));
    writer->note_file(run, {.source = "/docs", .uri = "c", .state = "added"});
  }
  const auto reader = open_index_reader(index());
  ASSERT_EQ(reader->runs().size(), 1U);
  EXPECT_EQ(reader->runs()[0].finished_at, 0) << "it did not end";
  const auto files = files_of(reader->runs()[0].id);
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files[0].uri, "b");
  EXPECT_FALSE(reader->find_document("c"));
}

TEST_F(Ledger, FoldsRunsOfOneCommandThatChangedNothing) {
  enter("sync", {{.source = "/docs", .uri = "a", .state = "added"}}, {.added = 1});
  for (int i = 0; i < 3; ++i) enter("sync", {}, {.unchanged = 1});
  ASSERT_EQ(runs().size(), 2U);
  EXPECT_EQ(runs()[0].counts.unchanged, 1U);
  EXPECT_EQ(runs()[1].counts.added, 1U);
  enter("index", {}, {.unchanged = 1});
  EXPECT_EQ(runs().size(), 3U) << "another command";
}

TEST_F(Ledger, KeepsTheLastRunsAndTheirFilesOnly) {
  for (std::size_t i = 0; i < kLedgerRuns + 5; ++i) enter("index", {{.source = "/docs", .uri = std::to_string(i), .state = "added"}}, {.added = 1});
  ASSERT_EQ(runs().size(), kLedgerRuns);
  EXPECT_EQ(runs().front().id.value, static_cast<std::int64_t>(kLedgerRuns + 5)) << "numbers are never used again";
  EXPECT_EQ(files_of(runs().back().id).size(), 1U);
  EXPECT_TRUE(files_of({1}).empty());
}

TEST_F(Ledger, LosesWithAnOldRunAllOfItsFilesHoweverMany) {
  std::vector<FileEntry> many;
  for (std::size_t i = 0; i < 21000; ++i) many.push_back({.source = "/docs", .uri = std::to_string(i), .state = "added"});
  enter("index", many, {.added = many.size()});
  for (std::size_t i = 1; i < kLedgerRuns; ++i) enter("index", {{.source = "/docs", .uri = "a", .state = "changed"}}, {.changed = 1});
  EXPECT_EQ(files_of({1}).size(), many.size());
  enter("index", {{.source = "/docs", .uri = "a", .state = "changed"}}, {.changed = 1});
  EXPECT_TRUE(files_of({1}).empty());
  EXPECT_EQ(runs().back().id, RunId{2});
  EXPECT_EQ(files_of({2}).size(), 1U);
}

TEST_F(Ledger, OutlivesARebuildAndHasTheRebuildItself) {
  store(index(), {test_document("a", "one line")});
  enter("index", {{.source = "/docs", .uri = "a", .state = "added"}}, {.added = 1});
  open_existing_index_writer(index())->put_source_settings({.source = "/lost"});  // not committed
  {
    const auto writer = open_existing_index_writer(index());
    writer->put_source_settings({.source = "/docs", .include = {"*.md"}, .metadata = {"dept = 인사"}, .hidden = true, .applied = "x"});
    writer->commit();
  }
  {
    IndexRebuild rebuild(index(), test_settings());
    {
      const auto writer = open_index_writer(rebuild.directory(), test_settings());
      EXPECT_EQ(open_index_reader(rebuild.directory())->source_settings().size(), 1U) << "the new index is built by the settings of the old one";
      const RunId run = writer->begin_run("rebuild");
      writer->put(test_document("a", "one line"));
      writer->note_file(run, {.source = "/docs", .uri = "a", .state = "added"});
      writer->end_run({.id = run, .outcome = "done", .counts = {.added = 1}});
      writer->commit();
    }
    rebuild.finish();
  }
  const auto all = runs();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].command, "rebuild");
  EXPECT_EQ(all[1].command, "index");
  EXPECT_GT(all[0].id, all[1].id);
  const auto settings = open_index_reader(index())->source_settings();
  ASSERT_EQ(settings.size(), 1U);
  EXPECT_EQ(settings[0].include, std::vector<std::string>{"*.md"});
  EXPECT_EQ(settings[0].metadata, std::vector<std::string>{"dept = 인사"});
  EXPECT_TRUE(settings[0].hidden);
  EXPECT_TRUE(settings[0].ignore_files);
}

TEST_F(Ledger, GoesWithItsSource) {
  const auto writer = open_index_writer(index(), test_settings());
  writer->add_source("/docs");
  writer->put_source_settings({.source = "/docs", .language = "ko"});
  writer->commit();
  EXPECT_EQ(open_index_reader(index())->source_settings().size(), 1U);
  writer->remove_source("/docs");
  writer->commit();
  EXPECT_TRUE(open_index_reader(index())->source_settings().empty());
}

TEST_F(Ledger, DescribesADocumentAnewWithoutTouchingItsText) {
  store(index(), {test_document("a", "one line")});
  const auto writer = open_index_writer(index(), test_settings());
  writer->describe("a", {{"dept", {"인사"}}}, {"staff"}, "ko");
  writer->commit();
  const auto reader = open_index_reader(index());
  const Document document = reader->load_document("a");
  EXPECT_EQ(document.metadata, (Metadata{{"dept", {"인사"}}}));
  EXPECT_EQ(document.acl, std::vector<std::string>{"staff"});
  EXPECT_EQ(document.language, "ko");
  EXPECT_EQ(document.text, "one line");
  EXPECT_EQ(reader->statistics().chunks, 1U);
  EXPECT_EQ(reader->statistics().segments, 1U);
  EXPECT_THROW(writer->describe("nobody", {}, {}, ""), Error);
}

}  // namespace
}  // namespace rag
