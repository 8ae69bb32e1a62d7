#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "program.h"

namespace rag::test {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

class Watching : public ::testing::Test {
 protected:
  void SetUp() override {
    program.write("docs/hr/leave.md", "# Leave\n\nEvery employee has 25 days of annual leave a year.\n");
    program.write("docs/인사/휴가.md", "# 휴가 규정\n\n연차 휴가는 1년에 15일입니다.\n");
    for (int i = 0; i < 8; ++i) program.write("docs/notes/" + std::to_string(i) + ".md", "Note " + std::to_string(i) + " on rivers.\n");
  }
  void TearDown() override {
    if (child > 0) stop(SIGKILL);
  }

  void start(const std::vector<std::string>& arguments) { child = program.start(arguments); }
  int stop(int signal) {
    ::kill(child, signal);
    int status = 0;
    ::waitpid(child, &status, 0);
    child = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  std::set<std::string> listed(const std::string& filter = "") {
    const Result result = program.run({"ls", "--json", "--filter", filter});
    std::set<std::string> uris;
    if (result.code == 0)
      for (const json& document : json::parse(result.out)) uris.insert(document["uri"]);
    return uris;
  }
  // As long as it takes on a busy machine.
  testing::AssertionResult comes_true(const std::function<bool()>& condition) {
    for (int i = 0; i < 1200; ++i) {
      if (condition()) return testing::AssertionSuccess();
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return testing::AssertionFailure() << "not within a minute; the index has " << listed().size() << " documents";
  }
  testing::AssertionResult holds(const std::string& uri) {
    return comes_true([&] { return listed().contains(uri); });
  }
  testing::AssertionResult holds_no_more(const std::string& uri) {
    return comes_true([&] { return !listed().contains(uri); });
  }

  Program program;
  pid_t child = 0;
};

TEST_F(Watching, TakesInWhatChangesUntilItIsStopped) {
  start({"index", "docs", "--model", "hash", "--watch"});
  ASSERT_TRUE(comes_true([&] { return listed().size() == 10; }));
  program.write("docs/new/deep/plan.md", "The plan for the harvest of apples.\n");
  EXPECT_TRUE(holds("new/deep/plan.md"));
  program.write("docs/aside.tmp", "# Leave\n\nEvery employee has 30 days of annual leave a year.\n");
  fs::rename(program.folder() / "docs/aside.tmp", program.folder() / "docs/hr/leave.md");
  EXPECT_TRUE(comes_true([&] { return program.run({"show", "hr/leave.md", "--text"}).out.find("30 days") != std::string::npos; }));
  fs::rename(program.folder() / "docs/인사", program.folder() / "docs/people");
  EXPECT_TRUE(holds("people/휴가.md"));
  EXPECT_FALSE(listed().contains("인사/휴가.md"));
  program.write("docs/people/연차.md", "연차는 연말에 소멸한다.\n");
  EXPECT_TRUE(holds("people/연차.md"));
  fs::remove(program.folder() / "docs/notes/3.md");
  EXPECT_TRUE(holds_no_more("notes/3.md"));
  EXPECT_EQ(stop(SIGINT), 0);
  EXPECT_EQ(program.run({"verify", "--deep"}).code, 0);
  const json log = json::parse(program.run({"log", "--json"}).out);
  ASSERT_GE(log["runs"].size(), 2U);
  for (const json& run : log["runs"]) EXPECT_EQ(run["outcome"], "done");
}

TEST_F(Watching, LeavesTheIndexToOthersMeanwhileAndDoesNotWatchItself) {
  // The index lies in the folder that is watched, under a name of its own: writing it must not be taken for a change.
  start({"--index", "docs/our.index", "index", "docs", "--model", "hash", "--watch"});
  const auto documents = [&] {
    const Result status = program.run({"--index", "docs/our.index", "status", "--json"});
    return status.code == 0 ? json::parse(status.out)["documents"].get<int>() : -1;
  };
  ASSERT_TRUE(comes_true([&] { return documents() == 10; }));
  EXPECT_TRUE(comes_true([&] { return program.run({"--index", "docs/our.index", "rm", "notes/1.md"}).code == 0; })) << "the lock is held all the time";
  EXPECT_EQ(documents(), 9);
  program.write("docs/one.md", "One more.\n");
  ASSERT_TRUE(comes_true([&] { return documents() == 10; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  const std::size_t runs = json::parse(program.run({"--index", "docs/our.index", "log", "--json"}).out)["runs"].size();
  EXPECT_LE(runs, 4U) << "it watches its own writing";
  EXPECT_EQ(program.run({"--index", "docs/our.index", "skipped"}).code, 1) << "the index was read as a document";
  EXPECT_EQ(stop(SIGTERM), 0);
}

TEST_F(Watching, AsksNobodyAndKeepsAFolderThatIsSuddenlyEmpty) {
  ASSERT_EQ(program.run({"index", "docs", "--model", "hash"}).code, 0);
  program.write("more/a.md", "Apples.\n");
  ASSERT_EQ(program.run({"sources", "add", "more", "--metadata", "owner = 인사팀"}).code, 0);
  start({"sync", "--watch"});
  EXPECT_TRUE(comes_true([&] { return listed("owner=인사팀").contains("a.md"); }));
  fs::rename(program.folder() / "docs", program.folder() / "unmounted");
  program.write("more/b.md", "Boats.\n");
  EXPECT_TRUE(holds("b.md"));
  EXPECT_TRUE(listed().contains("hr/leave.md")) << "a folder that is gone took its documents along";
  fs::rename(program.folder() / "unmounted", program.folder() / "docs");
  program.write("docs/back.md", "The folder is back.\n");
  EXPECT_TRUE(holds("back.md"));
  EXPECT_EQ(stop(SIGINT), 0);
}

TEST_F(Watching, FollowsSourcesThatComeAndGo) {
  ASSERT_EQ(program.run({"index", "docs", "--model", "hash"}).code, 0);
  start({"sync", "--watch"});
  program.write("more/a.md", "Apples.\n");
  const auto once_free = [&](const std::vector<std::string>& arguments) { return comes_true([&] { return program.run(arguments).code == 0; }); };
  EXPECT_TRUE(once_free({"sources", "add", "more", "--metadata", "owner = 인사팀"}));
  EXPECT_TRUE(comes_true([&] { return listed("owner=인사팀").contains("a.md"); }));
  program.write("more/b.md", "Boats.\n");
  EXPECT_TRUE(holds("b.md"));
  EXPECT_TRUE(once_free({"sources", "remove", "docs", "--yes"}));
  program.write("docs/late.md", "Too late.\n");
  program.write("more/c.md", "Cars.\n");
  EXPECT_TRUE(holds("c.md"));
  EXPECT_EQ(listed(), (std::set<std::string>{"a.md", "b.md", "c.md"})) << "a source that was removed came back";
  EXPECT_EQ(stop(SIGINT), 0);
}

TEST_F(Watching, WantsSomethingToWatch) {
  EXPECT_EQ(program.run({"index", "-", "--model", "hash", "--watch"}).code, 2);
  EXPECT_EQ(program.run({"index", "docs", "--model", "hash", "--watch", "--rebuild"}).code, 2);
  EXPECT_EQ(program.run({"sync", "--watch"}).code, 2) << "no index";
}

}  // namespace
}  // namespace rag::test
