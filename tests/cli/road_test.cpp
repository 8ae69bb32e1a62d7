#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "core/file.h"
#include "program.h"

namespace rag::test {
namespace {

using nlohmann::json;

const char* const kLeave =
    "# Leave policy\n\n## Annual leave\n\nEvery employee has 25 days of annual leave a year. Unused days expire on 31 March.\n\n"
    "## Sick leave\n\nA doctor's note is needed from the third day of sickness.\n";
const char* const kKorean = "# 휴가 규정\n\n연차 휴가는 1년에 15일입니다. 반차는 오전과 오후로 나누어 쓸 수 있습니다.\n";

// Folder docs/ with an English and a Korean file, indexed with the encoder that needs no weights.
class Road : public ::testing::Test {
 protected:
  void SetUp() override {
    program.write("docs/leave.md", kLeave);
    program.write("docs/ko/휴가.md", kKorean);
    program.write("docs/vpn.txt", "The VPN gateway answers with error code E-4417 when the certificate has expired.\n");
  }
  Result index(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"index", "docs", "--model", "hash", "--format", "json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return program.run(arguments);
  }
  Program program;
};

TEST_F(Road, IndexesAFolderAndSaysWhatItDid) {
  const Result result = index();
  ASSERT_EQ(result.code, 0) << result.err;
  const json report = json::parse(result.out);
  EXPECT_EQ(report["new"], 3);
  EXPECT_EQ(report["skipped"].size(), 0U);
  const json status = json::parse(program.run({"status", "--format", "json"}).out);
  EXPECT_EQ(status["documents"], 3);
  EXPECT_GE(status["chunks"], 3);
  EXPECT_EQ(status["model"], "hash");
  EXPECT_GT(status["bytes"], 0);
  EXPECT_GE(status["generation"], 1);
}

TEST_F(Road, FindsThePassageInEveryMode) {
  index();
  for (const char* mode : {"hybrid", "dense", "lexical"}) {
    const Result result = program.run({"search", "error code E-4417", "-k", "2", "--mode", mode, "--format", "json"});
    ASSERT_EQ(result.code, 0) << mode << ": " << result.err;
    const json found = json::parse(result.out);
    EXPECT_EQ(found["schema_version"], 1);
    ASSERT_GE(found["passages"].size(), 1U) << mode;
    const json& best = found["passages"][0];
    EXPECT_EQ(best["uri"], "vpn.txt") << mode;
    EXPECT_EQ(best["rank"], 1);
    EXPECT_TRUE(best["scores"].contains(std::string(mode) == "hybrid" ? "fused" : mode));
  }
}

TEST_F(Road, AnswersAFileOfQuestionsLineByLine) {
  index();
  program.write("questions.jsonl", "{\"_id\":\"a\",\"text\":\"error code E-4417\"}\n{\"_id\":\"b\",\"text\":\"연차 휴가\"}\n");
  const Result result = program.run({"search", "--queries", "questions.jsonl", "-k", "2", "--format", "jsonl"});
  ASSERT_EQ(result.code, 0) << result.err;
  std::istringstream lines(result.out);
  std::vector<json> answers;
  for (std::string line; std::getline(lines, line);) answers.push_back(json::parse(line));
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[0]["id"], "a");
  EXPECT_EQ(answers[0]["passages"][0]["uri"], "vpn.txt");
  EXPECT_EQ(answers[1]["query"], "연차 휴가");
  EXPECT_EQ(answers[1]["passages"][0]["uri"], "ko/휴가.md");
  const json alone = json::parse(program.run({"search", "연차 휴가", "-k", "2", "--format", "json"}).out);
  EXPECT_EQ(answers[1]["passages"], alone["passages"]);
  EXPECT_GE(answers[1]["timings_ms"]["total"], answers[1]["timings_ms"]["lexical"]);
}

TEST_F(Road, RefusesAFileOfQuestionsInAnotherFormat) {
  index();
  program.write("questions.tsv", "a\tsick leave\n");
  EXPECT_EQ(program.run({"search", "--queries", "questions.tsv"}).code, 0);
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{"search", "--queries", "questions.tsv", "--format", "csv"},
                                                {"search", "--queries", "questions.tsv", "leave"}}) {
    const Result result = program.run(wrong);
    EXPECT_EQ(result.code, 2);
    EXPECT_NE(result.err.find("--queries"), std::string::npos) << result.err;
  }
}

