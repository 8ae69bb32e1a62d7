#include "retrieve/reranker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/text.h"
#include "retrieve/eval/roll_up.h"
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

class BlankTokenizer final : public Tokenizer {
 public:
  std::string name() const override { return "blank"; }
  Tokens encode(std::string_view, std::size_t) const override { return {}; }
  std::size_t count(std::string_view text) const override { return static_cast<std::size_t>(std::ranges::count(text, ' ')) + 1; }
  std::size_t vocabulary_size() const override { return 1; }
};

// Likes what holds the word it was made for, and remembers what it read.
class FakeCrossEncoder final : public CrossEncoder {
 public:
  explicit FakeCrossEncoder(std::string liked) : liked_(std::move(liked)) {}
  std::string name() const override { return "fake-reranker"; }
  std::size_t max_tokens() const override { return 40; }
  const Tokenizer& tokenizer() const override { return tokenizer_; }
  PairScores score(const std::string& query, std::span<const std::string> passages) const override {
    queries.push_back(query);
    PairScores out;
    for (const std::string& passage : passages) {
      read.push_back(passage);
      out.scores.push_back(passage.find(liked_) != std::string::npos ? -1 : -3);
      out.cut_tokens.push_back(0);
    }
    return out;
  }
  mutable std::vector<std::string> queries, read;

 private:
  std::string liked_;
  BlankTokenizer tokenizer_;
};

Passage passage_of(const std::string& text, double fused) {
  Passage passage{.chunk = {.document_id = text, .text = text}};
  passage.scores.fused = fused;
  return passage;
}

TEST(Reranker, PutsTheBestFirstAndKeepsTheOrderOfEquals) {
  const FakeCrossEncoder encoder("good");
  const auto found =
      make_reranker(encoder)->rerank("which?", {passage_of("a", 3), passage_of("b", 2), passage_of("good c", 1), passage_of("d", 0)});
  EXPECT_EQ(texts(found), (Texts{"good c", "a", "b", "d"}));
  EXPECT_EQ(found[0].scores.rerank, -1);
  EXPECT_EQ(found[0].scores.fused, 1) << "the other scores stay";
  EXPECT_EQ(encoder.queries, (Texts{"which?"})) << "one call, so that the encoder can batch";
  EXPECT_EQ(make_reranker(encoder)->name(), "fake-reranker");
}

TEST(Reranker, ReadsTitleAndHeadingsWhereTheyHaveRoom) {
  const FakeCrossEncoder encoder("");
  Passage passage = passage_of("Fifteen days.", 1);
  passage.title = "Leave";
  passage.chunk.heading_path = {"Annual leave"};
  make_reranker(encoder)->rerank("how long?", {passage});
  EXPECT_EQ(encoder.read.back(), text_with_context("Leave", passage.chunk));
  passage.title = "a title of far more words than the quarter of such a small limit has any room for";
  make_reranker(encoder)->rerank("how long?", {passage});
  EXPECT_THAT(encoder.read.back(), HasSubstr("Fifteen days."));
  EXPECT_THAT(encoder.read.back(), testing::Not(HasSubstr("far more words")));
}

TEST(Reranker, LeavesNothingAsItIs) {
  const FakeCrossEncoder encoder("");
  EXPECT_TRUE(make_reranker(encoder)->rerank("which?", {}).empty());
}

class RerankingRetrieverTest : public testing::Test {
 protected:
  RerankingRetrieverTest() {
    for (int i = 0; i < 10; ++i)
      index_.add_chunk("d" + std::to_string(i), i == 6 ? "liked" : "text" + std::to_string(i), {1 - 0.1f * static_cast<float>(i), 0});
  }
  std::vector<Passage> ask(RetrieveOptions options, RetrieveTimings* timings = nullptr) {
    options.mode = SearchMode::Dense;
    return make_reranking_retriever(make_retriever(index_, &embedder_), reranker_)->retrieve("question", options, timings);
  }

  FakeIndex index_;
  FakeEmbedder embedder_{{1, 0}};
  FakeCrossEncoder encoder_{"liked"};
  std::unique_ptr<Reranker> owned_ = make_reranker(encoder_);
  const Reranker& reranker_ = *owned_;
};

TEST_F(RerankingRetrieverTest, FindsBehindTheFirstKWhatTheRerankerLikes) {
  EXPECT_EQ(texts(ask({.k = 2})), (Texts{"liked", "text0"}));
  EXPECT_EQ(encoder_.read.size(), 10U);
}

TEST_F(RerankingRetrieverTest, ReadsNoMoreThanItsDepth) {
  EXPECT_EQ(texts(ask({.k = 2, .rerank_depth = 6})), (Texts{"text0", "text1"}));
  EXPECT_EQ(encoder_.read.size(), 6U);
}

TEST_F(RerankingRetrieverTest, KeepsTheOrderOfWhatItDoesNotRead) {
  const auto found = ask({.k = 9, .rerank_depth = 7});
  EXPECT_EQ(texts(found), (Texts{"liked", "text0", "text1", "text2", "text3", "text4", "text5", "text7", "text8"}));
  EXPECT_TRUE(found[6].scores.rerank);
  EXPECT_FALSE(found[7].scores.rerank);
}

TEST_F(RerankingRetrieverTest, RanksTheDocumentsItDidNotReadBelowThose) {
  const auto found = ask({.k = 9, .rerank_depth = 7});
  const std::vector<double> scores = ranking_scores(found);
  EXPECT_TRUE(std::ranges::is_sorted(scores, std::greater{}));
  EXPECT_EQ(scores[0], -1);
  EXPECT_EQ(scores[6], -3);
  EXPECT_EQ(scores[7], -4);
  EXPECT_NEAR(scores[8], -4.1, 1e-6) << "what it lacks to the first that was not read";
  std::vector<std::string> documents;
  for (const ScoredDocument& document : roll_up(found)) documents.push_back(document.document);
  EXPECT_EQ(documents, (Texts{"d6", "d0", "d1", "d2", "d3", "d4", "d5", "d7", "d8"}));
}

TEST_F(RerankingRetrieverTest, TellsWhatReadingCost) {
  RetrieveTimings timings;
  ask({.k = 2}, &timings);
  EXPECT_GT(timings.rerank_ms, 0);
  EXPECT_GT(timings.dense_ms, 0);
}

TEST_F(RerankingRetrieverTest, WantsADepthAndAK) {
  EXPECT_THAT(message_of([&] { ask({.rerank_depth = 0}); }), HasSubstr("expected at least 1"));
  EXPECT_THAT(message_of([&] { ask({.k = 0}); }), HasSubstr("expected at least 1"));
}

TEST(RankingScores, AreThePassagesOwnWithoutAReranker) {
  const std::vector<Passage> passages{passage_of("a", 0.9), passage_of("b", 0.4)};
  EXPECT_EQ(ranking_scores(passages), (std::vector<double>{0.9, 0.4}));
  EXPECT_TRUE(ranking_scores({}).empty());
}

}  // namespace
}  // namespace rag
