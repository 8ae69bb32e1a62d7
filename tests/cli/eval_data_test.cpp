// What stands before and beside figures: measures by name, collections of others, and a look at the data.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/file.h"
#include "program.h"

namespace rag::test {
namespace {

using nlohmann::json;

class EvalData : public ::testing::Test {
 protected:
  void SetUp() override {
    program.write("set/corpus.jsonl",
                  "{\"_id\":\"leave\",\"title\":\"Leave\",\"text\":\"Every employee has twenty-seven days of annual leave, and may carry five of them over.\"}\n"
                  "{\"_id\":\"copy\",\"title\":\"Leave\",\"text\":\"Every employee has twenty-seven days of annual leave, and may carry five of them over.\"}\n"
                  "{\"_id\":\"휴가\",\"title\":\"휴가\",\"text\":\"휴가는 며칠인가요? 한 해에 열다섯 일입니다.\"}\n");
    program.write("set/queries.jsonl", "{\"_id\":\"q1\",\"text\":\"annual leave days\"}\n{\"_id\":\"q2\",\"text\":\"휴가는 며칠인가요?\"}\n");
    program.write("set/qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\tleave\t2\nq2\t휴가\t1\nq2\tgone\t1\n");
  }
  Result run(const std::vector<std::string>& arguments) { return program.run(arguments); }
  Program program;
};

TEST_F(EvalData, AreLookedThroughByCheck) {
  const Result text = run({"eval", "check", "--dataset", "set"});
  EXPECT_EQ(text.code, 0) << text.err;
  EXPECT_NE(text.out.find("gone for query q2"), std::string::npos) << text.out;
  const Result strict = run({"eval", "check", "--dataset", "set", "--strict", "--json"});
  EXPECT_EQ(strict.code, 3);
  std::string kinds;
  const json report = json::parse(strict.out);
  for (const json& finding : report["findings"]) kinds += finding["kind"].get<std::string>() + " ";
  EXPECT_EQ(kinds, "missing-gold exact-copies copies-of-gold questions-in-documents ");
  EXPECT_EQ(run({"eval", "check", "--dataset", "set", "--strict", "--ignore", "missing-gold", "--ignore", "exact-copies", "--ignore", "copies-of-gold", "--ignore", "questions-in-documents"}).code, 0);
  const Result unknown = run({"eval", "check", "--dataset", "set", "--ignore", "typo"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_NE(unknown.err.find("expected one of empty-collection"), std::string::npos);
}

TEST_F(EvalData, AreLookedThroughBeforeAnyFigure) {
  const std::vector<std::string> measure = {"eval", "retrieval", "--dataset", "set", "--model", "hash", "-m", "R@5", "-m", "RBP(p=0.5)", "--out", "result.json", "--json"};
  const Result found = run(measure);
  ASSERT_EQ(found.code, 0) << found.err;
  EXPECT_NE(found.err.find("its copy copy is not"), std::string::npos) << found.err;
  EXPECT_EQ(json::parse(found.out)["findings"].size(), 4U) << found.out;
  const json file = json::parse(read_file(program.folder() / "result.json"));
  EXPECT_EQ(file["dataset"], "set");
  EXPECT_EQ(file["split"], "test");
  EXPECT_TRUE(file["seeds"].is_object());
  EXPECT_EQ(file["documents"]["leave"], (json{{"title", "Leave"}}));
  EXPECT_FALSE(file["documents"].contains("휴가")) << "its title is its id";
  std::vector<std::string> strict = measure, unseen = measure;
  strict.push_back("--strict");
  EXPECT_EQ(run(strict).code, 3);
  EXPECT_EQ(run(strict).out, "") << "a figure in spite of it";
  unseen.push_back("--no-check");
  EXPECT_EQ(json::parse(run(unseen).out)["findings"].size(), 0U);
}

TEST_F(EvalData, AreSpokenOfInKoreanToWhoReadsKoreanAndInEnglishElse) {
  const std::vector<std::string> korean = {"LC_ALL=ko_KR.UTF-8"};
  const std::vector<std::string> check = {"eval", "check", "--dataset", "set"}, measure = {"eval", "retrieval", "--dataset", "set", "--model", "hash", "-m", "R@5"};
  const Result looked = program.run(check, "", korean);
  EXPECT_EQ(looked.code, 0);
  for (const char* words : {"문서 3개, 질문 2개, 판정 3개\n", "missing-gold 1건: 정답으로 판정된 문서가 컬렉션에 없음: 아무도 찾을 수 없음 (질문 q2의 gone)", "질문 q1: leave은(는) 정답, 그 사본 copy은(는) 아님"})
    EXPECT_NE(looked.out.find(words), std::string::npos) << words << "\n" << looked.out;
  EXPECT_NE(run(check).out.find("3 documents, 2 questions, 3 judgements\n"), std::string::npos);
  std::vector<std::string> as_json = check;
  as_json.push_back("--json");
  EXPECT_EQ(program.run(as_json, "", korean).out, run(as_json).out) << "programs read one language";

  program.write("set/qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\tleave\t2\nq2\t휴가\t1\nq3\tleave\t1\n");
  std::vector<std::string> limited = measure;
  limited.insert(limited.end(), {"--limit", "1", "--name", "set", "--out", "ko.json"});
  const Result measured = program.run(limited, "", korean);
  EXPECT_EQ(measured.code, 0) << measured.err;
  for (const char* words : {"judged-without-text 1건: 판정은 있으나 문장이 없는 질문", "판정된 질문 중 처음 1개만 물음 (--limit)", "질문 하나: "})
    EXPECT_NE(measured.err.find(words), std::string::npos) << words << "\n" << measured.err;
  EXPECT_EQ(measured.err.find("only the first"), std::string::npos) << measured.err;
  limited.back() = "en.json";
  EXPECT_NE(run(limited).err.find("only the first 1 judged queries were asked (--limit)"), std::string::npos);
  EXPECT_EQ(read_file(program.folder() / "ko.json"), read_file(program.folder() / "en.json")) << "files are of one language";
  const Result unanswered = program.run(measure, "", korean);
  EXPECT_NE(unanswered.err.find("1개의 판정된 질문에 답이 없음 (각각 0으로 셈): q3"), std::string::npos) << unanswered.err;

  program.write("faq.csv", "질문,답변\n휴가는 며칠?,15일\n반차는?,\n");
  const Result imported = program.run({"eval", "import", "faq.csv", "--out", "faq"}, "", korean);
  EXPECT_EQ(imported.code, 0) << imported.err;
  EXPECT_NE(imported.out.find("문서 0개, 질문 2개, 판정 0개, 답이 있는 질문 1개, 답할 수 없는 질문 1개, 구간 0개"), std::string::npos) << imported.out;
  for (const char* words : {"없는 열: 출처", "답도 출처도 없는 질문: 답할 수 없는 것으로 봄: 3번째 행", "문서 없음"}) EXPECT_NE(imported.err.find(words), std::string::npos) << words << "\n" << imported.err;
}

TEST_F(EvalData, GiveTheSameBytesOnAnyNumberOfThreads) {
  for (const char* threads : {"1", "2", "4"})
    ASSERT_EQ(run({"eval", "retrieval", "--dataset", "set", "--model", "hash", "--threads", threads, "--name", "set", "--out", std::string("t") + threads, "--run-out", std::string("r") + threads}).code, 0);
  for (const char* threads : {"2", "4"}) {
    EXPECT_EQ(read_file(program.folder() / "t1"), read_file(program.folder() / (std::string("t") + threads)));
    EXPECT_EQ(read_file(program.folder() / "r1"), read_file(program.folder() / (std::string("r") + threads)));
  }
}

TEST_F(EvalData, DropDocumentsNamedAsTheQueryIs) {
  program.write("qrels", "a 0 a 1\na 0 b 1\n");
  program.write("run", "a Q0 a 1 9 x\na Q0 b 2 1 x\n");
  EXPECT_EQ(json::parse(run({"eval", "score", "--qrels", "qrels", "--run", "run", "-m", "P@1", "-m", "R@1", "--json"}).out)["metrics"]["R@1"], 0.5);
  const json dropped = json::parse(run({"eval", "score", "--qrels", "qrels", "--run", "run", "-m", "R@1", "--drop-self-hits", "--json"}).out);
  EXPECT_EQ(dropped["metrics"]["R@1"], 1.0);
  program.write("set/queries.jsonl", "{\"_id\":\"leave\",\"text\":\"annual leave days\"}\n");
  program.write("set/qrels/test.tsv", "leave\tcopy\t1\n");
  program.write("set/dataset.json", "{\"drop_self_hits\":true}");
  const Result asked = run({"eval", "retrieval", "--dataset", "set", "--model", "hash", "-m", "P@1", "--run-out", "self.run", "--json"});
  EXPECT_EQ(json::parse(asked.out)["metrics"]["P@1"], 1.0) << asked.err;
  EXPECT_EQ(read_file(program.folder() / "self.run").find(" leave "), std::string::npos);
}

TEST_F(EvalData, NameTheGainsOfNdcg) {
  program.write("qrels", "a 0 d 3\na 0 b 1\n");
  program.write("run", "a Q0 b 1 9 x\na Q0 d 2 1 x\n");
  const json metrics = json::parse(run({"eval", "score", "--qrels", "qrels", "--run", "run", "-m", "nDCG@10", "-m", "AP", "--gain", "exp", "--json"}).out)["metrics"];
  EXPECT_TRUE(metrics.contains("nDCG(dcg='exp-log2')@10")) << metrics;
  EXPECT_FALSE(metrics.contains("nDCG@10"));
  EXPECT_EQ(run({"eval", "score", "--qrels", "qrels", "--run", "run", "--gain", "cubic"}).code, 2);
}

TEST_F(EvalData, MayStandInOneFileOfQuestions) {
  program.write("docs/leave.md", "Every employee has twenty-seven days of annual leave.");
  ASSERT_EQ(run({"--index", "x", "index", "docs", "--model", "hash"}).code, 0);
  program.write("q.jsonl", "{\"_id\":1,\"question\":\"annual leave days\",\"answer\":\"twenty-seven\",\"evidence\":[{\"file\":\"leave.md\"}]}\n");
  const Result measured = run({"--index", "x", "eval", "retrieval", "--queries", "q.jsonl", "--mode", "lexical", "-m", "RR", "--json"});
  ASSERT_EQ(measured.code, 0) << measured.err;
  EXPECT_EQ(json::parse(measured.out)["metrics"]["RR"], 1.0);
  EXPECT_EQ(run({"--index", "x", "eval", "answers", "--queries", "q.jsonl", "--mode", "lexical"}).code, 0);
  EXPECT_EQ(run({"--index", "x", "eval", "check", "--queries", "q.jsonl", "--strict"}).code, 0);
  program.write("q.jsonl", "{\"_id\":1,\"question\":\"annual leave days\"}\n");
  for (const char* verb : {"retrieval", "check"}) {
    const Result nothing = run({"--index", "x", "eval", verb, "--queries", "q.jsonl"});
    EXPECT_EQ(nothing.code, 2);
    EXPECT_NE(nothing.err.find("q.jsonl: says of no question what answers it"), std::string::npos) << nothing.err;
  }
}

TEST_F(EvalData, AreImportedFromOtherFormats) {
  program.write("korquad.json", "{\"data\":[{\"title\":\"휴가\",\"paragraphs\":[{\"context\":\"연차는 15일이다.\",\"qas\":[{\"id\":\"q1\",\"question\":\"며칠?\",\"answers\":[{\"text\":\"15일\",\"answer_start\":4}]}]}]}]}");
  const Result made = run({"eval", "import", "korquad.json", "--out", "made", "--json"});
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_EQ(json::parse(made.out)["spans"], 1);
  EXPECT_EQ(run({"eval", "check", "--dataset", "made", "--strict"}).code, 0);
  EXPECT_EQ(run({"eval", "import", "korquad.json", "--out", "made"}).code, 2) << "over a collection that is there";
  EXPECT_EQ(run({"eval", "import", "none.json", "--out", "other"}).code, 2);
  program.write("es.json", "{\"responses\":[{\"hits\":{\"hits\":[{\"_id\":\"p00001\",\"_score\":2}]}}]}");
  const Result scored = run({"eval", "score", "--qrels", "made/qrels/test.tsv", "--run", "es.json", "--queries", "made/queries.jsonl", "-m", "RR", "--json"});
  EXPECT_EQ(json::parse(scored.out)["metrics"]["RR"], 1.0) << scored.err;
  ASSERT_EQ(run({"eval", "import", "--run", "es.json", "--queries", "made/queries.jsonl", "--out", "es.run"}).code, 0);
  EXPECT_EQ(read_file(program.folder() / "es.run"), "q1 Q0 p00001 1 2 imported\n");
  EXPECT_EQ(run({"eval", "import", "--run", "es.json", "--corpus", "x", "--out", "y"}).code, 2);
}

}  // namespace
}  // namespace rag::test
