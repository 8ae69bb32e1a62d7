// A folder of files that want to hurt (tests/hostile makes it), and one good document among them.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <thread>

#include "../patience.h"
#include "ingest/folder_walk.h"
#include "program.h"

namespace rag::test {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

std::string content_of(const std::filesystem::path& file) {
  std::ostringstream out;
  out << std::ifstream(file, std::ios::binary).rdbuf();
  return out.str();
}

// The most memory a running process has held so far, in kB; 0 where it is gone.
std::size_t peak_memory(pid_t process) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::strtoul(line.c_str() + 6, nullptr, 10);
  return 0;
}

struct WatchedRun {
  bool ended = false;
  int code = -1;
  std::size_t peak_kb = 0;
  std::string out, err;
};

// Waits for the program, looking at its memory; kills it when its time is over.
WatchedRun watch(const Program& program, const std::vector<std::string>& arguments, std::chrono::milliseconds most) {
  WatchedRun run;
  const auto out = program.folder() / ".watched-out", err = program.folder() / ".watched-err";
  const pid_t process = program.start(arguments, out, err);
  const auto deadline = std::chrono::steady_clock::now() + most;
  int status = 0;
  while (!(run.ended = ::waitpid(process, &status, WNOHANG) == process) && std::chrono::steady_clock::now() < deadline) {
    run.peak_kb = std::max(run.peak_kb, peak_memory(process));
    std::this_thread::sleep_for(10ms);
  }
  if (!run.ended) {
    ::kill(process, SIGKILL);
    ::waitpid(process, &status, 0);
  }
  run.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  run.out = content_of(out);
  run.err = content_of(err);
  return run;
}

std::set<std::string> names_in(const json& list, const char* field) {
  std::set<std::string> names;
  for (const json& entry : list) names.insert(entry[field].get<std::string>());
  return names;
}

// Every plain file, link, pipe ... below a folder, counted without our own walker.
std::size_t count_entries(const std::filesystem::path& folder) {
  std::size_t count = 0;
  std::error_code error;
  for (auto at = std::filesystem::recursive_directory_iterator(folder, std::filesystem::directory_options::skip_permission_denied, error);
       at != std::filesystem::recursive_directory_iterator(); at.increment(error))
    if (!error && !at->is_directory(error) && !at->path().filename().string().starts_with('.')) ++count;
  return count;
}

class Hostile : public testing::Test {
 protected:
  void SetUp() override {
    if (std::system("python3 -c pass >/dev/null 2>&1") != 0) GTEST_SKIP() << "no python3, which makes the files";
  }
  // The folder with all files of a kind ("" or "--slow"), and a good document.
  void make(const std::string& kind) {
    const std::string maker = std::string(RAG_SOURCE_DIR) + "/tests/hostile/make.py";
    ASSERT_EQ(std::system(("python3 '" + maker + "' '" + (program_.folder() / "docs").string() + "' " + kind).c_str()), 0);
    program_.write("docs/good.md", "# 휴가 규정\n\nThe ferry to the quokka sanctuary leaves at seven. 쿼카 보호구역행 배는 일곱 시에 떠난다.\n");
  }
  void TearDown() override {
    // Its own folder may not be entered, and would stay.
    std::error_code error;
    std::filesystem::permissions(program_.folder() / "docs/nodes/others/unreadable-folder", std::filesystem::perms::owner_all, error);
  }
  void expect_all_named(const json& report) {
    std::set<std::string> named = names_in(report["skipped"], "uri");
    for (const json& skip : report["skipped"]) EXPECT_FALSE(skip["reason"].get<std::string>().empty()) << skip;
    named.merge(names_in(report["warnings"], "uri"));
    for (const std::string& uri : names_in(json::parse(program_.run({"ls", "--json"}).out), "uri")) {
      named.insert(uri);
      named.insert(uri.substr(0, uri.rfind('#')));   // of a corpus line
      named.insert(uri.substr(0, uri.find("!/")));  // of a file within a file
    }
    const FolderWalkResult there = walk_folder(program_.folder() / "docs");
    for (const FoundFile& file : there.files) EXPECT_TRUE(named.contains(file.uri)) << file.uri << " has no document and no reason";
    for (const SkippedFile& skip : there.skipped) EXPECT_TRUE(named.contains(skip.uri)) << skip.uri;
    EXPECT_GE(there.files.size() + there.skipped.size(), count_entries(program_.folder() / "docs"));
  }
  Program program_;
};

TEST_F(Hostile, FolderIsReadToItsEndAndTheGoodDocumentIsFound) {
  make("");
  const WatchedRun run = watch(program_, {"index", "docs", "--model", "hash", "--json"}, patience(540s));
  ASSERT_TRUE(run.ended) << "still running; the last it said: " << run.err.substr(run.err.size() > 2000 ? run.err.size() - 2000 : 0);
  EXPECT_EQ(run.code, 5) << run.err;
  EXPECT_LE(run.peak_kb, 500U << 10);
  const json report = json::parse(run.out);
  EXPECT_GE(report["skipped"].size(), 100U);
  expect_all_named(report);

  const json found = json::parse(program_.run({"search", "ferry to the quokka sanctuary", "--json"}).out);
  ASSERT_FALSE(found["passages"].empty());
  EXPECT_EQ(found["passages"][0]["uri"], "good.md");
  EXPECT_EQ(json::parse(program_.run({"search", "쿼카 보호구역", "--json"}).out)["passages"][0]["uri"], "good.md");
  const json passwords = json::parse(program_.run({"search", "root bin bash nologin", "--json", "-k", "50"}).out);
  for (const json& passage : passwords["passages"])
    EXPECT_EQ(passage["text"].get<std::string>().find("root:x:0"), std::string::npos) << passage["uri"] << " holds /etc/passwd";
  EXPECT_FALSE(std::filesystem::exists("/tmp/rag-hostile")) << "a member was written where its name says";
  EXPECT_FALSE(std::filesystem::exists(program_.folder() / "owned"));
  EXPECT_EQ(program_.run({"verify", "--deep"}).code, 0);
}

// Files that are read until a limit ends it: minutes.  docs/testing.md has the command.
TEST_F(Hostile, SlowFilesCostThemselvesAndNoMore) {
  if (!std::getenv("RAG_HOSTILE_SLOW")) GTEST_SKIP() << "takes minutes; set RAG_HOSTILE_SLOW=1";
  make("--slow");
  const WatchedRun run = watch(program_, {"index", "docs", "--model", "hash", "--json"}, patience(1500s));
  ASSERT_TRUE(run.ended);
  EXPECT_LE(run.peak_kb, 500U << 10);
  expect_all_named(json::parse(run.out));
  EXPECT_EQ(json::parse(program_.run({"search", "ferry to the quokka sanctuary", "--json"}).out)["passages"][0]["uri"], "good.md");
}

}  // namespace
}  // namespace rag::test
