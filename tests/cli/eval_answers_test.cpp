// 'rag eval answers', with the hashing encoder and no weights.
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "clear_line.h"
#include "core/file.h"
#include "program.h"
#include "tests/http/local_server.h"

namespace rag::test {
namespace {

using nlohmann::json;
using Arguments = std::vector<std::string>;

class EvalAnswers : public ::testing::Test {
 protected:
  void SetUp() override {
    program.write("docs/leave.md", "# Leave\n\nFull-time employees in Leeds have 27 days of annual leave a year.\n");
    program.write("docs/휴가.md", "# 휴가 규정\n\n연차 휴가는 1년에 15일입니다.\n");
    program.write("docs/travel.md", "# Travel\n\nThe daily allowance in Germany is EUR 52.\n");
    program.write("q.jsonl", "{\"_id\":\"en\",\"text\":\"How many days of annual leave do full-time employees in Leeds have?\",\"documents\":[\"leave.md\"]}\n"
                             "{\"_id\":\"ko\",\"text\":\"연차 휴가는 1년에 며칠인가요?\"}\n"
                             "{\"_id\":\"no\",\"text\":\"Which Zanzibar office has a swimming pool?\",\"is_impossible\":true}\n");
    program.write("a.jsonl", "{\"_id\":\"en\",\"answers\":[\"27 days\"]}\n{\"_id\":\"ko\",\"answers\":[\"15일\"]}\n");
  }
  void index() { ASSERT_EQ(program.run({"index", "docs", "--model", "hash"}).code, 0); }
  Result measure(Arguments more) {
    Arguments arguments = {"eval", "answers", "--queries", "q.jsonl", "--answers", "a.jsonl"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return program.run(arguments);
  }
  // Values by measure.
  static std::map<std::string, json> values(const Result& result) {
    EXPECT_EQ(result.code, 0) << result.err;
    std::map<std::string, json> all;
    const json printed = json::parse(result.out, nullptr, false);
    for (const json& one : printed.at("measures")) all[one["measure"]] = one["value"];
    return all;
  }
  std::string bytes(const std::string& name) const { return read_file(program.folder() / name); }
  Program program;
};

TEST_F(EvalAnswers, AsksMeasuresAndWritesTheSameBytesEachTime) {
  index();
  const auto found = values(measure({"--json", "-k", "1", "--noise", "1", "--counterfactual", "--out", "1.json", "--answers-out", "given.jsonl", "--trec-rag", "t.jsonl"}));
  EXPECT_EQ(found.at("contains"), 1.0);
  EXPECT_EQ(found.at("refusal_recall"), 1.0);
  EXPECT_EQ(found.at("cited_gold"), 1.0);
  EXPECT_EQ(found.at("citation_recall"), 1.0);
  EXPECT_EQ(found.at("counterfactual_followed"), 1.0);
  EXPECT_EQ(found.at("noise_rejected"), 1.0);
  EXPECT_TRUE(found.at("nugget_all").is_null());
  EXPECT_EQ(measure({"-k", "1", "--noise", "1", "--counterfactual", "--out", "2.json"}).code, 0);
  EXPECT_EQ(bytes("1.json"), bytes("2.json"));
  EXPECT_EQ(bytes("1.json").find(program.folder().string()), std::string::npos) << "no path in it";
  EXPECT_EQ(json::parse(bytes("t.jsonl").substr(0, bytes("t.jsonl").find('\n')))["topic_id"], "en");

  const auto again = values(measure({"--json", "--answers-in", "given.jsonl"}));
  for (const char* name : {"contains", "squad_f1", "korquad_f1", "rouge_l", "citation_recall", "citation_precision", "aurc"}) EXPECT_EQ(again.at(name), found.at(name)) << name;
}

TEST_F(EvalAnswers, AreComparedGatedAndReportedAsRankingsAre) {
  program.write("good.jsonl", "{\"_id\":\"en\",\"answer\":\"27 days\"}\n{\"_id\":\"ko\",\"answer\":\"15일\"}\n{\"_id\":\"no\",\"abstained\":true}\n");
  program.write("bad.jsonl", "{\"_id\":\"en\",\"answer\":\"never\"}\n{\"_id\":\"ko\",\"answer\":\"15일\"}\n{\"_id\":\"no\",\"answer\":\"a pool\"}\n");
  for (const char* name : {"good", "bad"}) ASSERT_EQ(measure({"--answers-in", std::string(name) + ".jsonl", "--out", std::string(name) + ".json"}).code, 0);
  const json compared = json::parse(program.run({"eval", "compare", "bad.json", "good.json", "-m", "F1", "-m", "refusal_accuracy", "--json"}).out);
  EXPECT_EQ(compared["metrics"], (json{"squad_f1", "refusal_accuracy"}));
  EXPECT_NEAR(compared["pairs"][0]["difference"], 2 / 3.0, 1e-9);
  const Result text = program.run({"eval", "compare", "bad.json", "good.json", "-m", "EM"});
  EXPECT_NE(text.out.find("   = 27 days\n"), std::string::npos) << text.out;
  ASSERT_EQ(program.run({"eval", "baseline", "--current", "good.json", "--out", "base.json"}).code, 0);
  EXPECT_EQ(bytes("base.json"), bytes("good.json"));
  EXPECT_EQ(program.run({"eval", "gate", "--baseline", "base.json", "good.json", "--max-drop", "F1=0"}).code, 0);
  const Result fell = program.run({"eval", "gate", "--baseline", "base.json", "--current", "bad.json", "--max-drop", "F1=0.01", "--max-drop", "contains=1"});
  EXPECT_EQ(fell.code, 3) << fell.err;
  EXPECT_NE(fell.out.find("FAILED: squad_f1 1.0000 -> 0.3333"), std::string::npos) << fell.out;
  expect_one_clear_line(program.run({"eval", "gate", "--baseline", "base.json", "--max-drop", "F1=0.01"}), 2, "--current FILE");
  expect_one_clear_line(program.run({"eval", "gate", "--baseline", "base.json", "--current", "bad.json", "--max-drop", "nDCG@10=0.01"}), 2, "it has contains");
  EXPECT_EQ(program.run({"eval", "report", "--html", "page.html", "bad.json", "good.json"}).code, 0);
  EXPECT_NE(bytes("page.html").find("The worst questions"), std::string::npos);
}

TEST_F(EvalAnswers, PrintsAReasonWhereThereIsNoFigure) {
  program.write("given.jsonl", "{\"_id\":\"en\",\"answer\":\"27 days.\"}\n{\"_id\":\"other\",\"answer\":\"x\"}\n");
  const Result result = measure({"--answers-in", "given.jsonl", "--show", "wrong"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.out.find("- 1 of 1 answers have no confidence"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("  = 15일\n  > (abstained)"), std::string::npos) << result.out;
  EXPECT_NE(result.err.find("2 judged questions without an answer (each counts as a refusal): ko no"), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("1 answers to no question"), std::string::npos) << result.err;
}

TEST_F(EvalAnswers, TellsAKoreanReaderInKoreanWhyThereIsNoFigure) {
  program.write("given.jsonl", "{\"_id\":\"en\",\"answer\":\"27 days.\"}\n{\"_id\":\"other\",\"answer\":\"x\"}\n");
  const Result result =
      program.run({"eval", "answers", "--queries", "q.jsonl", "--answers", "a.jsonl", "--answers-in", "given.jsonl", "--show", "wrong", "--out", "ko.json"}, "", {"LC_ALL=ko_KR.UTF-8"});
  EXPECT_EQ(result.code, 0) << result.err;
  for (const char* words : {"- 답변 1개 중 1개에 확신도가 없음", "  > (답변 거절)", "- 너깃이 있는 질문이 없음"}) EXPECT_NE(result.out.find(words), std::string::npos) << words << "\n" << result.out;
  EXPECT_EQ(result.out.find("no question"), std::string::npos) << result.out;
  EXPECT_NE(result.err.find("2개의 판정된 질문에 답이 없음 (각각 거절로 셈): ko no"), std::string::npos) << result.err;
  measure({"--answers-in", "given.jsonl", "--out", "en.json"});
  EXPECT_EQ(bytes("ko.json"), bytes("en.json")) << "files are of one language";
}

TEST_F(EvalAnswers, RefusesWhatCannotBeInOneLine) {
  program.write("given.jsonl", "{\"_id\":\"en\",\"answer\":7}\n");
  expect_one_clear_line(program.run({"eval", "answers"}), 2, "--dataset DIR");
  expect_one_clear_line(measure({"--answers-in", "given.jsonl"}), 2, "given.jsonl:1: \"answer\" is not a text");
  expect_one_clear_line(measure({"--answers-in", "none.jsonl"}), 2, "none.jsonl");
  expect_one_clear_line(measure({"--answers-in", "given.jsonl", "--noise", "3"}), 2, "--answers-in and --noise");
  expect_one_clear_line(measure({"--correct", "luck"}), 2, "not one of contains");
  expect_one_clear_line(measure({"--confidence", "luck"}), 2, "evidence, words, passage, margin");
  expect_one_clear_line(measure({"--judge", "http://127.0.0.1:1/v1"}), 2, "--judge-model");
  expect_one_clear_line(measure({"--transcript", "t.jsonl"}), 2, "there is no judge");
  expect_one_clear_line(measure({"--replay", "none.jsonl"}), 2, "no such transcript");
}

// Says of every statement that it holds.
LocalServer::Reply agreeing(const std::string& request) {
  const auto asks_for = [&](const char* word) { return request.find(word) != std::string::npos; };
  json content = {{"statements", {"One statement."}}};
  if (asks_for("questions")) content = {{"questions", {"How many days of leave?"}}};
  if (asks_for("verdicts")) content = {{"verdicts", json::array()}};
  if (asks_for("verdicts")) {
    const char* counted = asks_for("<data-") && asks_for("statement number=") ? "statement number=" : "passage number=";
    for (std::size_t at = request.find(counted); at != std::string::npos; at = request.find(counted, at + 1)) content["verdicts"].push_back(1);
  }
  const std::string body = json{{"choices", {{{"message", {{"role", "assistant"}, {"content", content.dump()}}}, {"finish_reason", "stop"}}}}}.dump();
  return {.pieces = {"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body}};
}

TEST_F(EvalAnswers, AsksAJudgeOnceAndReplaysItWithoutANetwork) {
  index();
  std::map<std::string, json> judged;
  std::size_t asked = 0;
  {
    const LocalServer server(agreeing);
    const Arguments live = {"--json", "--judge", server.origin() + "/v1", "--judge-model", "m", "--transcript", "judged.jsonl", "--out", "live.json"};
    judged = values(measure(live));
    asked = server.requests().size();
    EXPECT_GT(asked, 0U);
    measure(live);
    EXPECT_EQ(server.requests().size(), asked) << "what the transcript has is not asked again";
  }
  EXPECT_EQ(judged.at("faithfulness"), 1.0);
  EXPECT_EQ(judged.at("context_precision"), 1.0);
  EXPECT_EQ(judged.at("context_recall"), 1.0);
  EXPECT_TRUE(judged.at("answer_relevancy").is_number());
  EXPECT_EQ(values(measure({"--json", "--replay", "judged.jsonl", "--out", "replayed.json"})), judged);
  EXPECT_EQ(bytes("live.json"), bytes("replayed.json"));
  program.write("docs/leave.md", "# Leave\n\nFull-time employees in Leeds have 28 days of annual leave a year.\n");
  index();
  expect_one_clear_line(measure({"--replay", "judged.jsonl"}), 2, "has no reply of m to request");
}

}  // namespace
}  // namespace rag::test