TEST_F(Road, QuotesTheDocumentVerbatim) {
  index();
  const json found = json::parse(program.run({"search", "연차 휴가", "--format", "json"}).out);
  const json& best = found["passages"][0];
  EXPECT_EQ(best["uri"], "ko/휴가.md");
  const std::string text = program.run({"show", best["document"], "--text"}).out;
  const std::size_t begin = best["span"]["begin"], end = best["span"]["end"];
  EXPECT_EQ(text.substr(begin, end - begin), best["text"]);
}

TEST_F(Road, AnswersWithCitationsThatHold) {
  index();
  const Result result = program.run({"ask", "How many days of annual leave does an employee have?", "--format", "json"});
  ASSERT_EQ(result.code, 0) << result.err;
  const json answer = json::parse(result.out);
  EXPECT_FALSE(answer["abstained"]);
  EXPECT_NE(answer["answer"].get<std::string>().find("25 days"), std::string::npos);
  ASSERT_GE(answer["citations"].size(), 1U);
  for (const json& citation : answer["citations"]) {
    const std::string text = program.run({"show", citation["uri"], "--text"}).out;
    const std::size_t begin = citation["span"]["begin"], end = citation["span"]["end"];
    EXPECT_EQ(text.substr(begin, end - begin), citation["quote"]);
  }
}

TEST_F(Road, AbstainsWhereNothingSupportsAnAnswer) {
  index();
  const Result result = program.run({"ask", "Which submarine did the pharaoh buy in Antarctica?", "--format", "json"});
  EXPECT_EQ(result.code, 1);
  const json answer = json::parse(result.out);
  EXPECT_TRUE(answer["abstained"]);
  EXPECT_EQ(answer["answer"], "");
  EXPECT_FALSE(answer["reason"].is_null());
}

TEST_F(Road, EmbedsOnlyWhatIsNewOrChanged) {
  index();
  json again = json::parse(index().out);
  EXPECT_EQ(again["unchanged"], 3);
  EXPECT_EQ(again["chunks_embedded"], 0);
  program.write("docs/vpn.txt", "The VPN gateway was replaced in May by another one.\n");
  program.write("docs/new.txt", "A new canteen opens in building C.\n");
  again = json::parse(index().out);
  EXPECT_EQ(again["changed"], 1);
  EXPECT_EQ(again["new"], 1);
  EXPECT_EQ(again["unchanged"], 2);
  EXPECT_EQ(program.run({"search", "E-4417", "--mode", "lexical"}).code, 1) << "the old text is still found";
}

TEST_F(Road, RecognisesAMovedFileByItsContent) {
  index();
  std::filesystem::create_directories(program.folder() / "docs/archive");
  std::filesystem::rename(program.folder() / "docs/leave.md", program.folder() / "docs/archive/leave.md");
  const json report = json::parse(index().out);
  EXPECT_EQ(report["moved"], 1);
  EXPECT_EQ(report["removed"], 0);
  EXPECT_EQ(report["chunks_embedded"], 0);
  const json found = json::parse(program.run({"search", "annual leave", "--format", "json"}).out);
  EXPECT_EQ(found["passages"][0]["uri"], "archive/leave.md");
}

