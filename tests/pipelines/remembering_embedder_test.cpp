#include "pipelines/remembering_embedder.h"

#include <gtest/gtest.h>

#include <atomic>

namespace rag {
namespace {

// The hashing embedder, which counts the texts it is asked for.
class CountingEmbedder final : public Embedder {
 public:
  explicit CountingEmbedder(std::size_t& texts) : texts_(texts) {}
  std::string name() const override { return hash_->name(); }
  std::size_t dimension() const override { return hash_->dimension(); }
  std::size_t max_tokens() const override { return hash_->max_tokens(); }
  const Tokenizer& tokenizer() const override { return hash_->tokenizer(); }
  std::string prefix(TextKind kind) const override { return hash_->prefix(kind); }
  Embeddings embed(std::span<const std::string> texts, TextKind kind) const override {
    texts_ += texts.size();
    return hash_->embed(texts, kind);
  }

 private:
  std::unique_ptr<Embedder> hash_ = make_hashing_embedder();
  std::size_t& texts_;
};

class Remembering : public testing::Test {
 protected:
  std::vector<float> embed(const std::vector<std::string>& texts, TextKind kind = TextKind::Query) { return embedder_->embed(texts, kind).values; }
  static std::vector<float> plainly(const std::vector<std::string>& texts) { return make_hashing_embedder()->embed(texts, TextKind::Query).values; }

  std::size_t asked_ = 0;
  std::unique_ptr<Embedder> embedder_ = make_remembering_embedder(std::make_unique<CountingEmbedder>(asked_));
};

TEST_F(Remembering, EmbedsATextOnce) {
  const auto first = embed({"휴가는 며칠인가요?"});
  EXPECT_EQ(embed({"휴가는 며칠인가요?"}), first);
  EXPECT_EQ(asked_, 1U);
}

TEST_F(Remembering, PutsKnownAndNewRowsWhereTheirTextsStand) {
  embed({"b"});
  EXPECT_EQ(embed({"a", "b", "c"}), plainly({"a", "b", "c"}));
  EXPECT_EQ(asked_, 3U);
}

TEST_F(Remembering, TellsQuestionsFromPassages) {
  embed({"a"}, TextKind::Query);
  embed({"a"}, TextKind::Passage);
  EXPECT_EQ(asked_, 2U);
}

TEST_F(Remembering, StaysSmallWhateverIsAsked) {
  for (int i = 0; i < 2000; ++i) embed({"question " + std::to_string(i)});
  EXPECT_EQ(embed({"question 1999"}), plainly({"question 1999"}));
  EXPECT_EQ(asked_, 2000U);
  embed({"question 0"});
  EXPECT_EQ(asked_, 2001U);  // long forgotten
}

TEST_F(Remembering, GivesNothingForNothing) { EXPECT_TRUE(embed({}).empty()); }

}  // namespace
}  // namespace rag
