#include <gtest/gtest.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "clear_line.h"

namespace rag::test {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

class BadIndex : public ::testing::Test {
 protected:
  void SetUp() override {
    ::chmod(program_.folder().c_str(), 0755);
    program_.write("docs/good.txt", "A good text about rivers.\n");
    ASSERT_EQ(program_.run({"index", "docs", "--model", "hash"}).code, 0);
  }
  Result as_nobody(const std::vector<std::string>& arguments) { return program_.run(arguments, "", {}, {.as_nobody = true}); }
  bool nobody_can_run_it() { return as_nobody({"--version"}).code == 0; }
  std::size_t documents() { return json::parse(program_.run({"status", "--json"}).out)["documents"]; }

  Program program_;
};

TEST_F(BadIndex, ThatCanOnlyBeReadIsReadAndLeftAsItIs) {
  if (!nobody_can_run_it()) GTEST_SKIP() << "the program cannot be run without root's rights here";
  program_.write("docs/more.txt", "Another text about rivers.\n");
  for (const auto& entry : fs::recursive_directory_iterator(program_.folder() / ".rag"))
    ::chmod(entry.path().c_str(), entry.is_directory() ? 0555 : 0444);
  ::chmod((program_.folder() / ".rag").c_str(), 0555);
  for (const std::vector<std::string>& command : {std::vector<std::string>{"index", "docs", "--model", "hash"}, {"rm", "good.txt"}, {"compact"}, {"repair"},
                                                  {"index", "--rebuild", "--model", "hash"}})
    expect_one_clear_line(as_nobody(command), 6, ".rag/lock: cannot be written: Permission denied");
  for (const std::vector<std::string>& command : {std::vector<std::string>{"search", "rivers"}, {"status"}, {"ls"}, {"verify", "--deep"}})
    EXPECT_EQ(as_nobody(command).code, 0) << command[0];
}

TEST_F(BadIndex, ThatMayNotBeReadSaysSo) {
  if (!nobody_can_run_it()) GTEST_SKIP() << "the program cannot be run without root's rights here";
  ::chmod((program_.folder() / ".rag").c_str(), 0700);
  expect_one_clear_line(as_nobody({"--index", ".rag", "search", "rivers"}), ::geteuid() == 0 ? 6 : 0, ::geteuid() == 0 ? "Permission denied" : "");
  ::chmod((program_.folder() / ".rag").c_str(), 0755);
}

TEST_F(BadIndex, KeepsTheDocumentsOfAFolderThatCannotBeReadToday) {
  if (!nobody_can_run_it() || ::geteuid() != 0) GTEST_SKIP() << "only root can take a right from itself";
  program_.write("docs/closed/secret.txt", "A secret text about rivers.\n");
  ASSERT_EQ(program_.run({"index", "docs", "--model", "hash"}).code, 0);
  for (const auto& entry : fs::recursive_directory_iterator(program_.folder() / ".rag")) ASSERT_EQ(::chown(entry.path().c_str(), 65534, 65534), 0);
  ASSERT_EQ(::chown((program_.folder() / ".rag").c_str(), 65534, 65534), 0);
  ::chmod((program_.folder() / "docs/closed").c_str(), 0);
  const Result result = as_nobody({"index", "docs", "--model", "hash", "--json"});
  EXPECT_EQ(result.code, 5) << result.err;
  EXPECT_EQ(json::parse(result.out)["skipped"][0]["uri"], "closed/");
  EXPECT_EQ(documents(), 2U);
}

TEST_F(BadIndex, OnAFullDiskKeepsWhatWasCommitted) {
  for (int i = 0; i < 300; ++i) {
    std::string text;
    for (int j = 0; j < 60; ++j) text += "Text " + std::to_string(i * j) + " about rivers, hills and boats.\n";
    program_.write("docs/" + std::to_string(i) + ".txt", text);
  }
  // A file that may not grow fails as a full disk does: the catalog's log at one size, the segment at another.
  for (const std::size_t limit : {4096, 16384, 65536, 131072, 262144}) {
    const Result result = program_.run({"index", "docs", "--model", "hash"}, "", {}, {.largest_file = limit});
    expect_one_clear_line(result, 6, "what was committed is kept");
    EXPECT_EQ(documents(), 1U) << limit;
    EXPECT_EQ(program_.run({"verify", "--deep"}).code, 0) << limit;
    EXPECT_EQ(program_.run({"search", "rivers"}).code, 0) << limit;
  }
  EXPECT_EQ(program_.run({"index", "docs", "--model", "hash"}).code, 0);
  EXPECT_EQ(documents(), 301U);
  EXPECT_EQ(program_.run({"verify", "--deep"}).code, 0);
}

TEST_F(BadIndex, OnAFullDiskIsNotRebuiltAndStaysAsItWas) {
  for (int i = 0; i < 100; ++i) program_.write("docs/" + std::to_string(i) + ".txt", "Text " + std::to_string(i) + " about rivers, hills and boats.\n");
  ASSERT_EQ(program_.run({"index", "docs"}).code, 0);
  // Too little for the new index, then for putting it in place, then enough.
  std::size_t failures = 0;
  for (std::size_t limit = 4096;; limit += limit / 4, ++failures) {
    const Result result = program_.run({"index", "--rebuild"}, "", {}, {.largest_file = limit});
    if (result.code == 0) break;
    expect_one_clear_line(result, 6, "run the command again");
    EXPECT_EQ(documents(), 101U) << limit;
    EXPECT_FALSE(fs::exists(program_.folder() / ".rag/catalog.rebuild")) << limit;
    EXPECT_EQ(program_.run({"verify", "--deep"}).code, 0) << limit;
  }
  EXPECT_GT(failures, 3U);
  EXPECT_EQ(documents(), 101U);
}

TEST_F(BadIndex, OnAFullDiskIsNotBegun) {
  const Result result = program_.run({"--index", "new", "index", "docs", "--model", "hash"}, "", {}, {.largest_file = 4096});
  expect_one_clear_line(result, 6, "new/");
  EXPECT_EQ(program_.run({"--index", "new", "index", "docs", "--model", "hash"}).code, 0);
}

TEST_F(BadIndex, IsNotRebuiltWithoutWhatItWasBuiltFrom) {
  fs::rename(program_.folder() / "docs", program_.folder() / "away");
  expect_one_clear_line(program_.run({"index", "--rebuild", "--model", "hash"}), 2, "docs: is gone, and the index holds what was read from it; nothing was changed");
  EXPECT_EQ(program_.run({"search", "rivers"}).code, 0);
  EXPECT_EQ(program_.run({"index", "away", "--rebuild", "--delete", "--model", "hash"}).code, 0);
  EXPECT_EQ(documents(), 1U);
  program_.run({"index", "-", "--model", "hash"}, "The canteen opens at noon.\n");
  expect_one_clear_line(program_.run({"index", "--rebuild", "--model", "hash"}), 2, "1 document from standard input");
  EXPECT_EQ(documents(), 2U);
}

TEST_F(BadIndex, IsRebuiltFromEverySourceOnce) {
  program_.write("docs/hr/leave.txt", "Annual leave is 15 days.\n");
  program_.write("more/hills.txt", "Hills are high.\n");
  EXPECT_EQ(program_.run({"index", "more", "docs/hr", "docs", "--rebuild", "--model", "hash"}).code, 0);
  EXPECT_EQ(documents(), 3U);
}

TEST_F(BadIndex, IsNotRebuiltFromAFolderThatHasBecomeEmpty) {
  fs::remove(program_.folder() / "docs/good.txt");
  expect_one_clear_line(program_.run({"index", "--rebuild"}), 2, ".rag: 1 of 1 documents cannot be read any more; nothing was changed; pass --delete");
  EXPECT_EQ(program_.run({"search", "rivers"}).code, 0);
}

TEST_F(BadIndex, IsRebuiltByOneAtATime) {
  const int lock = ::open((program_.folder() / ".rag/lock").c_str(), O_RDWR);
  ASSERT_EQ(::flock(lock, LOCK_EX), 0);
  expect_one_clear_line(program_.run({"index", "--rebuild"}), 2, "index is being written by");
  ::close(lock);
}

TEST_F(BadIndex, KeepsItsOwnEncoderWhenItIsRebuilt) {
  EXPECT_EQ(program_.run({"index", "--rebuild"}).code, 0);
  EXPECT_EQ(json::parse(program_.run({"status", "--json"}).out)["model"], "hash");
}

TEST_F(BadIndex, ThatCannotTellItsEncoderIsRebuiltWithTheDefaultOne) {
  program_.write("rag.toml", "model = \"hash\"\n");
  fs::resize_file(program_.folder() / ".rag/catalog.sqlite", 50);
  expect_one_clear_line(program_.run({"index", "docs"}), 4, "catalog.sqlite");
  const Result rebuilt = program_.run({"index", "docs", "--rebuild"});
  EXPECT_EQ(rebuilt.code, 0) << rebuilt.err;
  EXPECT_NE(rebuilt.err.find("the encoder it was built with is not known; taking hash"), std::string::npos) << rebuilt.err;
  EXPECT_EQ(documents(), 1U);
}

TEST_F(BadIndex, ThatRepairCannotMendSaysWhatCan) {
  fs::resize_file(program_.folder() / ".rag/catalog.sqlite", 5000);
  const Result verified = program_.run({"verify"});
  EXPECT_EQ(verified.code, 4);
  EXPECT_NE(verified.out.find("restore the index from a backup, or build it anew with 'rag index FOLDER --rebuild'"), std::string::npos) << verified.out;
  EXPECT_EQ(verified.err, "1 finding; 'rag repair' cannot mend it\n");
  EXPECT_EQ(program_.run({"repair"}).code, 4);
  EXPECT_EQ(program_.run({"index", "docs", "--rebuild", "--model", "hash"}).code, 0);
  EXPECT_EQ(program_.run({"verify", "--deep"}).code, 0);
}

TEST_F(BadIndex, IsNoFolder) {
  program_.write("file", "text");
  expect_one_clear_line(program_.run({"--index", "file", "index", "docs", "--model", "hash"}), 6, "file/segments: cannot be created");
  expect_one_clear_line(program_.run({"--index", "file", "search", "rivers"}), 2, "file: no index here");
  program_.write("other/catalog.sqlite", "not a database at all");
  for (const char* command : {"status", "ls", "repair"}) expect_one_clear_line(program_.run({"--index", "other", command}), 4, "other/catalog.sqlite");
}

}  // namespace
}  // namespace rag::test