TEST_F(Road, AsksBeforeALargeRemoval) {
  index();
  std::filesystem::remove(program.folder() / "docs/leave.md");
  const Result refused = index();
  EXPECT_EQ(refused.code, 2);
  EXPECT_NE(refused.err.find("--delete"), std::string::npos) << refused.err;
  EXPECT_EQ(json::parse(program.run({"status", "--json"}).out)["documents"], 3);
  const json report = json::parse(index({"--delete"}).out);
  EXPECT_EQ(report["removed"], 1);
  EXPECT_EQ(json::parse(program.run({"status", "--json"}).out)["documents"], 2);
}

TEST_F(Road, UpdatesAPartOfASourceInsteadOfIndexingItTwice) {
  index();
  const json report = json::parse(program.run({"index", "docs/ko", "--format", "json"}).out);
  EXPECT_EQ(report["unchanged"], 1);
  EXPECT_EQ(json::parse(program.run({"status", "--json"}).out)["documents"], 3);
}

TEST_F(Road, ObeysFilters) {
  index();
  const json found = json::parse(program.run({"search", "leave", "--filter", "ext=txt", "--format", "json"}).out);
  for (const json& passage : found["passages"]) EXPECT_EQ(passage["uri"], "vpn.txt");
  EXPECT_EQ(program.run({"search", "leave", "--filter", "ext=="}).code, 2);
}

TEST_F(Road, TakesADocumentOutAndKeepsTheOthers) {
  index();
  EXPECT_EQ(program.run({"rm", "vpn.txt"}).code, 0);
  EXPECT_EQ(program.run({"search", "E-4417", "--mode", "lexical"}).code, 1);
  EXPECT_EQ(program.run({"verify", "--deep"}).code, 0);
  EXPECT_EQ(program.run({"compact"}).code, 0);
  EXPECT_EQ(program.run({"verify", "--deep"}).code, 0);
  EXPECT_EQ(program.run({"show", "vpn.txt"}).code, 2);
}

