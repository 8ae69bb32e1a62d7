#include "pipelines/check_model.h"

#include <gtest/gtest.h>

#include <limits>

#include "core/error.h"
#include "tests/silent_progress.h"

namespace rag {
namespace {

using test::Silent;

ModelCheck check_with(double cosine, std::optional<DatasetCost> dataset = std::nullopt) {
  ModelCheck check{.model = "m", .texts = 2, .precisions = {}, .dataset = std::move(dataset)};
  check.precisions.push_back({.precision = Precision::Bf16, .texts_per_s = 1, .agreement = {.cosine_mean = 0.1}});  // not asked about
  check.precisions.push_back({.precision = Precision::Int8, .texts_per_s = 1, .agreement = {.cosine_mean = cosine}});
  return check;
}

DatasetCost finds(double fp32, double int8) { return {.name = "d", .queries = 3, .fp32 = fp32, .int8 = int8}; }

TEST(Int8Verdict, LetsSmallTurnsPass) { EXPECT_TRUE(judge_int8(check_with(0.99), {}).safe()); }

TEST(Int8Verdict, RefusesVectorsThatTurnTooFar) {
  EXPECT_TRUE(judge_int8(check_with(0.98), {}).turns_vectors);
  EXPECT_FALSE(judge_int8(check_with(0.98), {.min_cosine = 0.97}).turns_vectors);
}

TEST(Int8Verdict, RefusesAFallInFinding) {
  EXPECT_TRUE(judge_int8(check_with(1, finds(0.65, 0.64)), {}).finds_less);
  EXPECT_TRUE(judge_int8(check_with(1, finds(0.65, 0.649)), {}).safe());
  EXPECT_TRUE(judge_int8(check_with(1, finds(0.65, 0.66)), {}).safe()) << "finding more is no fault";
  EXPECT_TRUE(judge_int8(check_with(1, finds(0.65, 0.64)), {.max_ndcg_loss = 0.02}).safe());
}

TEST(Int8Verdict, RefusesWhatIsNoNumber) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(judge_int8(check_with(nan), {}).safe());
  EXPECT_FALSE(judge_int8(check_with(1, finds(0.65, nan)), {}).safe());
}

TEST(CheckModel, MeasuresEveryPrecision) {
  Silent progress;
  const ModelCheck check = check_model("hash", {"a river", "a mill", "강"}, 1, progress);
  EXPECT_EQ(check.model, "hash/256");
  EXPECT_EQ(check.texts, 3U);
  ASSERT_EQ(check.precisions.size(), 3U);
  for (const PrecisionCost& cost : check.precisions) {
    EXPECT_GT(cost.texts_per_s, 0) << precision_name(cost.precision);
    EXPECT_NEAR(cost.agreement.cosine_min, 1, 1e-6) << "hashing knows no precision";
  }
}

TEST(CheckModel, RefusesNoTexts) {
  Silent progress;
  EXPECT_THROW(check_model("hash", {}, 1, progress), Error);
}

}  // namespace
}  // namespace rag
