// Gold that holds for every chunking, questions made of one's own documents, and labels given at the terminal.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/file.h"
#include "program.h"

namespace rag::test {
namespace {

using nlohmann::json;

const char* const kLeave =
    "# Leave policy\n\n## Annual leave\n\nEvery employee earns 25 days of annual leave. Unused days of leave expire on 31 March. Requests "
    "for leave are approved by the line manager.\n\n"
    "## Sick leave\n\nA doctor's note is needed from the third day of sickness. If you fall ill during a holiday, tell the people team at "
    "once.\n\n"
    "## Expenses\n\nTravel claims must be sent in within 30 days of the trip. A replacement pass costs £15. The notice period is three "
    "months.\n";
const char* const kKorean =
    "# 휴가 규정\n\n## 신청\n\n연속 3일 이상의 휴가는 7일 전까지 신청한다. 연속 열흘을 넘는 휴가는 미리 부서장의 승인을 받는다.\n\n"
    "## 경조휴가\n\n| 사유 | 일수 |\n|---|---|\n| 본인 결혼 | 5일 |\n| 자녀 결혼 | 1일 |\n";
const char* const kGold =
    "{\"query\":\"q1\",\"document\":\"leave.md\",\"quote\":\"A replacement pass costs £15\"}\n"
    "{\"query\":\"q2\",\"document\":\"휴가.md\",\"quote\":\"7일 전까지 신청한다\"}\n";
const char* const kQueries = "q1\thow much does a replacement pass cost\nq2\t휴가는 며칠 전까지 신청하나요?\n";

std::vector<json> lines_of(const std::filesystem::path& file) {
  std::istringstream text(read_file(file));
  std::vector<json> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(json::parse(line));
  return lines;
}

class Gold : public ::testing::Test {
 protected:
  void SetUp() override {
    program.write("docs/leave.md", kLeave);
    program.write("docs/휴가.md", kKorean);
    program.write("queries.tsv", kQueries);
    program.write("gold.jsonl", kGold);
  }
  void index(const std::string& name, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"--index", name, "index", "docs", "--model", "hash"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    ASSERT_EQ(program.run(arguments).code, 0);
  }
  Result measure(const std::string& name, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"--index", name,         "eval",   "retrieval", "--queries", "queries.tsv",
                                          "--gold",  "gold.jsonl", "--mode", "lexical",   "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return program.run(arguments);
  }
  Program program;
};

TEST_F(Gold, MeasuresTheSamePlacesHoweverTheDocumentsAreCut) {
  index("small.rag", {"--max-tokens", "24", "--overlap-tokens", "0"});
  index("large.rag", {"--max-tokens", "400"});
  index("one.rag", {"--one-chunk"});
  double precision = 1, tokens = 0;
  for (const char* name : {"small.rag", "large.rag", "one.rag"}) {
    const Result result = measure(name, {"--budget", "25", "--budget", "4000"});
    ASSERT_EQ(result.code, 0) << result.err;
    const json found = json::parse(result.out);
    EXPECT_EQ(found["metrics"]["R@100"], 1.0) << name << ": every place is found again";
    EXPECT_EQ(found["metrics"]["R@4000tokens"], 1.0) << name;
    EXPECT_GT(found["cost"]["context_tokens"], tokens - 1e-9);
    // What is found comes with more and more that is not gold.
    EXPECT_LE(found["metrics"]["BytePrecision@5"], precision) << name;
    precision = found["metrics"]["BytePrecision@5"];
  }
  EXPECT_GT(json::parse(measure("small.rag", {"--budget", "25"}).out)["metrics"]["R@25tokens"],
            json::parse(measure("one.rag", {"--budget", "25"}).out)["metrics"]["R@25tokens"]);
}

TEST_F(Gold, WritesTheSameEvaluationAgainByteForByte) {
  index("a.rag");
  for (const char* out : {"1.json", "2.json"}) ASSERT_EQ(measure("a.rag", {"--out", out}).code, 0);
  EXPECT_EQ(read_file(program.folder() / "1.json"), read_file(program.folder() / "2.json"));
  EXPECT_EQ(json::parse(read_file(program.folder() / "1.json"))["configuration"]["overlap"], "0.5");
}

TEST_F(Gold, SaysWhatIsNotThereAndCountsItAsNotFound) {
  index("a.rag");
  program.write("gold.jsonl", std::string(kGold) +
                                  "{\"query\":\"q1\",\"document\":\"leave.md\",\"quote\":\"the moon is made of green cheese and "
                                  "honey\"}\n{\"query\":\"q2\",\"document\":\"gone.md\",\"page\":2}\n");
  const Result result = measure("a.rag");
  ASSERT_EQ(result.code, 0) << result.err;
  const json found = json::parse(result.out);
  EXPECT_EQ(found["metrics"]["R@100"], 0.5);
  EXPECT_NE(result.out.find("line 3, query q1: the quote the moon is made of green cheese and honey is not in leave.md"), std::string::npos)
      << result.out;
  EXPECT_NE(found["findings"].dump().find("missing-gold 1"), std::string::npos) << result.out;
  EXPECT_EQ(found["notes"].dump().find("gone.md"), std::string::npos) << "told twice";
  EXPECT_NE(measure("a.rag", {"--no-check"}).out.find("line 4, query q2: document gone.md is not in the collection"), std::string::npos);
  program.write("gold.jsonl", "{\"query\":\"q1\",\"document\":\"gone.md\",\"page\":2}\n");
  EXPECT_EQ(measure("a.rag").code, 2);
  for (const char* overlap : {"0", "1.5", "nan"}) EXPECT_EQ(measure("a.rag", {"--overlap", overlap}).code, 2) << overlap;
  EXPECT_EQ(measure("a.rag", {"--qrels", "gold.jsonl"}).code, 2);
}

TEST_F(Gold, OfDocumentsAloneIsMeasuredAsJudgementsAre) {
  index("a.rag");
  program.write("gold.jsonl", "{\"query\":\"q1\",\"document\":\"leave.md\"}\n{\"query\":\"q2\",\"document\":\"휴가.md\"}\n");
  program.write("qrels.tsv", "q1\tleave.md\t1\nq2\t휴가.md\t1\n");
  const json judged = json::parse(
      program
          .run({"--index", "a.rag", "eval", "retrieval", "--queries", "queries.tsv", "--qrels", "qrels.tsv", "--mode", "lexical", "--json"})
          .out);
  EXPECT_EQ(json::parse(measure("a.rag").out)["metrics"], judged["metrics"]);
}

TEST_F(Gold, IsMadeOfTheDocumentsThemselves) {
  index("a.rag");
  const std::vector<std::string> make = {"--index", "a.rag", "eval", "gen", "--n", "20", "--max-lexical", "1", "--unanswerable", "0"};
  for (const char* out : {"first", "again"}) {
    std::vector<std::string> arguments = make;
    arguments.insert(arguments.end(), {"--out", out});
    const Result result = program.run(arguments);
    ASSERT_EQ(result.code, 0) << result.err;
  }
  for (const char* file : {"queries.jsonl", "gold.jsonl", "answers.jsonl", "manifest.json", "qrels/test.tsv"})
    EXPECT_EQ(read_file(program.folder() / "first" / file), read_file(program.folder() / "again" / file)) << file;
  const auto gold = lines_of(program.folder() / "first/gold.jsonl"), answers = lines_of(program.folder() / "first/answers.jsonl");
  ASSERT_GE(gold.size(), 7U);
  ASSERT_EQ(gold.size(), answers.size());
  for (std::size_t i = 0; i < gold.size(); ++i)
    EXPECT_NE(gold[i]["quote"].get<std::string>().find(answers[i]["answers"][0].get<std::string>()), std::string::npos) << gold[i];
  const Result measured =
      program.run({"--index", "a.rag", "eval", "retrieval", "--queries", "first/queries.jsonl", "--gold", "first/gold.jsonl", "--json"});
  EXPECT_EQ(json::parse(measured.out)["metrics"]["R@100"], 1.0) << measured.err;
  std::vector<std::string> over = make;
  over.insert(over.end(), {"--out", "first"});
  EXPECT_EQ(program.run(over).code, 2) << "nothing is written over";
}

TEST_F(Gold, HasQuestionsWhoseDocumentIsToBeLeftOut) {
  program.write("docs/vpn.md", "# Network\n\nThe certificate of the gateway expires on 12 May.\n");
  index("a.rag");
  ASSERT_EQ(program.run({"--index", "a.rag", "eval", "gen", "--n", "20", "--max-lexical", "1", "--unanswerable", "0.1", "--out", "q"}).code,
            0);
  const auto left_out = lines_of(program.folder() / "q/left_out.jsonl");
  ASSERT_EQ(left_out.size(), 1U);
  std::size_t impossible = 0;
  for (const json& answer : lines_of(program.folder() / "q/answers.jsonl"))
    impossible += answer.value("is_impossible", false) && answer["written_for"] == left_out[0]["document"] && answer["answers"].empty();
  EXPECT_GE(impossible, 1U);
  const std::string name = left_out[0]["document"];
  for (const json& gold : lines_of(program.folder() / "q/gold.jsonl")) EXPECT_NE(gold["document"], name);
  std::string filter = read_file(program.folder() / "q/left_out.filter");
  filter.pop_back();
  const Result found = program.run({"--index", "a.rag", "search", "certificate", "-k", "100", "--filter", filter, "--json"});
  EXPECT_EQ(found.out.find("\"uri\":\"" + name + "\""), std::string::npos);
}

TEST_F(Gold, IsLabelledAtTheTerminalAndGoesOnWhereItStopped) {
  index("a.rag", {"--max-tokens", "24", "--overlap-tokens", "0"});
  program.write("queries.tsv", "q1\tleave days sickness trip claims\nq2\t휴가는 며칠 전까지 신청하나요?\n");
  const std::vector<std::string> label = {"--index",     "a.rag", "eval",       "label",  "--queries",
                                          "queries.tsv", "--out", "mine.jsonl", "--pool", "lexical"};
  Result result = program.run(label, "s\n9\ns\n1 2\nx\n0\nu\n3\nq\n");
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.out.find("not one of the answers"), std::string::npos);
  EXPECT_NE(result.out.find("expected sentences from 1 to"), std::string::npos);
  auto gold = lines_of(program.folder() / "mine.jsonl");
  ASSERT_EQ(gold.size(), 2U);
  EXPECT_EQ(gold[0]["grade"], 2) << "sentence 1, grade 2";
  EXPECT_EQ(gold[1]["grade"], 3) << "0 was undone";
  const std::string judged = gold[1]["quote"];
  result = program.run(label, "n\n");
  EXPECT_NE(result.out.find("passage 3 of"), std::string::npos) << "goes on behind the two";
  EXPECT_EQ(result.out.find("passage 2 of"), std::string::npos) << judged;
  EXPECT_EQ(lines_of(program.folder() / "mine.jsonl").size(), 3U);
  EXPECT_NE(program.run(label, "d\nq\n", {"LC_ALL=ko_KR.UTF-8"}).out.find("답이 되나요?"), std::string::npos);
  program.run(label, "d\n1\n");
  program.write("gold.jsonl", read_file(program.folder() / "mine.jsonl"));
  EXPECT_EQ(measure("a.rag").code, 0) << "what was labelled measures";
  program.write("mine.jsonl", "nonsense\n");
  EXPECT_EQ(program.run(label, "n\n").code, 2) << "nothing is written over";
  EXPECT_EQ(program.run({"--index", "a.rag", "eval", "label", "--queries", "queries.tsv"}).code, 2);
}

}  // namespace
}  // namespace rag::test