TEST_F(Road, LeavesOutWhatWasRemovedByHandAndSaysSo) {
  index();
  ASSERT_EQ(program.run({"rm", "vpn.txt"}).code, 0);
  json report = json::parse(index().out);
  EXPECT_EQ(report["removed_by_hand"], 1);
  EXPECT_EQ(report["new"], 0) << "a document came back by itself";
  EXPECT_EQ(report["unchanged"], 2);
  std::filesystem::last_write_time(program.folder() / "docs/vpn.txt", std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
  EXPECT_EQ(json::parse(index().out)["removed_by_hand"], 1) << "a file that was only touched came back";
  EXPECT_NE(program.run({"index", "docs"}).err.find("removed by hand 1, left out until they change, or with --reread"), std::string::npos);
  report = json::parse(index({"--reread"}).out);
  EXPECT_EQ(report["new"], 1);
  EXPECT_EQ(report["removed_by_hand"], 0);
}

TEST_F(Road, TriesAgainWhatCouldNotBeReadWhereAsked) {
  const Result broken = program.run({"index", "docs", "--model", "hash", "--format", "json"}, "", {"RAG_PARSE=/bin/false"});
  EXPECT_EQ(json::parse(broken.out)["skipped"].size(), 3U);
  EXPECT_EQ(json::parse(index().out)["skipped"].size(), 3U) << "a file that breaks its parser is not read at each run";
  const json report = json::parse(index({"--reread"}).out);
  EXPECT_EQ(report["skipped"].size(), 0U);
  EXPECT_EQ(report["new"], 3);
}

TEST_F(Road, ReadsACorpusOfJsonLinesByItsIds) {
  program.write("corpus.jsonl",
                "{\"_id\":\"d1\",\"title\":\"Rivers\",\"text\":\"The Han river runs through Seoul.\",\"metadata\":{\"year\":2024}}\n"
                "not json\n"
                "{\"_id\":\"d2\",\"title\":\"Hills\",\"text\":\"Namsan is a hill in Seoul.\",\"metadata\":{\"year\":2020}}\n");
  const Result result = program.run({"--index", "c", "index", "corpus.jsonl", "--model", "hash", "--format", "json"});
  const json report = json::parse(result.out);
  EXPECT_EQ(report["new"], 2);
  ASSERT_EQ(report["warnings"].size(), 1U);
  EXPECT_NE(report["warnings"][0]["reason"].get<std::string>().find("line 2"), std::string::npos);
  const json found = json::parse(program.run({"--index", "c", "search", "Seoul", "--filter", "year>=2022", "--format", "json"}).out);
  ASSERT_EQ(found["passages"].size(), 1U);
  EXPECT_EQ(found["passages"][0]["document"], "d1");
}

TEST_F(Road, ReadsATextFromStandardInput) {
  const Result result = program.run({"index", "-", "--model", "hash", "--json"}, "The canteen opens at noon.\n");
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(json::parse(program.run({"search", "canteen", "--json"}).out)["passages"].size(), 1U);
  EXPECT_EQ(json::parse(program.run({"status", "--json"}).out)["sources"], json({"stdin"}));
  EXPECT_EQ(program.run({"index", "docs"}).code, 0);
  EXPECT_EQ(program.run({"rm", "stdin"}).code, 0);
  EXPECT_EQ(program.run({"index", "--rebuild"}).code, 0) << "nothing from standard input is left to lose";
}

TEST_F(Road, PrintsEveryFormat) {
  index();
  for (const char* format : {"text", "json", "jsonl", "csv", "md", "trec"}) {
    const Result result = program.run({"search", "annual leave", "--format", format});
    EXPECT_EQ(result.code, 0) << format;
    EXPECT_NE(result.out.find(std::string(format) == "trec" ? " Q0 " : "leave"), std::string::npos) << format;
  }
}

TEST_F(Road, WritesARunWithEachDocumentOnce) {
  program.write("docs/long.md", "# Leave\n\n" + std::string(40, '-') + "\n\n## One\n\nAnnual leave is good.\n\n## Two\n\nAnnual leave is long.\n\n## Three\n\nAnnual leave.\n");
  index({"--max-tokens", "16", "--overlap-tokens", "0"});
  program.write("questions.tsv", "q7\tannual leave\nq8\terror code E-4417\n");
  const auto documents_of = [](const std::string& run) {
    std::map<std::string, std::vector<std::string>> documents;
    std::istringstream lines(run);
    std::string query, q0, document, rank, score, tag;
    while (lines >> query >> q0 >> document >> rank >> score >> tag) {
      documents[query].push_back(document);
      EXPECT_EQ(rank, std::to_string(documents[query].size()));
    }
    return documents;
  };
  const auto expect_each_once = [](const std::vector<std::string>& documents) {
    EXPECT_EQ(std::set<std::string>(documents.begin(), documents.end()).size(), documents.size());
    EXPECT_EQ(documents.size(), 3U) << "-k counts documents";
  };
  const auto one = documents_of(program.run({"search", "annual leave", "-k", "3", "--format", "trec", "--query-id", "q 7"}).out);
  ASSERT_EQ(one.size(), 1U);
  expect_each_once(one.at("q_7"));
  const auto many = documents_of(program.run({"search", "--queries", "questions.tsv", "-k", "3", "--format", "trec"}).out);
  ASSERT_EQ(many.size(), 2U);
  expect_each_once(many.at("q7"));
  EXPECT_EQ(many.at("q7"), one.at("q_7"));
  EXPECT_EQ(program.run({"search", "leave", "--query-id", "q7"}).code, 2);
  EXPECT_EQ(program.run({"search", "--queries", "questions.tsv", "--format", "trec", "--query-id", "q7"}).code, 2);
}

TEST_F(Road, ShowsTheChunksAsJson) {
  index();
  const json shown = json::parse(program.run({"show", "leave.md", "--json", "--chunks"}).out);
  EXPECT_FALSE(shown.contains("text"));
  ASSERT_EQ(shown["chunk_list"].size(), shown["chunks"].get<std::size_t>());
  const std::string text = program.run({"show", "leave.md", "--text"}).out;
  for (const json& chunk : shown["chunk_list"]) {
    const std::size_t begin = chunk["span"]["begin"], end = chunk["span"]["end"];
    EXPECT_EQ(text.substr(begin, end - begin), chunk["text"]);
  }
  std::istringstream lines(program.run({"show", "leave.md", "--format", "jsonl", "--chunks"}).out);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) EXPECT_EQ(json::parse(line), shown["chunk_list"][count]);
  EXPECT_EQ(count, shown["chunk_list"].size());
}

