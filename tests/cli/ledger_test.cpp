#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "program.h"

namespace rag::test {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

class LedgerCommands : public ::testing::Test {
 protected:
  void SetUp() override {
    program.write("docs/hr/leave.md", "# Leave\n\nEvery employee has 25 days of annual leave a year.\n");
    program.write("docs/인사/휴가.md", "# 휴가 규정\n\n연차 휴가는 1년에 15일입니다.\n");
    program.write("docs/vpn.txt", "The VPN gateway answers with error code E-4417.\n");
  }
  Result index(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"index", "docs", "--model", "hash", "--delete"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return program.run(arguments);
  }
  json output(std::vector<std::string> arguments) { return json_of(program, std::move(arguments)); }
  // uri -> entry of the newest run.
  std::map<std::string, json> last_files() {
    std::map<std::string, json> files;
    const json run = output({"log", "last"});
    for (const json& file : run["files"]) files[file["uri"]] = file;
    return files;
  }
  Program program;
};

TEST_F(LedgerCommands, SayWhatBecameOfEachFileInARun) {
  ASSERT_EQ(index().code, 0);
  auto files = last_files();
  ASSERT_EQ(files.size(), 3U);
  for (const auto& [uri, file] : files) {
    EXPECT_EQ(file["state"], "added") << uri;
    EXPECT_EQ(file["documents"], 1) << uri;
    EXPECT_TRUE(file["reason"].is_null()) << uri;
  }
  program.write("docs/vpn.txt", "The gateway was replaced in May.\n");
  fs::rename(program.folder() / "docs/hr/leave.md", program.folder() / "docs/인사/leave.md");
  fs::remove(program.folder() / "docs/인사/휴가.md");
  program.write("docs/letters.ttf", "OTTO....");
  index();
  files = last_files();
  ASSERT_EQ(files.size(), 4U);
  EXPECT_EQ(files["vpn.txt"]["state"], "changed");
  EXPECT_EQ(files["인사/leave.md"]["state"], "moved");
  EXPECT_EQ(files["인사/leave.md"]["reason"], "from hr/leave.md");
  EXPECT_EQ(files["인사/휴가.md"]["state"], "removed");
  EXPECT_EQ(files["letters.ttf"]["state"], "skipped");
  EXPECT_NE(files["letters.ttf"]["reason"].get<std::string>().find("font/ttf"), std::string::npos);
  const json runs = output({"log"})["runs"];
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0]["command"], "index");
  EXPECT_EQ(runs[0]["outcome"], "done");
  EXPECT_EQ(runs[0]["changed"], 1);
  EXPECT_EQ(runs[0]["moved"], 1);
  EXPECT_EQ(runs[0]["skipped"], 1);
  EXPECT_EQ(runs[1]["new"], 3);
  EXPECT_EQ(output({"log", std::to_string(runs[1]["run"].get<int>())})["files"].size(), 3U);
  EXPECT_EQ(output({"log", "last", "--state", "moved"})["files"].size(), 1U);
}

TEST_F(LedgerCommands, OnlyCountWhatIsUnchanged) {
  // A file written within the last 50 ms is looked at once more, and a fast machine is there by then.
  for (const auto& file : fs::recursive_directory_iterator(program.folder() / "docs"))
    if (file.is_regular_file()) fs::last_write_time(file.path(), fs::file_time_type::clock::now() - std::chrono::minutes(1));
  index();
  for (int i = 0; i < 3; ++i) index();
  const json runs = output({"log"})["runs"];
  ASSERT_EQ(runs.size(), 2U) << "runs that found everything as it was are one";
  EXPECT_EQ(runs[0]["unchanged"], 3);
  EXPECT_EQ(runs[0]["files"], 0);
  EXPECT_EQ(runs[0]["generation"], runs[1]["generation"]);
}

TEST_F(LedgerCommands, PrintATableForPeople) {
  EXPECT_EQ(program.run({"log"}).code, 2) << "no index";
  index();
  const Result runs = program.run({"log"});
  EXPECT_EQ(runs.code, 0);
  EXPECT_NE(runs.out.find("index"), std::string::npos);
  EXPECT_NE(runs.err.find("rag log RUN"), std::string::npos) << "teaches no next step";
  const Result files = program.run({"log", "1"});
  EXPECT_NE(files.out.find("added"), std::string::npos);
  EXPECT_NE(files.out.find("인사/휴가.md"), std::string::npos);
  EXPECT_NE(program.run({"log"}, "", {"LC_ALL=ko_KR.UTF-8"}).out.find("건너뜀"), std::string::npos);
  for (const char* wrong : {"7", "x"}) EXPECT_EQ(program.run({"log", wrong}).code, 2);
  EXPECT_EQ(program.run({"log", "--state", "added"}).code, 2);
}

