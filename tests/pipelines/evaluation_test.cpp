#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "core/error.h"
#include "core/file.h"
#include "pipelines/eval/evaluation_file.h"
#include "pipelines/eval/fingerprints.h"

namespace rag {
namespace {

const Qrels kQrels = {{"q1", {{"휴가.md", 2}, {"b", 0}}}, {"q2", {{"c", 1}}}};
const Run kRun = {{"q1", {{"b", 2.0}, {"휴가.md", 1.0}}}};

Evaluation made() {
  const std::vector<Metric> metrics = {parse_metric("RR"), parse_metric("P@1")};
  return evaluation_of(evaluate(kQrels, kRun, metrics), metrics, {{"q1", "휴가는 며칠?"}, {"q2", "who?"}}, kQrels, kRun);
}

class EvaluationFile : public testing::Test {
 protected:
  std::filesystem::path file_ = std::filesystem::path(testing::TempDir()) / ("rag_evaluation_test_" + std::to_string(::getpid()) + ".json");
  void TearDown() override { std::filesystem::remove(file_); }
};

TEST(EvaluationOf, TellsOfEachQuestionWhatWasExpectedAndWhatWasFound) {
  const Evaluation evaluation = made();
  ASSERT_EQ(evaluation.queries.size(), 2U);
  const EvaluatedQuery& first = evaluation.queries[0];
  EXPECT_EQ(first.text, "휴가는 며칠?");
  EXPECT_DOUBLE_EQ(first.values.at("RR"), 0.5);
  EXPECT_EQ(first.relevant, (std::map<std::string, int>{{"휴가.md", 2}})) << "grade 0 was not to be found";
  EXPECT_EQ(first.found[0].document, "b");
  EXPECT_TRUE(evaluation.queries[1].found.empty());
  EXPECT_EQ(evaluation.missing, std::vector<std::string>{"q2"});
}

TEST(FiguresOf, AreTheMeansOfTheWholeEvaluationWithoutItsQueries) {
  const std::vector<Metric> metrics = {parse_metric("RR"), parse_metric("P@1"), parse_metric("RR")};
  const Evaluation figures = figures_of(evaluate(kQrels, kRun, metrics, true), metrics);
  EXPECT_EQ(figures.means, made().means);
  EXPECT_EQ(figures.judged, 2U);
  EXPECT_EQ(figures.missing, made().missing);
  EXPECT_TRUE(figures.queries.empty());
}

TEST_F(EvaluationFile, ReadsBackWhatItWroteByteForByte) {
  Evaluation evaluation = made();
  evaluation.name = "hybrid";
  evaluation.configuration = {{"mode", "hybrid"}};
  evaluation.fingerprints = {{"gold", fingerprint_of(kQrels)}};
  evaluation.documents = {{"b", {.title = "휴가 <안내>", .uri = "leave/b.md"}}, {"b#1-9", {.extract = "27 days"}}};
  write_evaluation(file_, evaluation);
  EXPECT_EQ(evaluation_json(read_evaluation(file_)), read_file(file_));
}

TEST_F(EvaluationFile, OfAnOlderBuildHasNoNamesForDocuments) {
  write_evaluation(file_, made());
  std::string text = read_file(file_);
  const std::size_t at = text.find(",\n \"documents\"");
  ASSERT_NE(at, std::string::npos);
  write_file_atomically(file_, text.substr(0, at) + "}");
  EXPECT_TRUE(read_evaluation(file_).documents.empty());
  EXPECT_EQ(read_evaluation(file_).queries.size(), 2U);
}

TEST_F(EvaluationFile, RefusesWhatIsNoEvaluationAndNamesIt) {
  for (const char* bytes : {"", "[]", "{\"kind\":\"rag.evaluation\"}", "{\"schema_version\":1,\"kind\":\"other\"}", "{\"schema_version\":99,\"kind\":\"rag.evaluation\"}"}) {
    write_file_atomically(file_, bytes);
    try {
      read_evaluation(file_);
      FAIL() << bytes;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::Usage);
      EXPECT_NE(std::string(error.what()).find(file_.string()), std::string::npos) << error.what();
    }
  }
}

TEST(Fingerprint, IsOneForTheSameQuestionsInAnotherOrderAndAnotherForOtherFields) {
  EXPECT_EQ(fingerprint_of({{"a", "1"}, {"b", "2"}}), fingerprint_of({{"b", "2"}, {"a", "1"}}));
  EXPECT_NE(fingerprint_of({{"a", "b1"}}), fingerprint_of({{"ab", "1"}})) << "fields run into each other";
  EXPECT_NE(fingerprint_of(kQrels), fingerprint_of(Qrels{{"q1", {{"휴가.md", 2}, {"b", 1}}}, {"q2", {{"c", 1}}}}));
}

TEST(Percentiles, AreValuesThatWereMeasured) {
  std::vector<double> hundred;
  for (int i = 100; i >= 1; --i) hundred.push_back(i);
  const Percentiles of = percentiles_of(hundred);
  EXPECT_DOUBLE_EQ(of.p50, 50);
  EXPECT_DOUBLE_EQ(of.p95, 95);
  EXPECT_DOUBLE_EQ(of.p99, 99);
  EXPECT_DOUBLE_EQ(of.mean, 50.5);
  EXPECT_DOUBLE_EQ(percentiles_of({7}).p99, 7);
  EXPECT_DOUBLE_EQ(percentiles_of({}).mean, 0);
}

}  // namespace
}  // namespace rag
