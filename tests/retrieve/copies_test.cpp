#include "retrieve/copies.h"

#include <gtest/gtest.h>

#include "fakes.h"
#include "retrieve/retriever.h"

namespace rag {
namespace {

// A passage of forty words on a topic; enough for one word to be a small part of it.
std::string passage_on(const std::string& topic, const std::string& last = "") {
  std::string text = topic;
  for (int i = 0; i < 39; ++i) text += " " + topic + std::to_string(0) + static_cast<char>('a' + i % 26) + static_cast<char>('a' + i / 26);
  return text + (last.empty() ? "" : " " + last);
}

class FoldingTest : public testing::Test {
 protected:
  // Chunks of all documents, the better the earlier.
  void add(const std::string& document, const std::vector<std::string>& passages) {
    for (const std::string& text : passages) index_.add_chunk(document, text, {1.0F - 0.01F * static_cast<float>(count_++)});
  }
  std::vector<Passage> search(RetrieveOptions options = {}) {
    options.mode = SearchMode::Dense;
    options.fold_copies = !unfolded_;
    return make_retriever(index_, &embedder_)->retrieve("leave", options);
  }
  static std::vector<std::string> named(const Passage& passage) {
    std::vector<std::string> documents;
    for (const AlsoIn& other : passage.also_in) documents.push_back(other.document_id);
    return documents;
  }

  FakeIndex index_;
  FakeEmbedder embedder_{{1.0F}};
  std::size_t count_ = 0;
  bool unfolded_ = false;
};

using Names = std::vector<std::string>;

TEST(SayTheSame, WantsTheSameNumbers) {
  const std::string text = passage_on("휴가", "하루 25 일");
  EXPECT_TRUE(say_the_same(text, text));
  EXPECT_TRUE(say_the_same(passage_on("leave", "days"), passage_on("leave", "weeks")));
  EXPECT_FALSE(say_the_same(passage_on("leave", "25 days"), passage_on("leave", "27 days")));
  EXPECT_FALSE(say_the_same(passage_on("leave"), passage_on("travel")));
}

TEST_F(FoldingTest, ShowsAPassageOfCopiesOnceAndNamesTheOthers) {
  for (const char* document : {"a", "b", "c"}) add(document, {passage_on("leave")});
  add("d", {passage_on("travel")});
  const std::vector<Passage> found = search({.k = 2});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].chunk.document_id, "a");
  EXPECT_EQ(named(found[0]), (Names{"b", "c"}));
  EXPECT_EQ(found[1].chunk.document_id, "d");
  EXPECT_TRUE(found[1].also_in.empty());
}

TEST_F(FoldingTest, NamesCopiesThatStandBehindTheLastPassageShown) {
  for (const char* document : {"a", "b", "c"}) add(document, {passage_on("leave")});
  const std::vector<Passage> found = search({.k = 1});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(named(found[0]), (Names{"b", "c"}));
}

TEST_F(FoldingTest, ShowsEachWhereNobodyAsksForFolding) {
  for (const char* document : {"a", "b"}) add(document, {passage_on("leave")});
  unfolded_ = true;
  const std::vector<Passage> found = search();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_TRUE(found[0].also_in.empty());
}

TEST_F(FoldingTest, ShowsWhatDiffersBetweenNearDuplicates) {
  const std::string common = passage_on("common") + " " + passage_on("more") + " " + passage_on("still");
  add("v1", {passage_on("leave", "25 days"), common});
  add("v2", {passage_on("leave", "27 days"), common});
  const std::vector<Passage> found = search();
  ASSERT_EQ(found.size(), 3U);
  EXPECT_TRUE(found[0].also_in.empty());
  EXPECT_EQ(named(found[1]), Names{"v2"});
  EXPECT_EQ(found[2].chunk.document_id, "v2");
}

TEST_F(FoldingTest, SaysWhereTheWordsAreNotQuiteTheSame) {
  add("v1", {passage_on("leave", "days")});
  add("v2", {passage_on("leave", "weeks")});
  add("v3", {passage_on("leave", "DAYS!")});
  const std::vector<Passage> found = search();
  ASSERT_EQ(found.size(), 1U);
  ASSERT_EQ(named(found[0]), (Names{"v2", "v3"}));
  EXPECT_FALSE(found[0].also_in[0].same_words);
  EXPECT_TRUE(found[0].also_in[1].same_words);
}

TEST_F(FoldingTest, LeavesAParagraphAloneThatDifferentDocumentsShare) {
  add("a", {passage_on("disclaimer"), passage_on("leave"), passage_on("sick")});
  add("b", {passage_on("disclaimer"), passage_on("travel"), passage_on("hotel")});
  EXPECT_EQ(search({.k = 10}).size(), 6U);
}

TEST_F(FoldingTest, NeitherNamesNorIsHiddenByADocumentTheFilterRefuses) {
  index_.add_document({.id = "secret", .metadata = {{"dept", {"board"}}}});
  index_.add_document({.id = "a", .metadata = {{"dept", {"hr"}}}});
  index_.add_document({.id = "b", .metadata = {{"dept", {"hr"}}}});
  for (const char* document : {"secret", "a", "b"}) add(document, {passage_on("leave")});
  for (const bool leaky : {false, true}) {
    index_.leaky = leaky;
    const std::vector<Passage> found = search({.filter = "dept=hr"});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].chunk.document_id, "a");
    EXPECT_EQ(named(found[0]), Names{"b"});
    const std::vector<Passage> first = search({.k = 1, .filter = "dept=hr"});
    ASSERT_EQ(first.size(), 1U);
    EXPECT_EQ(named(first[0]), Names{"b"});
  }
}

TEST_F(FoldingTest, CountsCopiesAsOneDocument) {
  add("a", {passage_on("leave"), passage_on("sick")});
  add("b", {passage_on("leave"), passage_on("sick")});
  add("c", {passage_on("travel")});
  const std::vector<Passage> found = search({.k = 3, .max_per_document = 1});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].chunk.document_id, "a");
  EXPECT_EQ(found[1].chunk.document_id, "c");
}

TEST_F(FoldingTest, LooksDeeperWhereCopiesCrowdTheTop) {
  for (int i = 0; i < 30; ++i) add("copy" + std::to_string(i), {passage_on("leave")});
  add("other", {passage_on("travel")});
  const std::vector<Passage> found = search({.k = 2, .candidates = 4});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[1].chunk.document_id, "other");
  EXPECT_EQ(found[0].also_in.size(), 29U);
}

TEST_F(FoldingTest, ShowsEachWhereTheIndexHasNoSignatures) {
  index_.has_signatures = false;
  for (const char* document : {"a", "b"}) add(document, {passage_on("leave")});
  EXPECT_EQ(search().size(), 2U);
}

}  // namespace
}  // namespace rag
