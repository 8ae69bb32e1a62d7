#include "retrieve/fusion.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/retrieve/fakes.h"

namespace rag {
namespace {

std::vector<std::int64_t> order(const std::vector<FusedHit>& hits) {
  std::vector<std::int64_t> ids;
  for (const FusedHit& hit : hits) ids.push_back(hit.chunk.value);
  return ids;
}
using Ids = std::vector<std::int64_t>;
const FusionOptions kReciprocal{.method = FusionMethod::ReciprocalRank};

TEST(ConvexFusion, WeighsTheLegsAfterBringingEachToZeroToOne) {
  const auto fused = fuse({{{1}, 0.9}, {{2}, 0.8}, {{3}, 0.7}}, {{{3}, 20}, {{2}, 18}, {{1}, 0}}, {.dense_weight = 0.5});
  EXPECT_EQ(order(fused), (Ids{2, 1, 3}));
  EXPECT_NEAR(*fused[0].scores.fused, 0.5 * 0.5 + 0.5 * 0.9, 1e-12);
  EXPECT_NEAR(*fused[1].scores.fused, 0.5, 1e-12);
  EXPECT_EQ(fused[1].scores.dense, 0.9);
  EXPECT_EQ(fused[1].scores.lexical, 0.0);
}

TEST(ConvexFusion, AMissingScoreCountsAsTheWorstOfItsLeg) {
  const auto fused = fuse({{{1}, 0.9}, {{2}, 0.5}}, {{{3}, 7}, {{1}, 2}}, {.dense_weight = 0.5});
  EXPECT_EQ(order(fused), (Ids{1, 3, 2}));
  EXPECT_EQ(fused[2].scores.fused, 0.0);
  EXPECT_FALSE(fused[2].scores.lexical);
  EXPECT_FALSE(fused[1].scores.dense);
}

TEST(ConvexFusion, ALegThatFoundNothingLeavesTheOtherItsFullWeight) {
  const auto fused = fuse({{{4}, 0.3}, {{2}, 0.1}}, {}, {.dense_weight = 0.2});
  EXPECT_EQ(order(fused), (Ids{4, 2}));
  EXPECT_EQ(fused[0].scores.fused, 1.0);
  EXPECT_EQ(order(fuse({}, {{{4}, 3}, {{2}, 1}}, {})), (Ids{4, 2}));
  EXPECT_TRUE(fuse({}, {}, {}).empty());
}

TEST(ConvexFusion, WhereAllScoresOfALegAreEqualEachIsTheBest) {
  const auto fused = fuse({{{9}, 0.4}, {{3}, 0.4}}, {{{3}, 5}}, {.dense_weight = 0.5});
  EXPECT_EQ(order(fused), (Ids{3, 9}));
  EXPECT_EQ(fused[0].scores.fused, 1.0);
  EXPECT_EQ(fused[1].scores.fused, 0.5);
}

TEST(ConvexFusion, AWeightOfOneOrZeroIsOneLegAlone) {
  const std::vector<Hit> dense{{{1}, 0.9}, {{2}, 0.8}}, lexical{{{2}, 9}, {{1}, 1}};
  EXPECT_EQ(order(fuse(dense, lexical, {.dense_weight = 1})), (Ids{1, 2}));
  EXPECT_EQ(order(fuse(dense, lexical, {.dense_weight = 0})), (Ids{2, 1}));
}

TEST(ConvexFusion, ALegOfLittleConfidenceHasLittleWeight) {
  const std::vector<Hit> dense{{{1}, 0.9}, {{2}, 0.5}}, lexical{{{2}, 9}, {{1}, 1}};
  const auto fused = fuse(dense, lexical, {.dense_weight = 0.4}, {.confidence = 0.5});
  EXPECT_EQ(order(fused), (Ids{1, 2}));
  EXPECT_NEAR(*fused[0].scores.fused, 0.4 / 0.7, 1e-12);
  EXPECT_NEAR(*fused[1].scores.fused, 0.3 / 0.7, 1e-12);
  EXPECT_EQ(order(fuse(dense, lexical, {.dense_weight = 0.4}, {.confidence = 1})), (Ids{2, 1}));
  EXPECT_EQ(*fuse(dense, lexical, {.dense_weight = 0}, {.confidence = 0})[0].scores.fused, 0.0);
}

TEST(ConvexFusion, AChunkTheQuestionsWordsCannotReachIsJudgedByItsMeaning) {
  const std::vector<Hit> dense{{{1}, 0.9}, {{2}, 0.5}, {{3}, 0.1}}, lexical{{{2}, 9}, {{1}, 0}, {{3}, 0}};
  EXPECT_EQ(order(fuse(dense, lexical, {.dense_weight = 0.4})), (Ids{2, 1, 3}));
  const auto fused = fuse(dense, lexical, {.dense_weight = 0.5}, {.foreign = {{1}, {3}, {99}}});
  EXPECT_EQ(order(fused), (Ids{1, 2, 3}));
  EXPECT_NEAR(*fused[0].scores.fused, 0.5 + 0.5 * kForeignShare, 1e-12);
  EXPECT_EQ(*fused[2].scores.fused, 0.0);
}

TEST(ConvexFusion, WordsThatStandTogetherAddToTheLexicalScoreThatIsScaledNotToTheOneThatIsShown) {
  const std::vector<Hit> dense{{{1}, 0.9}, {{2}, 0.9}, {{3}, 0.5}}, lexical{{{1}, 8}, {{2}, 7}, {{3}, 0}};
  const auto fused = fuse(dense, lexical, {.dense_weight = 0.5}, {.pairs = {{{2}, 3.0}}});
  EXPECT_EQ(order(fused), (Ids{2, 1, 3}));
  EXPECT_EQ(fused[0].scores.fused, 1.0);
  EXPECT_NEAR(*fused[1].scores.fused, 0.5 + 0.5 * 0.8, 1e-12);
  EXPECT_EQ(fused[0].scores.lexical, 7.0);
  EXPECT_EQ(fused[0].scores.pairs, 3.0);
  EXPECT_FALSE(fused[1].scores.pairs);
}

TEST(ReciprocalRankFusion, AddsOneOverConstantPlusRank) {
  const auto fused = fuse({{{1}, 0.9}, {{2}, 0.8}}, {{{2}, 9}, {{3}, 1}}, kReciprocal);
  EXPECT_EQ(order(fused), (Ids{2, 1, 3}));
  EXPECT_NEAR(*fused[0].scores.fused, 1.0 / 62 + 1.0 / 61, 1e-12);
  EXPECT_NEAR(*fused[1].scores.fused, 1.0 / 61, 1e-12) << "nothing from the leg that does not list it";
}

TEST(ReciprocalRankFusion, EqualScoresShareTheirRank) {
  const auto fused = fuse({{{1}, 0.9}, {{2}, 0.9}, {{3}, 0.5}}, {}, kReciprocal);
  EXPECT_EQ(fused[0].scores.fused, fused[1].scores.fused);
  EXPECT_NEAR(*fused[2].scores.fused, 1.0 / 63, 1e-12);
}

TEST(ReciprocalRankFusion, AChunkWithoutAnyWordOfTheQuestionHasNoLexicalRank) {
  const auto fused = fuse({{{1}, 0.9}}, {{{2}, 3}, {{1}, 0}}, kReciprocal);
  EXPECT_NEAR(*fused[0].scores.fused, 1.0 / 61, 1e-12);
  EXPECT_EQ(fused[0].scores.fused, fused[1].scores.fused);
  EXPECT_EQ(order(fused), (Ids{1, 2}));
}

TEST(Fusion, BreaksTiesByChunkIdWhateverTheOrderOfTheLists) {
  for (const FusionOptions& options : {FusionOptions{.dense_weight = 0.5}, kReciprocal}) {
    EXPECT_EQ(order(fuse({{{7}, 1}, {{5}, 1}, {{6}, 1}}, {}, options)), (Ids{5, 6, 7}));
    EXPECT_EQ(order(fuse({{{8}, 0.9}}, {{{2}, 4}}, options)), (Ids{2, 8}));
  }
}

TEST(Fusion, TakesAChunkThatIsListedTwiceOnceAndLeavesOutWhatIsNoNumber) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(order(fuse({{{1}, 0.2}, {{1}, 0.9}, {{2}, 0.5}, {{3}, nan}}, {}, {})), (Ids{1, 2}));
}

TEST(Fusion, RefusesWeightsThatAreNone) {
  EXPECT_NE(message_of([] { fuse({}, {}, {.dense_weight = 1.5}); }), "");
  EXPECT_NE(message_of([] { fuse({}, {}, {.dense_weight = std::numeric_limits<double>::quiet_NaN()}); }), "");
  EXPECT_NE(message_of([] { fuse({}, {}, {.rank_constant = -1}); }), "");
}

}  // namespace
}  // namespace rag
