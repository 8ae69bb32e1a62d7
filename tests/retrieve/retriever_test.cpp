#include "retrieve/retriever.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "tests/retrieve/fakes.h"

namespace rag {
namespace {

using testing::HasSubstr;
using Texts = std::vector<std::string>;

Texts texts(const std::vector<Passage>& passages) {
  Texts found;
  for (const Passage& passage : passages) found.push_back(passage.chunk.text);
  return found;
}

// Four documents; the embedder's question points along the first axis.
class RetrieverTest : public testing::Test {
 protected:
  RetrieverTest() {
    index_.add_document({.id = "a", .uri = "a.pdf", .metadata = {{"dept", {"hr"}}}});
    index_.add_document({.id = "b", .uri = "b.md", .metadata = {{"dept", {"it"}}}});
    index_.add_chunk("a", "annual leave", {0.9f, 0});
    index_.add_chunk("b", "leave the car", {0.2f, 1});
    index_.add_chunk("c", "vacation days", {0.8f, 0});
    index_.add_chunk("d", "nothing here", {0.1f, 0});
  }
  std::vector<Passage> ask(const std::string& question, const RetrieveOptions& options = {}) {
    return make_retriever(index_, &embedder_)->retrieve(question, options);
  }

  FakeIndex index_;
  FakeEmbedder embedder_{{1, 0}};
};

TEST_F(RetrieverTest, DenseRanksByTheVectorAlone) {
  const auto found = ask("leave", {.k = 3, .mode = SearchMode::Dense});
  EXPECT_EQ(texts(found), (Texts{"annual leave", "vacation days", "leave the car"}));
  EXPECT_NEAR(*found[0].scores.dense, 0.9, 1e-6);
  EXPECT_FALSE(found[0].scores.lexical || found[0].scores.fused);
  EXPECT_TRUE(index_.lexical_queries.empty());
  EXPECT_EQ(embedder_.last_kind, TextKind::Query);
}

TEST_F(RetrieverTest, AnswersManyQuestionsAsOneAfterTheOther) {
  const std::vector<std::string> questions = {"leave", "???", "vacation days", "leave", "nothing"};
  const auto retriever = make_retriever(index_, &embedder_);
  for (const SearchMode mode : {SearchMode::Hybrid, SearchMode::Dense, SearchMode::Lexical})
    for (const std::size_t candidates : {1UL, 200UL}) {
      const RetrieveOptions options{.k = 3, .mode = mode, .candidates = candidates, .max_per_document = 1};
      std::vector<RetrieveTimings> timings;
      const auto together = retriever->retrieve_many(questions, options, &timings);
      ASSERT_EQ(together.size(), questions.size());
      ASSERT_EQ(timings.size(), questions.size());
      for (std::size_t i = 0; i < questions.size(); ++i) {
        const auto alone = ask(questions[i], options);
        EXPECT_EQ(texts(together[i]), texts(alone)) << questions[i];
        for (std::size_t j = 0; j < alone.size(); ++j) EXPECT_EQ(ranking_score(together[i][j].scores), ranking_score(alone[j].scores));
      }
      EXPECT_EQ(timings[0].embed_ms > 0, mode != SearchMode::Lexical);
      EXPECT_EQ(timings[1].embed_ms, 0) << "has no word, so nothing was asked";
    }
  EXPECT_TRUE(retriever->retrieve_many({}, {}).empty());
  EXPECT_THAT(message_of([&] { retriever->retrieve_many(std::vector<std::string>{"leave", " "}, {}); }), HasSubstr("empty question"));
}

TEST_F(RetrieverTest, LexicalNeedsNoEncoder) {
  const auto found = make_retriever(index_, nullptr)->retrieve("car leave", {.mode = SearchMode::Lexical});
  EXPECT_EQ(texts(found), (Texts{"leave the car", "annual leave"}));
  EXPECT_FALSE(found[0].scores.dense || found[0].scores.fused);
}

TEST_F(RetrieverTest, HybridGivesEveryPassageTheScoreOfBothLegs) {
  const auto found = ask("leave", {.k = 4, .candidates = 1});
  ASSERT_FALSE(found.empty());
  for (const Passage& passage : found) {
    EXPECT_TRUE(passage.scores.dense && passage.scores.lexical && passage.scores.fused) << passage.chunk.text;
    EXPECT_EQ(passage.scores.lexical, passage.chunk.text.find("leave") != std::string::npos ? 1.0 : 0.0);
  }
}

TEST_F(RetrieverTest, HybridFillsInExactlyWhatTheOtherLegWouldHaveSaid) {
  // 300 chunks and 26 candidates a leg: what one leg likes best is unknown to the other.
  FakeIndex index;
  index.add_chunk("best word", "leave holiday", {0.25f, 0});
  for (int i = 1; i < 300; ++i)
    index.add_chunk("d" + std::to_string(i), "leave " + std::to_string(i), {0.25f + static_cast<float>(i) / 512, 0});
  index.add_chunk("best vector", "vacation", {1, 0});
  const auto scores_of = [&](const std::string& document, double dense_weight) {
    const RetrieveOptions options{.k = 26, .candidates = 26, .fusion = {.dense_weight = dense_weight}};
    for (const Passage& passage : make_retriever(index, &embedder_)->retrieve("leave holiday", options))
      if (passage.chunk.document_id == document) return passage.scores;
    return Scores{};
  };
  EXPECT_EQ(scores_of("best word", 0.4).dense, 0.25);
  EXPECT_EQ(scores_of("best word", 0.4).lexical, 2.0);
  EXPECT_NEAR(scores_of("best word", 0.4).fused.value_or(-1), 0.6, 1e-12) << "worst of the dense leg, best of the lexical one";
  EXPECT_EQ(scores_of("best vector", 0.8).dense, 1.0);
  EXPECT_EQ(scores_of("best vector", 0.8).lexical, 0.0);
  EXPECT_NEAR(scores_of("best vector", 0.8).fused.value_or(-1), 0.8, 1e-12);
}

TEST_F(RetrieverTest, HybridPrefersWhereTheQuestionsWordsStandTogether) {
  index_.add_chunk("e", "leave is annual", {0.9f, 0});
  const auto found = ask("annual leave", {.k = 5});
  EXPECT_EQ(found[0].chunk.text, "annual leave");
  EXPECT_GT(found[0].scores.pairs, 0.0);
  EXPECT_EQ(found[1].chunk.text, "leave is annual");
  EXPECT_FALSE(found[1].scores.pairs);
  EXPECT_EQ(found[0].scores.lexical, found[1].scores.lexical);
}

TEST_F(RetrieverTest, FindsNothingForAQuestionOfPunctuation) {
  for (const SearchMode mode : {SearchMode::Hybrid, SearchMode::Dense, SearchMode::Lexical})
    for (const char* question : {"???", " -- ", "。、！？", "\xff\xfe"}) EXPECT_TRUE(ask(question, {.mode = mode}).empty()) << question;
}

TEST_F(RetrieverTest, AQuestionWithoutAKnownWordIsAnsweredByTheDenseLegAlone) {
  const auto found = ask("zzz");
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(found[0].chunk.text, "annual leave");
  EXPECT_EQ(found[0].scores.fused, 1.0);
  EXPECT_FALSE(found[0].scores.lexical);
}

TEST_F(RetrieverTest, TellsBothLegsWhatTheFilterAllows) {
  EXPECT_EQ(texts(ask("leave", {.filter = "dept=it"})), (Texts{"leave the car"}));
  EXPECT_EQ(index_.told_allowed, (std::vector<bool>{true, true}));
  EXPECT_EQ(texts(ask("leave", {.k = 1, .mode = SearchMode::Dense, .filter = "dept=it", .candidates = 1})), (Texts{"leave the car"}));
}

TEST_F(RetrieverTest, NeverShowsWhatTheFilterForbidsEvenWhereALegForgetsIt) {
  index_.leaky = true;
  for (const SearchMode mode : {SearchMode::Hybrid, SearchMode::Dense, SearchMode::Lexical})
    EXPECT_EQ(texts(ask("leave", {.k = 1, .mode = mode, .filter = "dept=it", .candidates = 1})), (Texts{"leave the car"}));
}

TEST_F(RetrieverTest, ShowsAGroupOnlyWhatItMayRead) {
  index_.add_document({.id = "e", .uri = "e.md", .metadata = {{"dept", {"hr"}}}, .acl = {"hr", "board"}});
  index_.add_chunk("e", "leave of the board", {1, 0});
  for (const SearchMode mode : {SearchMode::Hybrid, SearchMode::Dense, SearchMode::Lexical}) {
    const auto finds_it = [&](const RetrieveOptions& options) {
      const Texts found = texts(ask("leave", options));
      return std::ranges::find(found, "leave of the board") != found.end();
    };
    EXPECT_TRUE(finds_it({.mode = mode})) << "whoever owns the index sees all of it";
    EXPECT_TRUE(finds_it({.mode = mode, .groups = Texts{"staff", "board"}}));
    EXPECT_FALSE(finds_it({.mode = mode, .groups = Texts{"staff"}}));
    EXPECT_FALSE(finds_it({.mode = mode, .groups = Texts{"HR"}})) << "letter for letter";
    EXPECT_FALSE(finds_it({.mode = mode, .groups = Texts{}})) << "in no group at all";
    EXPECT_FALSE(finds_it({.mode = mode, .filter = "dept=hr OR dept=it OR NOT dept=x", .groups = Texts{"staff"}})) << "a filter opens nothing";
    EXPECT_TRUE(finds_it({.mode = mode, .filter = "dept=hr", .groups = Texts{"hr"}}));
    EXPECT_FALSE(finds_it({.mode = mode, .filter = "dept=it", .groups = Texts{"hr"}}));
  }
}

TEST_F(RetrieverTest, RemembersWhatIsAllowedForOneGroupAndNotForTheNext) {
  index_.add_document({.id = "e", .uri = "e.md", .acl = {"hr"}});
  index_.add_chunk("e", "leave of the board", {1, 0});
  const auto retriever = make_retriever(index_, &embedder_);
  const auto found = [&](const Groups& groups) { return retriever->retrieve("leave", {.k = 9, .mode = SearchMode::Lexical, .groups = groups}).size(); };
  EXPECT_EQ(found(Texts{"hr"}), found(std::nullopt));
  EXPECT_EQ(found(Texts{"it"}) + 1, found(Texts{"hr"}));
  EXPECT_EQ(found(std::nullopt), found(Texts{"hr"}));
}

TEST_F(RetrieverTest, AFilterThatNothingPassesFindsNothing) { EXPECT_TRUE(ask("leave", {.filter = "dept=sales"}).empty()); }

TEST_F(RetrieverTest, LooksThroughTheDocumentsOncePerFilter) {
  const auto retriever = make_retriever(index_, &embedder_);
  for (int i = 0; i < 3; ++i) retriever->retrieve("leave", {.filter = "dept=it"});
  EXPECT_EQ(index_.filter_passes, 1U);
  EXPECT_EQ(texts(retriever->retrieve("leave", {.filter = "dept=hr"})), (Texts{"annual leave"}));
  EXPECT_EQ(index_.filter_passes, 2U);
}

TEST_F(RetrieverTest, LimitsThePassagesOfOneDocumentAndLooksFurtherForOthers) {
  for (int i = 0; i < 50; ++i) index_.add_chunk("crowd", "crowd " + std::to_string(i), {5, 0});
  const auto found = ask("x", {.k = 3, .mode = SearchMode::Dense, .candidates = 3, .max_per_document = 1});
  EXPECT_EQ(texts(found), (Texts{"crowd 0", "annual leave", "vacation days"}));
}

TEST_F(RetrieverTest, OfTwoChunksThatShareMostOfTheirBytesOnlyTheBetterStays) {
  index_.add_chunk("e", "good", {3, 0}, {0, 100});
  index_.add_chunk("e", "mostly the same", {2.9f, 0}, {40, 140});
  index_.add_chunk("e", "inside", {2.8f, 0}, {10, 20});
  index_.add_chunk("e", "half", {2.7f, 0}, {50, 150});
  index_.add_chunk("f", "elsewhere", {2.6f, 0}, {0, 100});
  EXPECT_EQ(texts(ask("x", {.k = 3, .mode = SearchMode::Dense})), (Texts{"good", "half", "elsewhere"}));
  EXPECT_EQ(texts(ask("x", {.k = 3, .mode = SearchMode::Dense, .drop_overlapping = false})), (Texts{"good", "mostly the same", "inside"}));
}

TEST_F(RetrieverTest, EqualScoresComeInOrderOfChunkIds) {
  FakeIndex index;
  for (int i = 0; i < 40; ++i) index.add_chunk("d" + std::to_string(39 - i), "same", {1, 0});
  for (const SearchMode mode : {SearchMode::Hybrid, SearchMode::Dense, SearchMode::Lexical}) {
    const auto found = make_retriever(index, &embedder_)->retrieve("same", {.k = 40, .mode = mode});
    ASSERT_EQ(found.size(), 40U);
    for (int i = 0; i < 40; ++i) EXPECT_EQ(found[static_cast<std::size_t>(i)].chunk.id.value, i);
  }
}

TEST_F(RetrieverTest, FindsNothingInAnEmptyIndex) {
  const FakeIndex empty;
  for (const SearchMode mode : {SearchMode::Hybrid, SearchMode::Dense, SearchMode::Lexical})
    EXPECT_TRUE(make_retriever(empty, &embedder_)->retrieve("leave", {.mode = mode}).empty());
}

TEST_F(RetrieverTest, RefusesAnEmptyQuestionAndNoPassages) {
  EXPECT_EQ(message_of([&] { ask(""); }), "empty question; type one");
  EXPECT_EQ(message_of([&] { ask(" \t\xE3\x80\x80\n"); }), "empty question; type one");
  EXPECT_THAT(message_of([&] { ask("leave", {.k = 0}); }), HasSubstr("expected at least 1"));
}

TEST_F(RetrieverTest, RefusesDenseAndHybridSearchWithoutAnEncoder) {
  for (const SearchMode mode : {SearchMode::Hybrid, SearchMode::Dense})
    EXPECT_THAT(message_of([&] { make_retriever(index_, nullptr)->retrieve("leave", {.mode = mode}); }), HasSubstr("--mode lexical"));
}

TEST_F(RetrieverTest, PassesOnThatTheEncoderHasAnotherDimension) {
  const FakeEmbedder other{{1, 0, 0}};
  EXPECT_NE(message_of([&] { make_retriever(index_, &other)->retrieve("leave", {}); }, ErrorKind::Mismatch), "");
}

TEST_F(RetrieverTest, RefusesAVectorThatIsNoNumber) {
  const FakeEmbedder broken{{std::numeric_limits<float>::quiet_NaN(), 0}};
  EXPECT_THAT(message_of([&] { make_retriever(index_, &broken)->retrieve("leave", {}); }, ErrorKind::Backend), HasSubstr("fake: "));
}

TEST_F(RetrieverTest, AnswersAQuestionOfAHundredThousandCharactersWithBoundedWords) {
  std::string question = "leave leave leave ";
  for (int i = 0; question.size() < 100000; ++i) question += "w" + std::to_string(i) + " ";
  EXPECT_EQ(texts(ask(question, {.k = 1})), (Texts{"annual leave"}));
  std::istringstream words(index_.lexical_queries.at(0));
  const std::set<std::string> distinct{std::istream_iterator<std::string>(words), {}};
  EXPECT_LE(distinct.size(), 256U);
  EXPECT_TRUE(distinct.contains("leave"));
}

TEST_F(RetrieverTest, ReadsAQuestionThatIsNotUtf8) { EXPECT_EQ(ask("leave \xFF\xFE").size(), 4U); }

TEST_F(RetrieverTest, TellsWhereTheTimeWent) {
  RetrieveTimings timings{.embed_ms = -1, .dense_ms = -1, .lexical_ms = -1, .fuse_ms = -1, .load_ms = -1};
  make_retriever(index_, &embedder_)->retrieve("leave", {}, &timings);
  for (const double spent : {timings.embed_ms, timings.dense_ms, timings.lexical_ms, timings.fuse_ms, timings.load_ms}) EXPECT_GT(spent, 0);
  make_retriever(index_, &embedder_)->retrieve("leave", {.mode = SearchMode::Lexical}, &timings);
  EXPECT_EQ(timings.embed_ms, 0);
}

TEST(RankingScore, IsTheLastThatWasGiven) {
  EXPECT_EQ(ranking_score({.dense = 1, .lexical = 2, .fused = 3, .rerank = 4}), 4);
  EXPECT_EQ(ranking_score({.dense = 1, .lexical = 2, .fused = 3}), 3);
  EXPECT_EQ(ranking_score({.lexical = 2}), 2);
  EXPECT_EQ(ranking_score({}), 0);
}

}  // namespace
}  // namespace rag
