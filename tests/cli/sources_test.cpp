#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "program.h"

namespace rag::test {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

class Sources : public ::testing::Test {
 protected:
  void SetUp() override {
    program.write("docs/hr/leave.md", "# Leave\n\nEvery employee has 25 days of annual leave a year.\n");
    program.write("docs/hr/2024/pay.md", "# Pay\n\nSalaries are paid on the 25th.\n");
    program.write("docs/it/vpn.txt", "The VPN gateway answers with error code E-4417.\n");
    program.write("docs/인사/휴가.md", "# 휴가 규정\n\n연차 휴가는 1년에 15일입니다.\n");
  }
  Result add(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"sources", "add", "docs", "--model", "hash"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return program.run(arguments);
  }
  json output(std::vector<std::string> arguments) { return json_of(program, std::move(arguments)); }
  std::set<std::string> listed(const std::string& filter = "") {
    std::set<std::string> uris;
    for (const json& document : json::parse(program.run({"ls", "--json", "--filter", filter}).out)) uris.insert(document["uri"]);
    return uris;
  }
  using Uris = std::set<std::string>;
  Program program;
};

TEST_F(Sources, AreReadBySyncWithTheirSettings) {
  const Result added = add({"--include", "*.md", "--exclude", "/hr/2024/", "--metadata", "dept = path segment 1", "--metadata", "owner=인사팀", "--access", "staff",
                            "--language", "ko"});
  ASSERT_EQ(added.code, 0) << added.err;
  EXPECT_NE(added.err.find("rag sync"), std::string::npos) << "teaches no next step";
  EXPECT_EQ(json::parse(program.run({"status", "--json"}).out)["documents"], 0) << "nothing is read yet";
  const Result synced = program.run({"sync"});
  ASSERT_EQ(synced.code, 0) << synced.err;
  EXPECT_EQ(listed(), (Uris{"hr/leave.md", "인사/휴가.md"}));
  EXPECT_EQ(listed("dept=인사"), (Uris{"인사/휴가.md"}));
  EXPECT_EQ(listed("owner=인사팀 AND lang=ko"), (Uris{"hr/leave.md", "인사/휴가.md"}));
  EXPECT_EQ(output({"search", "annual leave", "--filter", "dept=hr"})["passages"][0]["uri"], "hr/leave.md");
  const json source = output({"sources"})["sources"][0];
  EXPECT_EQ(source["documents"], 2);
  EXPECT_EQ(source["include"], json({"*.md"}));
  EXPECT_EQ(source["metadata"], json({"dept = path segment 1", "owner=인사팀"}));
  EXPECT_EQ(source["access"], json({"staff"}));
  EXPECT_EQ(source["applied"], true);
  EXPECT_EQ(program.run({"search", "annual leave"}).code, 0);
  EXPECT_EQ(program.run({"search", "annual leave", "--as", "staff"}).code, 0);
  EXPECT_EQ(program.run({"search", "annual leave", "--as", "guests"}).code, 1) << "not theirs to read";
  EXPECT_EQ(program.run({"ask", "annual leave", "--as", "guests"}).code, 1);
  EXPECT_EQ(program.run({"search", "annual leave", "--as", ""}).code, 2);
  program.write("docs/hr/new.md", "A new canteen opens in building C.\n");
  ASSERT_EQ(program.run({"index", "docs"}).code, 0);
  EXPECT_TRUE(listed("dept=hr").contains("hr/new.md")) << "'rag index' does not obey the settings";
}

TEST_F(Sources, BringNewSettingsToTheirDocumentsWithoutEmbeddingThemAgain) {
  program.write("docs/it/corpus.jsonl", "{\"_id\":\"c1\",\"text\":\"apples grow on trees\"}\n");
  ASSERT_EQ(add({"--metadata", "dept = path segment 1"}).code, 0);
  ASSERT_EQ(program.run({"sync"}).code, 0);
  EXPECT_EQ(listed("dept=hr").size(), 2U);
  ASSERT_EQ(add({"--metadata", "team = path segment 1"}).code, 0);
  EXPECT_EQ(output({"sources"})["sources"][0]["applied"], false);
  const json report = output({"sync"});
  EXPECT_EQ(report["changed"], 5);
  EXPECT_EQ(report["chunks_embedded"], 0);
  EXPECT_EQ(listed("dept=hr").size(), 0U);
  EXPECT_EQ(listed("team=it").size(), 2U);
  EXPECT_EQ(output({"log", "last"})["files"][0]["reason"], "settings of its source");
  EXPECT_EQ(output({"sync"})["unchanged"], 5);
  EXPECT_EQ(program.run({"verify", "--deep"}).code, 0);
  ASSERT_EQ(add().code, 0);
  EXPECT_EQ(output({"sync"})["changed"], 5) << "without rules documents are as they were read";
  EXPECT_EQ(listed("team~\"*\"").size(), 0U);
}

TEST_F(Sources, GiveAMovedFileTheMetadataOfItsNewPlace) {
  ASSERT_EQ(add({"--metadata", "dept = path segment 1"}).code, 0);
  ASSERT_EQ(program.run({"sync"}).code, 0);
  fs::rename(program.folder() / "docs/hr/leave.md", program.folder() / "docs/it/leave.md");
  EXPECT_EQ(output({"sync"})["moved"], 1);
  EXPECT_EQ(listed("dept=it"), (Uris{"it/leave.md", "it/vpn.txt"}));
}

TEST_F(Sources, ComeAndGoWithTheirDocuments) {
  program.write("more/notes.md", "Notes on the harvest of apples.\n");
  ASSERT_EQ(add().code, 0);
  ASSERT_EQ(program.run({"sources", "add", "more"}).code, 0);
  ASSERT_EQ(program.run({"sync"}).code, 0);
  EXPECT_EQ(listed().size(), 5U);
  const Result refused = program.run({"sources", "remove", "docs"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_NE(refused.err.find("--yes"), std::string::npos);
  ASSERT_EQ(program.run({"sources", "remove", "docs", "--yes"}).code, 0);
  EXPECT_EQ(listed(), (Uris{"notes.md"}));
  EXPECT_EQ(output({"sources"})["sources"].size(), 1U);
  EXPECT_EQ(program.run({"sources", "remove", "docs", "--yes"}).code, 2);
  EXPECT_EQ(program.run({"sync"}).code, 0);
  EXPECT_EQ(listed(), (Uris{"notes.md"})) << "a removed source came back";
  EXPECT_EQ(program.run({"verify", "--deep"}).code, 0);
}

TEST_F(Sources, RefuseWhatWouldSpoilTheIndex) {
  ASSERT_EQ(add().code, 0);
  const Result chunking = add({"--max-tokens", "64", "--overlap-tokens", "8"});
  EXPECT_EQ(chunking.code, 2);
  EXPECT_NE(chunking.err.find("rag index --rebuild"), std::string::npos) << chunking.err;
  EXPECT_EQ(add({"--max-tokens", "160"}).code, 0) << "the same chunking is no trouble";
  EXPECT_EQ(program.run({"sources", "add", "docs/hr"}).code, 2) << "lies in another";
  EXPECT_EQ(program.run({"sources", "add", "."}).code, 2) << "holds another";
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{"--metadata", "no rule"}, {"--language", "Korean"}, {"--include", ""}, {"--access", " "}})
    EXPECT_EQ(add(wrong).code, 2) << wrong[1];
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{"sources", "add"}, {"sources", "add", "nowhere"}, {"sources", "what"}, {"sync", "nowhere"}})
    EXPECT_EQ(program.run(wrong).code, 2);
}

