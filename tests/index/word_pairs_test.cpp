#include "index/word_pairs.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lexical_fixture.h"

namespace rag {
namespace {

using Terms = std::vector<std::string>;

// A collection of 100 chunks of four terms on average, each term in ten of them.
const TermStatistics kCollection{.chunks = 100, .average_length = 4, .chunks_with_term = [](const std::string&) { return 10; }};

std::vector<double> scores_of(const Terms& question, const std::vector<Terms>& texts, const Bm25Options& options = {}) {
  return word_pair_scores(question, texts, kCollection, options);
}

TEST(WordPairs, CountWhereTheyStandTogetherInTheQuestionsOrder) {
  const auto scores = scores_of({"parental", "leave"}, {{"the", "parental", "leave", "ends"}, {"leave", "the", "parental", "home"}, {"leave", "parental"}});
  EXPECT_GT(scores[0], 0);
  EXPECT_EQ(scores[1], 0);
  EXPECT_EQ(scores[2], 0);
}

TEST(WordPairs, AreWeighedAsBm25WeighsAWord) {
  // Of two texts with both words one has them together, so of the ten chunks with the rarer word five are taken to.
  const auto scores = scores_of({"a", "b"}, {{"a", "b", "c", "d"}, {"b", "a", "c", "d"}}, {.k1 = 1.5, .b = 0.75});
  EXPECT_NEAR(scores[0], std::log(1 + (100 - 5 + 0.5) / 5.5) / (1 + 1.5), 1e-12);
}

TEST(WordPairs, WeighLessWhereTheWordsAlwaysStandTogether) {
  const auto always = scores_of({"a", "b"}, {{"a", "b"}, {"a", "b"}, {"a", "b"}});
  const auto seldom = scores_of({"a", "b"}, {{"a", "b"}, {"b", "a"}, {"b", "a"}});
  EXPECT_LT(always[0], seldom[0]);
}

TEST(WordPairs, CountMoreWhenRepeatedAndLessInALongText) {
  const auto scores = scores_of({"a", "b"}, {{"a", "b", "x", "y"}, {"a", "b", "a", "b"}, {"a", "b", "u", "v", "w", "x", "y", "z"}, {"a", "x", "b"}});
  EXPECT_GT(scores[1], scores[0]);
  EXPECT_LT(scores[2], scores[0]);
}

TEST(WordPairs, AWordTwiceInARowIsAPairToo) { EXPECT_GT(scores_of({"bora", "bora"}, {{"bora", "bora", "is", "far"}})[0], 0); }

TEST(WordPairs, OfNothingAreNothing) {
  EXPECT_TRUE(scores_of({"a", "b"}, {}).empty());
  EXPECT_EQ(scores_of({"a"}, {{"a", "b"}}), std::vector<double>{0});
  EXPECT_EQ(scores_of({}, {{"a", "b"}, {}}), (std::vector<double>{0, 0}));
  EXPECT_EQ(scores_of({"a", "b"}, {{}}), std::vector<double>{0});
}

TEST(WordPairs, AreFoundByTheTermsOfTheIndex) {
  const auto segment = segment_of({{{1}, "Parental leaves in Sweden"}, {{2}, "Leave by the parental door"}, {{3}, "육아휴직 기간"}});
  const auto index = make_lexical_index({{segment.get(), nullptr}}, default_analyzer());
  const std::vector<std::string> texts = {"Parental leaves in Sweden", "Leave by the parental door", "육아휴직 기간"};
  const auto english = index->score_pairs("What is PARENTAL leave?", texts);
  EXPECT_GT(english[0], 0);
  EXPECT_EQ(english[1], 0);
  EXPECT_GT(index->score_pairs("육아휴직은 며칠?", texts)[2], 0);
  EXPECT_EQ(make_lexical_index({}, default_analyzer())->score_pairs("parental leave", texts), (std::vector<double>{0, 0, 0}));
}

}  // namespace
}  // namespace rag
