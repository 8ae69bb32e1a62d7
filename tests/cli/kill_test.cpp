#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <thread>

#include "program.h"

namespace rag::test {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

// Kills the real program at 50 random moments of indexing; after each the index is sound and nothing that was acknowledged is lost.
TEST(Kill9, AtAnyMomentOfIndexingLeavesASoundIndex) {
  constexpr int kKills = 50;
  Program program;
  std::mt19937 random(20261124);
  std::size_t files = 0;
  const auto add_files = [&](int count) {
    for (int i = 0; i < count; ++i, ++files) {
      std::string text = "# Note " + std::to_string(files) + "\n\n";
      for (int line = 0; line < 30; ++line) text += "Sentence " + std::to_string(random() % 1000) + " speaks of rivers, 강과 산.\n\n";
      program.write("docs/" + std::to_string(files) + ".md", text);
    }
  };
  add_files(40);
  const auto start = std::chrono::steady_clock::now();
  ASSERT_EQ(program.run({"index", "docs", "--model", "hash"}).code, 0);
  const auto typical = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start);
  std::size_t acknowledged = 40;
  for (int kill = 0; kill < kKills; ++kill) {
    add_files(8);
    const pid_t child = program.start({"index", "docs", "--model", "hash", "--reread"});
    std::this_thread::sleep_for(milliseconds(random() % (typical.count() + 20)));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) acknowledged = files;
    const json state = json::parse(program.run({"status", "--json"}).out);
    EXPECT_GE(state["documents"].get<std::size_t>(), acknowledged) << "after kill " << kill;
    if (kill % 5 == 0) {
      const Result verified = program.run({"verify", "--deep"});
      ASSERT_EQ(verified.code, 0) << "after kill " << kill << ": " << verified.out << verified.err;
    }
    const Result found = program.run({"search", "rivers", "--json"});
    ASSERT_EQ(found.code, 0) << "after kill " << kill << ": " << found.err;
  }
  ASSERT_EQ(program.run({"index", "docs", "--model", "hash"}).code, 0);
  EXPECT_EQ(json::parse(program.run({"status", "--json"}).out)["documents"], files);
  EXPECT_EQ(program.run({"verify", "--deep"}).code, 0);
}

// Until a rebuild is complete there is the old index, then there is the new one: never none, never a mixture.
TEST(Kill9, AtAnyMomentOfARebuildLeavesTheOldIndexOrTheNewOne) {
  constexpr int kKills = 30;
  Program program;
  std::mt19937 random(20261124);
  for (int i = 0; i < 60; ++i) program.write("docs/" + std::to_string(i) + ".md", "# Note " + std::to_string(i) + "\n\n" + std::string(2000, 'x') + " rivers\n");
  ASSERT_EQ(program.run({"index", "docs", "--model", "hash"}).code, 0);
  const auto start = std::chrono::steady_clock::now();
  ASSERT_EQ(program.run({"index", "--rebuild"}).code, 0);
  const auto typical = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start);
  std::size_t generation = json::parse(program.run({"status", "--json"}).out)["generation"];
  for (int kill = 0; kill < kKills; ++kill) {
    const pid_t child = program.start({"index", "--rebuild"});
    std::this_thread::sleep_for(milliseconds(random() % (typical.count() + 20)));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    const json state = json::parse(program.run({"status", "--json"}).out);
    EXPECT_EQ(state["documents"], 60) << "after kill " << kill;
    EXPECT_GE(state["generation"], generation) << "after kill " << kill;
    generation = state["generation"];
    ASSERT_EQ(program.run({"search", "rivers"}).code, 0) << "after kill " << kill;
    if (kill % 5 != 0) continue;
    EXPECT_EQ(program.run({"verify", "--deep"}).code, 0) << "after kill " << kill;
  }
  ASSERT_EQ(program.run({"index", "docs"}).code, 0);
  EXPECT_FALSE(std::filesystem::exists(program.folder() / ".rag/catalog.rebuild")) << "the rest of a rebuild was not removed";
  EXPECT_EQ(program.run({"verify", "--deep"}).code, 0);
}

// A process needs a moment, on a busy machine a long one, until it has something to stop: this file is there then.
void wait_for(const std::filesystem::path& file) {
  for (int i = 0; i < 1000 && !std::filesystem::exists(file); ++i) std::this_thread::sleep_for(milliseconds(10));
  ASSERT_TRUE(std::filesystem::exists(file)) << file;
}

TEST(CtrlC, StopsARebuildAndKeepsTheOldIndex) {
  Program program;
  for (int i = 0; i < 400; ++i) program.write("docs/" + std::to_string(i) + ".md", "# Note\n\n" + std::string(4000, 'x') + " river\n");
  ASSERT_EQ(program.run({"index", "docs", "--model", "hash"}).code, 0);
  const pid_t child = program.start({"index", "--rebuild"});
  wait_for(program.folder() / ".rag/catalog.rebuild");
  ::kill(child, SIGINT);
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_TRUE(WEXITSTATUS(status) == 130 || WEXITSTATUS(status) == 0);
  EXPECT_EQ(json::parse(program.run({"status", "--json"}).out)["documents"], 400);
  EXPECT_FALSE(std::filesystem::exists(program.folder() / ".rag/catalog.rebuild"));
}

TEST(CtrlC, StopsIndexingAndKeepsWhatWasFinished) {
  Program program;
  for (int i = 0; i < 400; ++i) program.write("docs/" + std::to_string(i) + ".md", "# Note\n\n" + std::string(4000, 'x') + " river\n");
  const pid_t child = program.start({"index", "docs", "--model", "hash"});
  wait_for(program.folder() / ".rag/lock");
  ::kill(child, SIGINT);
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_TRUE(WEXITSTATUS(status) == 130 || WEXITSTATUS(status) == 0);
  EXPECT_EQ(program.run({"index", "docs", "--model", "hash"}).code, 0);
  EXPECT_EQ(json::parse(program.run({"status", "--json"}).out)["documents"], 400);
}

}  // namespace
}  // namespace rag::test