TEST_F(Sources, HoldNoneOfTheOthers) {
  ASSERT_EQ(program.run({"index", "docs/hr", "--model", "hash"}).code, 0);
  const Result refused = program.run({"index", "docs"});
  EXPECT_EQ(refused.code, 2) << "every file of docs/hr would be there twice";
  EXPECT_NE(refused.err.find("rag sources remove"), std::string::npos) << refused.err;
  ASSERT_EQ(program.run({"sources", "remove", "docs/hr", "--yes"}).code, 0);
  ASSERT_EQ(program.run({"index", "docs/hr", "docs", "docs", "docs/it/vpn.txt"}).code, 0);
  EXPECT_EQ(output({"sources"})["sources"].size(), 1U);
  EXPECT_EQ(json::parse(program.run({"ls", "--json"}).out).size(), 4U);
}

TEST_F(Sources, BringTheirAccessListToTheirDocumentsAtOnce) {
  ASSERT_EQ(add().code, 0);
  ASSERT_EQ(program.run({"sync"}).code, 0);
  ASSERT_EQ(add({"--access", "hr"}).code, 0);
  EXPECT_EQ(program.run({"search", "annual leave", "--as", "staff"}).code, 1) << "open until the next sync";
  EXPECT_EQ(program.run({"search", "annual leave", "--as", "hr"}).code, 0);
  ASSERT_EQ(add().code, 0);
  EXPECT_EQ(program.run({"search", "annual leave", "--as", "staff"}).code, 0);
}

TEST_F(Sources, BringNewSettingsToFilesOnceTheyCanBeReadAgain) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can run the program as somebody else";
  const Hardship nobody{.as_nobody = true};
  for (const auto& entry : fs::recursive_directory_iterator(program.folder())) fs::permissions(entry, fs::perms::all);
  fs::permissions(program.folder(), fs::perms::all);
  ASSERT_EQ(program.run({"index", "docs", "--model", "hash"}, "", {}, nobody).code, 0);
  fs::permissions(program.folder() / "docs/hr", fs::perms::none);
  fs::permissions(program.folder() / "docs/it/vpn.txt", fs::perms::none);
  ASSERT_EQ(program.run({"sources", "add", "docs", "--metadata", "dept = path segment 1", "--access", "hr"}, "", {}, nobody).code, 0);
  EXPECT_EQ(program.run({"sync"}, "", {}, nobody).code, 5);
  EXPECT_EQ(listed("dept~\"*\""), (Uris{"인사/휴가.md"}));
  EXPECT_EQ(program.run({"search", "salaries VPN", "--as", "staff"}).code, 1) << "whoever cannot be read has kept the old access list";
  EXPECT_EQ(program.run({"sync"}, "", {}, nobody).code, 0) << "said once already";
  fs::permissions(program.folder() / "docs/hr", fs::perms::all);
  fs::permissions(program.folder() / "docs/it/vpn.txt", fs::perms::all);
  ASSERT_EQ(program.run({"sync"}, "", {}, nobody).code, 0);
  EXPECT_EQ(listed("dept=hr OR dept=it").size(), 3U);
  EXPECT_EQ(output({"sync"})["unchanged"], 4);
  EXPECT_EQ(program.run({"ls", "--skipped"}).out.find("not read anew"), std::string::npos) << "it was read";
}

