#include "pipelines/source_plan.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "core/error.h"
#include "core/hash.h"
#include "index/analyzer.h"
#include "index/index_reader.h"
#include "index/index_writer.h"
#include "ingest/parser.h"

namespace rag {
namespace {

std::vector<PlannedReading> all_of(const ReadingList& list) {
  std::vector<PlannedReading> all;
  for (ReadingList::Cursor files(list); auto file = files.next();) all.push_back(std::move(*file));
  return all;
}

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
  add_skipped("a.xlsb", no_parser_reason("application/vnd.ms-excel.sheet.binary.macroenabled.12"));
  add_skipped("b.mid", no_parser_reason("audio/midi"));
  add_skipped("c.pdf", "encrypted");
  add_skipped("d.bin", no_parser_reason("application/octet-stream"));
  const SourcePlan found = plan();
  ASSERT_EQ(found.to_read.size(), 1U);
  EXPECT_EQ(all_of(found.to_read)[0].file.uri, "a.pdf");
  EXPECT_EQ(found.unchanged.files, 4U);
  EXPECT_EQ(found.unchanged.skipped.size(), 4U);
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
  EXPECT_EQ(all_of(found.to_read)[0].file.uri, "changed.txt");
  EXPECT_TRUE(all_of(found.to_read)[0].known);
  EXPECT_EQ(all_of(found.to_read)[1].file.uri, "new.txt");
  EXPECT_FALSE(all_of(found.to_read)[1].known);
  EXPECT_EQ(found.to_read.read_before(), 1U);
  ASSERT_EQ(found.gone.size(), 3U);
  EXPECT_EQ(all_of(found.gone)[0].known->record.uri, "a-gone.txt");
  EXPECT_EQ(all_of(found.gone)[1].known->record.uri, "folder/gone.txt");
  EXPECT_EQ(all_of(found.gone)[2].known->record.uri, "z-gone.txt");
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
  EXPECT_EQ(all_of(found.moved)[0].known->record.uri, "old.txt");
  EXPECT_EQ(all_of(found.moved)[0].file.uri, "new/name.txt");
}

TEST_F(SourcePlanTest, FindsEachOfManyFilesThatMovedAndLeavesWhatIsNew) {
  // Of one size, so that only the content tells; every third one is there twice.
  for (int i = 0; i < 60; ++i) {
    add_known("old/" + std::to_string(100 + i));
    files_.back().content_hash = sha256_hex("text " + std::to_string(10 + i / 3));
    std::filesystem::remove(folder_ / "docs" / files_.back().uri);
  }
  std::filesystem::create_directories(folder_ / "docs" / "new");
  for (int i = 0; i < 25; ++i) std::ofstream(folder_ / "docs/new" / std::to_string(100 + i)) << "text " << 10 + i;
  std::ofstream(folder_ / "docs/new/second") << "text 10";
  const SourcePlan found = plan();
  const auto moved = all_of(found.moved), gone = all_of(found.gone), to_read = all_of(found.to_read);
  ASSERT_EQ(moved.size(), 21U);
  EXPECT_EQ(moved[0].known->record.uri, "old/100") << "the first of three that say the same";
  EXPECT_EQ(moved[1].known->record.uri, "old/103");
  EXPECT_EQ(moved[20].known->record.uri, "old/101");
  EXPECT_EQ(moved[20].file.uri, "new/second");
  EXPECT_EQ(gone.size(), 39U);
  EXPECT_EQ(gone[0].known->record.uri, "old/102");
  ASSERT_EQ(to_read.size(), 5U);
  EXPECT_EQ(to_read[0].file.uri, "new/120");
}

TEST_F(SourcePlanTest, KeepsWhatLiesBelowAFolderThatCannotBeSeen) {
  for (const char* name : {"shut/a.txt", "shut/deep/b.txt", "shutter.txt"}) add_known(name);
  std::filesystem::remove(folder_ / "docs/shutter.txt");
  std::filesystem::remove_all(folder_ / "docs/shut");
  std::filesystem::create_symlink(folder_ / "nowhere", folder_ / "docs/shut");  // a disk that is not mounted now
  const SourcePlan found = plan();
  ASSERT_EQ(found.gone.size(), 1U);
  EXPECT_EQ(all_of(found.gone)[0].known->record.uri, "shutter.txt");
}

TEST_F(SourcePlanTest, KeepsAListOfAnyLengthInLittleMemory) {
  const std::size_t count = 20000;  // several megabytes
  const auto planned = [](std::size_t i) {
    PlannedReading reading{.file = {"/서류/" + std::string(i % 300, 'p') + std::to_string(i), "강\n" + std::to_string(i), i, -static_cast<std::int64_t>(i)}};
    if (i % 3 == 0)
      reading.known = KnownFile{.record = {.source = "/서류", .uri = reading.file.uri, .size = i + 1, .mtime_ns = 7, .content_hash = std::string(i % 65, 'f'),
                                           .skipped = i % 2 ? "암호" : "", .warnings = std::vector<std::string>(i % 4, "page 3")},
                                .documents = i, .cut_tokens = i + 2};
    return reading;
  };
  const auto open_files = [] { return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}); };
  const auto before = open_files();
  {
    ReadingList list(folder_);
    for (std::size_t i = 0; i < count; ++i) list.add(planned(i));
    EXPECT_GT(open_files(), before) << "all of it is in memory";
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1) << "a file that a crash would leave";
    list = ReadingList(std::move(list));
    ASSERT_EQ(list.size(), count);
    ReadingList::Cursor files(list), others(list);
    for (std::size_t i = 0; i < count; ++i) {
      const auto found = files.next();
      const PlannedReading expected = planned(i);
      ASSERT_TRUE(found) << i;
      ASSERT_EQ(found->file.path, expected.file.path);
      ASSERT_EQ(found->file.uri, expected.file.uri);
      ASSERT_EQ(found->file.size, expected.file.size);
      ASSERT_EQ(found->file.mtime_ns, expected.file.mtime_ns);
      ASSERT_EQ(found->known.has_value(), expected.known.has_value());
      if (i % 2 == 0) {
        ASSERT_EQ(others.next()->file.size, i / 2);  // another one, at its own pace
      }
      if (!found->known) continue;
      ASSERT_EQ(found->known->record.content_hash, expected.known->record.content_hash);
      ASSERT_EQ(found->known->record.skipped, expected.known->record.skipped);
      ASSERT_EQ(found->known->record.warnings, expected.known->record.warnings);
      ASSERT_EQ(found->known->documents, i);
      ASSERT_EQ(found->known->cut_tokens, i + 2);
    }
    EXPECT_FALSE(files.next());
    EXPECT_FALSE(files.next());
  }
  EXPECT_EQ(open_files(), before);
}

