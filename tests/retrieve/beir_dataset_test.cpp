#include "retrieve/eval/beir_dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "retrieve/eval/metrics.h"
#include "tests/retrieve/fakes.h"

namespace rag {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

class BeirDatasetTest : public testing::Test {
 protected:
  BeirDatasetTest()
      : folder_(fs::path(testing::TempDir()) / ("rag_beir_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()))) {
    fs::create_directories(folder_ / "qrels");
    for (const char* name : {"corpus.jsonl", "queries.jsonl", "qrels/test.tsv", "qrels/dev.tsv"}) std::ofstream(folder_ / name) << "x";
  }
  ~BeirDatasetTest() override { fs::remove_all(folder_); }
  std::string problem(const std::string& split = "test") {
    return message_of([&] { open_beir_dataset(folder_, split); });
  }
  fs::path folder_;
};

TEST_F(BeirDatasetTest, NamesWhereItsPartsLie) {
  const BeirDataset dataset = open_beir_dataset(folder_ / "", "dev");
  EXPECT_EQ(dataset.name, folder_.filename());
  EXPECT_TRUE(fs::equivalent(dataset.corpus, folder_ / "corpus.jsonl"));
  EXPECT_TRUE(fs::equivalent(dataset.qrels, folder_ / "qrels/dev.tsv"));
}

TEST_F(BeirDatasetTest, SaysWhatIsMissing) {
  EXPECT_THAT(problem("train"), HasSubstr("qrels/train.tsv: missing; there are the splits dev, test"));
  EXPECT_THAT(problem("../x"), HasSubstr("not a name"));
  fs::remove(folder_ / "queries.jsonl");
  EXPECT_THAT(problem(), HasSubstr("queries.jsonl: missing"));
  fs::remove_all(folder_ / "qrels");
  std::ofstream(folder_ / "queries.jsonl") << "x";
  EXPECT_THAT(problem(), HasSubstr("qrels/test.tsv: missing; a collection in the BEIR layout has its judgements there"));
  fs::remove_all(folder_);
  EXPECT_THAT(problem(), HasSubstr("no such folder"));
}

TEST_F(BeirDatasetTest, BelievesWhatItsDescriptionSays) {
  std::ofstream(folder_ / "dataset.json") << "{\"name\":\"휴가\",\"drop_self_hits\":true,\"about\":\"questions are documents\"}";
  const BeirDataset dataset = open_beir_dataset(folder_);
  EXPECT_EQ(dataset.name, "휴가");
  EXPECT_TRUE(dataset.drop_self_hits);
  for (const char* bad : {"", "[]", "{\"drop_selfhits\":true}", "{\"drop_self_hits\":\"yes\"}", "{\"about\":1}"}) {
    std::ofstream(folder_ / "dataset.json") << bad;
    EXPECT_THAT(problem(), HasSubstr("dataset.json: ")) << bad;
  }
}

TEST(DatasetGaps, ListsWhatDoesNotFitTogether) {
  const std::vector<EvalQuery> queries = {{"q1", "a"}, {"q2", "b"}};
  const Qrels qrels = {{"q1", {{"d1", 1}, {"lost", 2}, {"irrelevant", 0}}}, {"q3", {{"d1", 1}}}};
  const DatasetGaps gaps = find_dataset_gaps(queries, qrels, {"d1"});
  EXPECT_THAT(gaps.unjudged_queries, ElementsAre("q2"));
  EXPECT_THAT(gaps.judged_without_text, ElementsAre("q3"));
  EXPECT_THAT(gaps.documents_not_stored, ElementsAre(Pair("q1", "lost")));
  EXPECT_FALSE(gaps.empty());
  EXPECT_TRUE(find_dataset_gaps({{"q1", "a"}}, {{"q1", {{"d1", 1}}}}, {"d1"}).empty());
}

TEST(PublicCollections, OpenAndAreComplete) {
  const char* shared = std::getenv("RAG_SHARED");
  const fs::path data = (shared != nullptr ? fs::path(shared) : fs::path(RAG_SOURCE_DIR) / ".." / "shared") / "data";
  if (!fs::exists(data)) GTEST_SKIP() << data << " is not here; set RAG_SHARED";
  const std::pair<const char*, std::size_t> sets[] = {
      {"cranfield", 225}, {"scifact", 300}, {"korquad1-dev", 5774}, {"hr-pages", 246}, {"squad2-dev-half", 6078}};
  for (const auto& [name, count] : sets) {
    const BeirDataset dataset = open_beir_dataset(data / name);
    const std::vector<EvalQuery> queries = read_queries(dataset.queries);
    const Qrels qrels = read_qrels(dataset.qrels);
    EXPECT_GE(queries.size(), qrels.size()) << name;
    EXPECT_GE(queries.size(), count) << name;
    EXPECT_TRUE(find_dataset_gaps(queries, qrels, {}).judged_without_text.empty()) << name;
  }
}

}  // namespace
}  // namespace rag
