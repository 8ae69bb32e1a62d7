#include "pipelines/eval/sweep.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "core/error.h"
#include "core/file.h"
#include "pipelines/eval/pareto.h"

namespace rag {
namespace {

struct Silent final : Progress {
  void update(std::string_view, std::size_t, std::size_t) override {}
};

// A corpus of its own in a cache of its own.
class Sweep : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(folder_);
    ::setenv("XDG_CACHE_HOME", (folder_ / "cache").c_str(), 1);
    write_file_atomically(folder_ / "corpus.jsonl",
                          "{\"_id\":\"a\",\"title\":\"\",\"text\":\"apples grow on trees. pears grow there as well.\"}\n"
                          "{\"_id\":\"b\",\"title\":\"\",\"text\":\"boats float on water\"}\n{\"_id\":\"c\",\"title\":\"\",\"text\":\"연차 휴가는 15일이다\"}\n");
  }
  void TearDown() override {
    ::unsetenv("XDG_CACHE_HOME");
    std::filesystem::remove_all(folder_);
  }

  static SweepConfiguration asked_with(SearchMode mode, bool one_chunk = false) {
    SweepConfiguration made;
    made.settings = {{"search.mode", std::to_string(static_cast<int>(mode))}};
    made.model = "hash";
    made.cutting.one_chunk = one_chunk;
    made.retrieve.mode = mode;
    return made;
  }

  SweepResult swept(const std::vector<SweepConfiguration>& configurations) {
    Silent silent;
    return sweep(questions_, {.corpus = folder_ / "corpus.jsonl", .configurations = configurations, .metrics = {parse_metric("RR")}, .depth = 3}, silent);
  }

  std::filesystem::path folder_ = std::filesystem::path(testing::TempDir()) / ("rag_sweep_test_" + std::to_string(::getpid()));
  QuestionSet questions_{.queries = {{"1", "apples trees"}, {"2", "boats water"}, {"3", "연차 휴가"}, {"4", "pears"}},
                         .qrels = {{"1", {{"a", 1}}}, {"2", {{"b", 1}}}, {"3", {{"c", 1}}}, {"4", {{"b", 1}}}},
                         .queries_name = "queries",
                         .qrels_name = "qrels"};
};

TEST_F(Sweep, MeasuresEachConfigurationOnBothHalves) {
  const SweepResult result = swept({asked_with(SearchMode::Hybrid), asked_with(SearchMode::Lexical), asked_with(SearchMode::Dense, true)});
  ASSERT_EQ(result.points.size(), 3U);
  EXPECT_EQ(result.tuning.size(), 2U);
  for (const SweepPoint& point : result.points) {
    EXPECT_DOUBLE_EQ((point.tuned + point.reported) / 2, point.evaluation.means.at("RR")) << "halves of the same size";
    EXPECT_GT(point.cost.stages_ms.at("query").p50, 0);
    EXPECT_GT(point.cost.index_bytes, 0U);
  }
  EXPECT_EQ(result.points[0].evaluation.configuration.at("mode"), "hybrid") << "points stand in the order of the configurations";
  EXPECT_EQ(result.points[2].evaluation.configuration.at("mode"), "dense");
}

TEST_F(Sweep, MakesAnIndexOnceForAllThatCutAndEncodeAlike) {
  swept({asked_with(SearchMode::Hybrid), asked_with(SearchMode::Dense, true), asked_with(SearchMode::Lexical)});
  std::size_t indexes = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "cache/rag/eval")) indexes += entry.is_directory();
  EXPECT_EQ(indexes, 2U);
}

TEST_F(Sweep, CountsAQuestionsVectorWhereItIsTakenFromMemory) {
  const SweepResult result = swept({asked_with(SearchMode::Hybrid), asked_with(SearchMode::Dense)});
  EXPECT_DOUBLE_EQ(result.points[0].cost.stages_ms.at("embed").mean, result.points[1].cost.stages_ms.at("embed").mean);
  EXPECT_GE(result.points[1].cost.stages_ms.at("query").mean, result.points[1].cost.stages_ms.at("embed").mean);
}

TEST_F(Sweep, PutsApproximateSearchBesideTheExactOne) {
  SweepConfiguration exact = asked_with(SearchMode::Dense), few = exact, all = exact;
  exact.retrieve.vectors.method = VectorMethod::Exact;
  few.retrieve.vectors = {.method = VectorMethod::Ivf, .probes = 1};
  all.retrieve.vectors = {.method = VectorMethod::Ivf, .probes = 100};
  const SweepResult result = swept({exact, few, all});
  const auto bytes = [&](std::size_t i) { return result.points[i].cost.index_bytes; };
  EXPECT_GT(bytes(1), bytes(0)) << "lists count where they are looked into";
  EXPECT_EQ(bytes(2), bytes(0)) << "and nowhere else: so many probes are the exact search";
  EXPECT_EQ(result.points[2].evaluation.means, result.points[0].evaluation.means);
  EXPECT_EQ(result.points[0].evaluation.configuration.at("vectors"), "exact");
  EXPECT_EQ(result.points[1].evaluation.configuration.at("vectors"), "ivf");
  EXPECT_EQ(result.points[1].evaluation.configuration.at("probes"), "1");
  EXPECT_EQ(bytes(0), swept({asked_with(SearchMode::Dense)}).points[0].cost.index_bytes) << "a small index is searched exactly, whatever lies in its cache";
}

TEST_F(Sweep, RefusesToTuneOnOneQuestion) {
  questions_.qrels = {{"1", {{"a", 1}}}};
  EXPECT_THROW(swept({asked_with(SearchMode::Lexical)}), Error);
}

TEST(TuningHalf, IsHalfOfTheQuestionsWhateverTheirOrderAndAnotherOneForAnotherSeed) {
  std::vector<std::string> ids;
  for (int i = 0; i < 101; ++i) ids.push_back("질문" + std::to_string(i));
  const auto half = tuning_half(ids, 1);
  EXPECT_EQ(half.size(), 50U);
  std::reverse(ids.begin(), ids.end());
  EXPECT_EQ(tuning_half(ids, 1), half);
  EXPECT_NE(tuning_half(ids, 2), half);
}

TEST(ParetoFront, HoldsWhatNoOtherOneBeats) {
  EXPECT_EQ(pareto_front({{.8, 10}, {.7, 5}, {.7, 6}, {.9, 20}, {.6, 5}, {.9, 20}}), (std::vector<std::size_t>{1, 0, 3}));
  EXPECT_EQ(pareto_front({{0, 0}}), (std::vector<std::size_t>{0}));
  EXPECT_TRUE(pareto_front({}).empty());
}

}  // namespace
}  // namespace rag