TEST_F(Road, EmbedsTextsFromStandardInput) {
  const Result result = program.run({"embed", "--model", "hash", "--kind", "query"}, "hello\n\"line\\nbreak\"\n");
  ASSERT_EQ(result.code, 0) << result.err;
  std::istringstream lines(result.out);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const json row = json::parse(line);
    EXPECT_EQ(row["cut_tokens"], 0);
    EXPECT_EQ(row["embedding"].size(), 256U);
    EXPECT_GE(row["ids"].size(), 1U);
  }
  EXPECT_EQ(count, 2U);
}

TEST_F(Road, MeasuresRetrievalOnADatasetOfItsOwn) {
  program.write("set/corpus.jsonl",
                "{\"_id\":\"a\",\"title\":\"\",\"text\":\"apples grow on trees\"}\n{\"_id\":\"b\",\"title\":\"\",\"text\":\"boats float on "
                "water\"}\n");
  program.write("set/queries.jsonl",
                "{\"_id\":\"q1\",\"text\":\"apples trees\"}\n{\"_id\":\"q2\",\"text\":\"boats water\"}\n{\"_id\":\"q3\",\"text\":\"?\"}\n");
  program.write("set/qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\ta\t1\nq2\tb\t1\nq2\tgone\t1\n");
  const Result result = program.run(
      {"eval", "retrieval", "--dataset", "set", "--model", "hash", "-m", "nDCG@10", "-m", "R@100", "--run-out", "run.txt", "--json"});
  ASSERT_EQ(result.code, 0) << result.err;
  const json report = json::parse(result.out);
  EXPECT_EQ(report["queries"], 2);
  EXPECT_NEAR(report["metrics"]["R@100"], 0.75, 1e-9);
  EXPECT_NE(report["findings"].dump().find("gone"), std::string::npos) << "a missing gold document goes unsaid";
  EXPECT_EQ(report["notes"].dump().find("gone"), std::string::npos) << "told twice";
  const Result unchecked = program.run({"eval", "retrieval", "--dataset", "set", "--model", "hash", "--no-check", "--json"});
  EXPECT_NE(json::parse(unchecked.out)["notes"].dump().find("gone"), std::string::npos) << "and unsaid where nobody looked";
  const Result scored = program.run({"eval", "score", "--qrels", "set/qrels/test.tsv", "--run", "run.txt", "-m", "nDCG@10", "--json"});
  EXPECT_EQ(json::parse(scored.out)["metrics"]["nDCG@10"], report["metrics"]["nDCG@10"]);
  for (const char* file : {"one.json", "two.json"})
    ASSERT_EQ(program.run({"eval", "retrieval", "--dataset", "set", "--model", "hash", "--name", "set", "--out", file}).code, 0);
  EXPECT_EQ(read_file(program.folder() / "one.json"), read_file(program.folder() / "two.json")) << "the same evaluation twice";
}

TEST_F(Road, UnderstandsAFollowUpInAChat) {
  index();
  const Result result = program.run({"chat", "--json"}, "How many days of annual leave are there?\n/quit\n");
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_FALSE(json::parse(result.out.substr(0, result.out.find('\n')))["abstained"]);
}

}  // namespace
}  // namespace rag::test