TEST_F(SourcePlanTest, KeepsReasonsOfAnyNumberInLittleMemory) {
  const std::size_t count = 50000;
  ReasonList list(folder_);
  for (std::size_t i = 0; i < count; ++i) list.add({"그림/" + std::to_string(i), i % 7 ? "no reader for it" : "", i % 2 == 0});
  EXPECT_EQ(list.size(), count);
  EXPECT_EQ(list.fresh(), count / 2);
  ReasonList::Cursor reasons(list);
  for (std::size_t i = 0; i < count; ++i) {
    const auto reason = reasons.next();
    ASSERT_TRUE(reason) << i;
    ASSERT_EQ(reason->uri, "그림/" + std::to_string(i));
    ASSERT_EQ(reason->reason, i % 7 ? "no reader for it" : "");
    ASSERT_EQ(reason->earlier, i % 2 == 0);
  }
  EXPECT_FALSE(reasons.next());
}

TEST_F(SourcePlanTest, LooksOneFileUpAmongThoseThatBeginLikeIt) {
  for (const char* name : {"a.txt", "a.txt.gz", "a.txt/b.txt"}) files_.push_back({.source = (folder_ / "docs").string(), .uri = name, .content_hash = "0", .skipped = name});
  plan();
  const auto index = open_index_reader(folder_ / ".rag");
  const std::string source = (folder_ / "docs").string();
  EXPECT_EQ(known_file(index.get(), source, "a.txt")->skipped, "a.txt");
  EXPECT_EQ(known_file(index.get(), source, "a.txt.gz")->skipped, "a.txt.gz");
  EXPECT_FALSE(known_file(index.get(), source, "a"));
  EXPECT_FALSE(known_file(index.get(), "/elsewhere", "a.txt"));
  EXPECT_FALSE(known_file(nullptr, source, "a.txt"));
}