TEST_F(LedgerCommands, GroupWhatIsSkippedByTheReason) {
  EXPECT_EQ(index().code, 0);
  EXPECT_EQ(program.run({"skipped"}).code, 1) << "nothing is skipped yet";
  for (const char* name : {"docs/a.ttf", "docs/인사/b.ttf", "docs/hr/c.ttf"}) program.write(name, "OTTO....");
  program.write("docs/cut.pdf", "%PDF-1.4 cut");
  program.write("docs/empty.docx", "");
  EXPECT_EQ(index().code, 5);
  const json skipped = output({"skipped"});
  EXPECT_EQ(skipped["skipped"], 5);
  ASSERT_EQ(skipped["reasons"].size(), 3U);
  const auto fonts = std::find_if(skipped["reasons"].begin(), skipped["reasons"].end(), [](const json& it) { return it["count"] == 3; });
  ASSERT_NE(fonts, skipped["reasons"].end());
  EXPECT_EQ((*fonts)["files"].size(), 3U);
  EXPECT_EQ(output({"skipped", "*.ttf"})["skipped"], 3);
  EXPECT_EQ(output({"skipped", "인사/*"})["skipped"], 1);
  EXPECT_EQ(program.run({"skipped", "*.none"}).code, 1);
  const Result text = program.run({"skipped"});
  EXPECT_EQ(text.code, 0);
  EXPECT_NE(text.err.find("rag formats"), std::string::npos);
  const Result status = program.run({"status"});
  EXPECT_NE(status.out.find("skipped files 5  ('rag skipped')"), std::string::npos) << status.out;
  fs::remove(program.folder() / "docs/cut.pdf");
  index();
  EXPECT_EQ(output({"skipped"})["skipped"], 4) << "a file that is gone is not skipped";
}

TEST_F(LedgerCommands, NameWhatCouldNotBeLookedAt) {
  fs::create_symlink("nowhere", program.folder() / "docs/broken.md");
  EXPECT_EQ(index().code, 5);
  EXPECT_EQ(output({"skipped"})["reasons"][0]["files"][0]["uri"], "broken.md");
  EXPECT_EQ(last_files().size(), 4U);
  EXPECT_EQ(index().code, 5);
  EXPECT_EQ(output({"log"})["runs"][0]["files"], 0) << "it is no news any more";
  program.write("docs/nowhere", "now it leads somewhere: to a canteen\n");
  EXPECT_EQ(index().code, 0);
  EXPECT_EQ(program.run({"skipped"}).code, 1);
}

TEST_F(LedgerCommands, MakeEveryLossAnExitCodeWhereAsked) {
  EXPECT_EQ(index({"--fail-on-loss"}).code, 0);
  program.write("docs/corpus.jsonl", "{\"_id\":\"a\",\"text\":\"apples\"}\nnot json\n{\"_id\":\"b\",\"text\":\"boats\"}\n");
  EXPECT_EQ(index().code, 0) << "read in part is read";
  EXPECT_EQ(index({"--fail-on-loss"}).code, 5) << "what an earlier run lost is lost still";
  EXPECT_EQ(output({"index", "docs"})["earlier_losses"], 1);
  EXPECT_EQ(program.run({"sync"}).code, 0);
  EXPECT_EQ(program.run({"sync", "--fail-on-loss"}).code, 5);
  program.write("docs/corpus.jsonl", "{\"_id\":\"a\",\"text\":\"apples\"}\n{\"_id\":\"b\",\"text\":\"boats\"}\n");
  EXPECT_EQ(index({"--fail-on-loss"}).code, 0);
}

TEST_F(LedgerCommands, HaveARebuildToo) {
  index();
  ASSERT_EQ(program.run({"index", "--rebuild"}).code, 0);
  const json runs = output({"log"})["runs"];
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0]["command"], "rebuild");
  EXPECT_EQ(runs[0]["new"], 3);
  EXPECT_EQ(program.run({"verify", "--deep"}).code, 0);
}

}  // namespace
}  // namespace rag::test