TEST_F(Sources, ForgetWhatIsNoFileAnyMore) {
  ASSERT_EQ(add().code, 0);
  for (int i = 0; i < 10; ++i) program.write("docs/filler/" + std::to_string(i) + ".txt", "Filler number " + std::to_string(i) + ".\n");
  ASSERT_EQ(program.run({"sync"}).code, 0);
  fs::remove(program.folder() / "docs/it/vpn.txt");
  fs::create_symlink("/etc/passwd", program.folder() / "docs/it/vpn.txt");
  const json report = output({"sync"});
  EXPECT_EQ(report["removed"], 1);
  EXPECT_EQ(report["skipped"].size(), 1U);
  EXPECT_FALSE(listed().contains("it/vpn.txt"));
  const Result again = program.run({"sync"});
  EXPECT_EQ(again.code, 0) << "said once already";
  EXPECT_EQ(again.out + again.err, "");
  EXPECT_NE(program.run({"skipped"}).out.find("link that leads out of the folder"), std::string::npos);
}

TEST_F(Sources, AreQuietlyUpToDateWhereNothingChanged) {
  ASSERT_EQ(add().code, 0);
  EXPECT_NE(program.run({"sync"}).err.find("new"), std::string::npos);
  const Result again = program.run({"sync"});
  EXPECT_EQ(again.code, 0);
  EXPECT_EQ(again.out + again.err, "");
  program.write("docs/letters.ttf", "OTTO....");
  EXPECT_EQ(program.run({"sync"}).code, 5) << "a file was skipped for the first time";
  const Result later = program.run({"sync"});
  EXPECT_EQ(later.code, 0) << "that is no news any more";
  EXPECT_EQ(later.out + later.err, "");
  EXPECT_EQ(program.run({"sync", "--fail-on-loss"}).code, 5);
}

TEST_F(Sources, KeepTheirDocumentsWhileTheyAreGone) {
  program.write("more/notes.md", "Notes on the harvest of apples.\n");
  ASSERT_EQ(add().code, 0);
  ASSERT_EQ(program.run({"sources", "add", "more"}).code, 0);
  ASSERT_EQ(program.run({"sync"}).code, 0);
  fs::rename(program.folder() / "docs", program.folder() / "unmounted");
  program.write("more/second.md", "The other sources are brought up to date.\n");
  const Result result = program.run({"sync"});
  EXPECT_EQ(result.code, 5);
  EXPECT_NE(result.err.find("is not there"), std::string::npos) << result.err;
  EXPECT_EQ(listed().size(), 6U);
  fs::create_directories(program.folder() / "docs");
  const Result emptied = program.run({"sync"});
  EXPECT_EQ(emptied.code, 5);
  EXPECT_NE(emptied.err.find("4 of 4 documents are gone"), std::string::npos) << emptied.err;
  EXPECT_EQ(listed().size(), 6U);
  EXPECT_EQ(program.run({"sync", "--delete"}).code, 0);
  EXPECT_EQ(listed().size(), 2U);
}

TEST_F(Sources, SayWhoWritesTheIndexAlready) {
  ASSERT_EQ(add().code, 0);
  const int lock = ::open((program.folder() / ".rag/lock").c_str(), O_RDWR);
  ASSERT_GE(lock, 0);
  ASSERT_EQ(::flock(lock, LOCK_EX), 0);
  const Result result = program.run({"sync"});
  ::close(lock);
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.err.find("is being written by"), std::string::npos) << result.err;
}

TEST_F(Sources, KeepTheirSettingsWhenTheIndexIsRebuilt) {
  ASSERT_EQ(add({"--metadata", "dept = path segment 1", "--include", "*.md"}).code, 0);
  ASSERT_EQ(program.run({"sync"}).code, 0);
  const Result rebuilt = program.run({"index", "--rebuild", "--max-tokens", "100"});
  ASSERT_EQ(rebuilt.code, 0) << rebuilt.err;
  EXPECT_EQ(listed("dept=hr"), (Uris{"hr/leave.md", "hr/2024/pay.md"}));
  EXPECT_FALSE(listed().contains("it/vpn.txt"));
  EXPECT_EQ(program.run({"sync"}).code, 0) << "sync does not cut as the index was cut";
}

}  // namespace
}  // namespace rag::test
