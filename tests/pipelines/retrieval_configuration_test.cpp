#include "pipelines/eval/retrieval_configuration.h"

#include <gtest/gtest.h>

namespace rag {
namespace {

TEST(RetrievalConfiguration, KeepsEveryDigitOfANumber) {
  RetrieveOptions retrieve;
  retrieve.mode = SearchMode::Hybrid;
  retrieve.fusion.dense_weight = 0.12345678;
  retrieve.bm25.k1 = 1.5;
  retrieve.bm25.b = 1e-7;
  const auto chosen = retrieval_configuration(retrieve, {});
  EXPECT_EQ(chosen.at("dense-weight"), "0.12345678") << "two weights that differ in the seventh digit would look alike";
  EXPECT_EQ(chosen.at("k1"), "1.5");
  EXPECT_EQ(chosen.at("b"), "1e-07");
}

TEST(RetrievalConfiguration, LeavesOutWhatHasNoEffect) {
  RetrieveOptions retrieve;
  retrieve.mode = SearchMode::Dense;
  const auto chosen = retrieval_configuration(retrieve, {});
  EXPECT_FALSE(chosen.contains("k1"));
  EXPECT_FALSE(chosen.contains("dense-weight"));
  EXPECT_FALSE(chosen.contains("rerank-depth"));
}

}  // namespace
}  // namespace rag