TEST_F(SourcePlanTest, SaysWhereAListFindsNoRoom) {
  ReadingList list("/proc");  // no file can be made there
  try {
    for (int i = 0; i < 3000; ++i) list.add({.file = {std::string(1000, 'p'), "강", 1, 1}, .known = {}});
    FAIL() << "kept without a place";
  } catch (const Error& error) {
    EXPECT_TRUE(std::string(error.what()).starts_with("/proc: a list of files cannot be kept there: ")) << error.what();
  }
}

TEST_F(SourcePlanTest, LooksOnlyAtThePartThatIsNamed) {
  for (const char* name : {"hr/a.txt", "hr/b.txt", "hr-old/c.txt", "it/d.txt"}) add_known(name);
  std::filesystem::remove(folder_ / "docs/hr/b.txt");
  std::filesystem::remove(folder_ / "docs/it/d.txt");
  const SourcePlan found = plan("hr/");
  EXPECT_EQ(found.unchanged.files, 1U);
  ASSERT_EQ(found.gone.size(), 1U);
  EXPECT_EQ(all_of(found.gone)[0].known->record.uri, "hr/b.txt");
}

TEST_F(SourcePlanTest, TakesWhatIsAPipeNowForGone) {
  for (const char* name : {"a.txt", "b.txt", "linked/c.txt"}) add_known(name);
  std::filesystem::remove(folder_ / "docs/a.txt");
  ASSERT_EQ(::mkfifo((folder_ / "docs/a.txt").c_str(), 0600), 0);
  std::filesystem::remove_all(folder_ / "docs/linked");
  std::filesystem::create_symlink("/usr", folder_ / "docs/linked");
  const SourcePlan found = plan();
  ASSERT_EQ(found.gone.size(), 2U);
  EXPECT_EQ(all_of(found.gone)[0].known->record.uri, "a.txt");
  EXPECT_EQ(all_of(found.gone)[1].known->record.uri, "linked/c.txt");
  EXPECT_EQ(found.skipped.size(), 2U);
  EXPECT_TRUE(found.unseen.empty());
}

TEST_F(SourcePlanTest, LeavesAPipeThatItKnowsAsItIs) {
  add_skipped("a.txt", "not a regular file");
  std::filesystem::remove(folder_ / "docs/a.txt");
  ASSERT_EQ(::mkfifo((folder_ / "docs/a.txt").c_str(), 0600), 0);
  EXPECT_TRUE(plan().gone.empty());
}

TEST_F(SourcePlanTest, NamesAPartAsItsFilesAreNamed) {
  std::filesystem::create_directories(folder_ / "docs/b\xFF");
  EXPECT_EQ(scope_of(folder_ / "docs/b\xFF", {(folder_ / "docs").string()}).prefix, "b\\xFF/");
}

TEST_F(SourcePlanTest, RefusesASourceThatHoldsAnother) {
  EXPECT_THROW(refuse_overlap("/srv", {"/srv/docs"}), Error);
  EXPECT_NO_THROW(refuse_overlap("/srv/docs", {"/srv/docs", "/srv/docs-old", "/srv"}));
}

TEST_F(SourcePlanTest, ReadsArchivesAgainOnceThereIsAParserForWhatLiesInThem) {
  add_skipped("a.zip", no_parser_reason("application/zip"));
  add_skipped("b.zip", "its only file cannot be read: x.pdf: " + no_parser_reason("application/pdf"));
  add_skipped("c.zip", "its only file cannot be read: x.mid: " + no_parser_reason("audio/midi"));
  add_skipped("d.eml", "");
  files_.back().warnings = {"x.pdf: " + no_parser_reason("application/pdf")};
  add_skipped("e.eml", "");
  files_.back().warnings = {"no reader for", "yet", "x.mid: " + no_parser_reason("audio/midi")};
  const SourcePlan found = plan();
  ASSERT_EQ(found.to_read.size(), 3U);
  EXPECT_EQ(all_of(found.to_read)[2].file.uri, "d.eml");
}

}  // namespace
}  // namespace rag
