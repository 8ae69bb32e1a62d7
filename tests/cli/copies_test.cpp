// Copies in a folder: embedded once, listed by 'rag duplicates', shown once by searches and answers.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "program.h"

namespace rag::test {
namespace {

using nlohmann::json;

const char* const kLeave =
    "# Leave policy\n\n## Annual leave\n\nEvery employee has 25 days of annual leave a year. Unused days expire on 31 March of the year that follows, "
    "unless the manager agrees in writing that they may be taken later. Leave is asked for in the portal, two weeks ahead.\n\n"
    "## Sick leave\n\nA doctor's note is needed from the third day of sickness. It goes to the people team, not to the manager, who only needs to "
    "know how long somebody will probably be away.\n";
const char* const kKorean =
    "# 휴가 규정\n\n연차 휴가는 1년에 15일입니다. 반차는 오전과 오후로 나누어 쓸 수 있습니다. 병가는 진단서를 첨부하여 신청하며 연간 10일까지 유급입니다.\n";

std::string replaced(std::string text, const std::string& from, const std::string& to) { return text.replace(text.find(from), from.size(), to); }

class CopiesInAFolder : public ::testing::Test {
 protected:
  void SetUp() override {
    program.write("docs/leave.md", kLeave);
    program.write("docs/old/leave.md", kLeave);
    program.write("docs/draft/leave.md", replaced(kLeave, "two weeks", "ten days"));
    program.write("docs/휴가.md", kKorean);
    program.write("docs/사본/휴가.md", kKorean);
    program.write("docs/vpn.txt", "The VPN gateway answers with error code E-4417 when the certificate has expired.\n");
  }
  json index() {
    const Result result = program.run({"index", "docs", "--model", "hash", "--format", "json"});
    EXPECT_EQ(result.code, 0) << result.err;
    return json::parse(result.out);
  }
  json search(const std::string& question, const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {"search", question, "--format", "json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return json::parse(program.run(arguments).out)["passages"];
  }
  Program program;
};

TEST_F(CopiesInAFolder, AreEmbeddedOnce) {
  const json report = index();
  const json status = json::parse(program.run({"status", "--format", "json"}).out);
  EXPECT_EQ(report["chunks_known"], 2);  // the two exact copies, each one chunk
  EXPECT_EQ(report["chunks_embedded"].get<int>() + report["chunks_known"].get<int>(), status["chunks"]);
  program.write("docs/third/leave.md", kLeave);
  const json again = index();
  EXPECT_EQ(again["new"], 1);
  EXPECT_EQ(again["chunks_embedded"], 0);
  EXPECT_EQ(again["chunks_known"], 1);
}

TEST_F(CopiesInAFolder, AreNotNamedToWhoMayNotReadThem) {
  ASSERT_EQ(index()["new"], 6);
  program.write("payroll/terms.md", kLeave);
  ASSERT_EQ(program.run({"sources", "add", "payroll", "--access", "hr"}).code, 0);
  ASSERT_EQ(program.run({"sync"}).code, 0);
  const auto named_to = [&](const std::vector<std::string>& who) { return json(search("days of annual leave", who)).dump().find("terms.md") != std::string::npos; };
  EXPECT_TRUE(named_to({}));
  EXPECT_TRUE(named_to({"--as", "hr"}));
  EXPECT_FALSE(named_to({"--as", "staff"}));
}

TEST_F(CopiesInAFolder, AreFoundLikeTheirOriginals) {
  index();
  const json passages = search("doctor's note", {"--copies", "each", "--mode", "dense", "-k", "3"});
  std::map<std::string, double> scores;
  for (const json& passage : passages) scores[passage["uri"]] = passage["scores"]["dense"];
  ASSERT_EQ(scores.size(), 3U);
  EXPECT_EQ(scores.at("leave.md"), scores.at("old/leave.md"));
  EXPECT_NE(scores.at("leave.md"), scores.at("draft/leave.md"));
}

TEST_F(CopiesInAFolder, AreShownOnceWithTheOthersNames) {
  index();
  const json passages = search("연차 휴가 병가", {"-k", "2"});
  ASSERT_EQ(passages.size(), 2U);
  ASSERT_EQ(passages[0]["also_in"].size(), 1U);
  EXPECT_EQ(passages[0]["also_in"][0]["uri"], passages[0]["uri"] == "휴가.md" ? "사본/휴가.md" : "휴가.md");
  EXPECT_EQ(passages[0]["also_in"][0]["same_words"], true);
  EXPECT_NE(passages[1]["text"], passages[0]["text"]);
  const Result text = program.run({"search", "연차 휴가 병가", "-k", "1"});
  EXPECT_NE(text.out.find("also in: "), std::string::npos) << text.out;
  const Result each = program.run({"search", "연차 휴가 병가", "-k", "2", "--copies", "each"});
  EXPECT_EQ(each.out.find("also in: "), std::string::npos) << each.out;
}

TEST_F(CopiesInAFolder, OutsideAFilterAreNotNamed) {
  index();
  const json passages = search("연차 휴가 병가", {"-k", "1", "--filter", "path~\"사본/*\""});
  ASSERT_EQ(passages.size(), 1U);
  EXPECT_EQ(passages[0]["uri"], "사본/휴가.md");
  EXPECT_TRUE(passages[0]["also_in"].empty());
}

TEST_F(CopiesInAFolder, AreAllCountedInRunFilesAndMeasures) {
  index();
  EXPECT_NE(program.run({"search", "연차 휴가 병가", "-k", "2", "--format", "trec"}).out.find("q Q0 "), std::string::npos);
  program.write("queries.jsonl", "{\"_id\":\"q\",\"text\":\"연차 휴가 병가\"}\n");
  program.write("qrels.tsv", "q\t휴가.md\t1\nq\t사본/휴가.md\t1\n");
  const auto recall = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"eval", "retrieval", "--queries", "queries.jsonl", "--qrels", "qrels.tsv", "-m", "R@5", "--format", "json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return json::parse(program.run(arguments).out)["metrics"]["R@5"].get<double>();
  };
  EXPECT_EQ(recall({}), 1.0);
  EXPECT_EQ(recall({"--copies", "once"}), 0.5);
}

TEST_F(CopiesInAFolder, AreNamedBelowAnAnswersSources) {
  index();
  const Result answer = program.run({"ask", "병가는 연간 며칠까지 유급인가요?"});
  ASSERT_EQ(answer.code, 0) << answer.err;
  EXPECT_NE(answer.out.find("also in: "), std::string::npos) << answer.out;
}

TEST_F(CopiesInAFolder, AreListedExactAndNear) {
  index();
  const Result listed = program.run({"duplicates", "--json"});
  ASSERT_EQ(listed.code, 0) << listed.err;
  const json groups = json::parse(listed.out)["groups"];
  ASSERT_EQ(groups.size(), 2U);
  const json& leave = groups[0]["documents"];
  ASSERT_EQ(leave.size(), 3U);
  EXPECT_EQ(leave[0]["uri"], "draft/leave.md");
  EXPECT_EQ(leave[1]["text_hash"], leave[2]["text_hash"]);
  EXPECT_NE(leave[0]["text_hash"], leave[1]["text_hash"]);
  EXPECT_GE(leave[1]["similarity"], 0.85);
  const Result exact = program.run({"duplicates", "--exact"});
  EXPECT_EQ(exact.out, "leave.md\n  same old/leave.md\n사본/휴가.md\n  same 휴가.md\n");
}

TEST_F(CopiesInAFolder, AreNoneWhereOneIsRemoved) {
  index();
  for (const char* file : {"docs/old/leave.md", "docs/draft/leave.md", "docs/사본/휴가.md"}) std::filesystem::remove(program.folder() / file);
  ASSERT_EQ(program.run({"index", "docs", "--delete"}).code, 0);
  const Result listed = program.run({"duplicates"});
  EXPECT_EQ(listed.code, 1);
  EXPECT_EQ(listed.out, "");
  EXPECT_EQ(program.run({"duplicates", "--similarity", "0.5"}).code, 2);
}

}  // namespace
}  // namespace rag::test
