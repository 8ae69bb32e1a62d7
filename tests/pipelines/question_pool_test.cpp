#include "pipelines/eval/question_pool.h"

#include <gtest/gtest.h>

#include <set>

#include "core/error.h"
#include "pipelines/eval/document_order.h"
#include "tests/index/temporary_index.h"
#include "tests/silent_progress.h"

namespace rag {
namespace {

using test::Silent;

class QuestionPoolTest : public testing::Test {
 protected:
  // Twenty documents, each with a statement of its own.
  void SetUp() override {
    std::vector<IndexedDocument> documents;
    for (int i = 0; i < 20; ++i) {
      const std::string number = std::to_string(i + 10);
      documents.push_back(test_document("d" + number, "Claims of the region " + number + "A must be sent in within " + number + " days of the return."));
    }
    store(folder_.index(), documents);
    index_ = open_index_reader(folder_.index());
  }
  // The ids of all windows, in order.
  std::vector<std::string> order(std::uint64_t seed, std::size_t window) const {
    DocumentOrder documents(*index_, seed);
    std::vector<std::string> ids;
    for (auto next = documents.next(window); !next.empty(); next = documents.next(window)) {
      EXPECT_LE(next.size(), window);
      for (const DocumentRecord& record : next) ids.push_back(record.id);
    }
    return ids;
  }

  TemporaryFolder folder_;
  std::unique_ptr<IndexReader> index_;
  Silent silent_;
};

TEST_F(QuestionPoolTest, TakesEveryDocumentOnceWhateverTheWindow) {
  const std::vector<std::string> all = order(1, 100);
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), 20U);
  for (const std::size_t window : {1U, 3U, 7U, 20U}) EXPECT_EQ(order(1, window), all) << window;
  EXPECT_NE(order(2, 100), all) << "another seed, another order";
}

TEST_F(QuestionPoolTest, TakesOneOfSeveralCopies) {
  IndexedDocument copy = test_document("copy", index_->load_document("d10").text);
  copy.document.uri = "elsewhere.md";
  store(folder_.index(), {copy});
  index_ = open_index_reader(folder_.index());
  for (const std::size_t window : {1U, 21U}) EXPECT_EQ(order(1, window).size(), 20U) << window;
}

TEST_F(QuestionPoolTest, NamesADocumentSoThatItCanBeFoundAgain) {
  EXPECT_EQ(gold_name(*index_, *index_->find_document("d10")), "folder/d10");
  IndexedDocument same = test_document("same", "Another text under a known uri."), spaced = test_document("spaced", "A text under a uri of two words.");
  same.document.uri = "folder/d10";
  spaced.document.uri = "two words.md";
  store(folder_.index(), {same, spaced});
  index_ = open_index_reader(folder_.index());
  EXPECT_EQ(gold_name(*index_, *index_->find_document("d10")), "d10") << "two documents share the uri";
  EXPECT_EQ(gold_name(*index_, *index_->find_document("spaced")), "two words.md");
  EXPECT_EQ(gold_name(*index_, *index_->find_document("spaced"), true), "spaced") << "a run file holds no blanks";
}

TEST_F(QuestionPoolTest, MakesQuestionsOnlyOfWhatSomebodyLooksAt) {
  QuestionPool pool(*index_, {.window = 8});
  ASSERT_TRUE(pool.next_window(silent_));
  EXPECT_EQ(pool.documents().size(), 8U);
  EXPECT_EQ(pool.counts().documents, 0U);
  EXPECT_TRUE(pool.make_more(pool.documents()[2]));
  EXPECT_FALSE(pool.documents()[2].questions.empty());
  EXPECT_FALSE(pool.make_more(pool.documents()[2])) << "rules make all at once";
  EXPECT_EQ(pool.counts().documents, 1U);
  std::size_t seen = 8;
  while (pool.next_window(silent_)) seen += pool.documents().size();
  EXPECT_EQ(seen, 20U);
}

TEST_F(QuestionPoolTest, AsksALanguageModelAboutOneChunkATurnAndNoMoreThanItMay) {
  QuestionPool pool(*index_, {.ask = [](const std::vector<ChatMessage>&) { return "no idea"; }, .most_calls = 3});
  ASSERT_TRUE(pool.next_window(silent_));
  // Short chunks are not worth a call: there is none of 120 bytes here.
  EXPECT_FALSE(pool.make_more(pool.documents()[0]));
  EXPECT_EQ(pool.counts().calls, 0U);
  std::vector<IndexedDocument> longer;
  for (int i = 0; i < 4; ++i) longer.push_back(test_document("long" + std::to_string(i), std::string(150, static_cast<char>('a' + i)) + " words\n" + std::string(150, 'z')));
  TemporaryFolder folder;
  store(folder.index(), longer);
  const auto index = open_index_reader(folder.index());
  QuestionPool asked(*index, {.ask = [](const std::vector<ChatMessage>&) { return "no idea"; }, .most_calls = 3});
  ASSERT_TRUE(asked.next_window(silent_));
  EXPECT_TRUE(asked.make_more(asked.documents()[0]));
  EXPECT_TRUE(asked.make_more(asked.documents()[0]));
  EXPECT_FALSE(asked.make_more(asked.documents()[0])) << "two chunks";
  EXPECT_TRUE(asked.make_more(asked.documents()[1]));
  EXPECT_TRUE(asked.out_of_calls());
  EXPECT_FALSE(asked.make_more(asked.documents()[1]));
  EXPECT_EQ(asked.counts().rejected.at("the reply holds no JSON object of the form asked for"), 3U);
}

TEST_F(QuestionPoolTest, CountsACallThatFailsAndEndsWhereNothingElseHappens) {
  std::vector<IndexedDocument> longer;
  for (int i = 0; i < 9; ++i) longer.push_back(test_document("long" + std::to_string(i), std::string(150, static_cast<char>('a' + i))));
  TemporaryFolder folder;
  store(folder.index(), longer);
  const auto index = open_index_reader(folder.index());
  int calls = 0;
  const AskModel failing_twice_of_three = [&](const std::vector<ChatMessage>&) -> std::string {
    if (++calls % 3 != 0) throw Error(ErrorKind::Backend, "context length exceeded");
    return "{}";
  };
  QuestionPool patient(*index, {.ask = failing_twice_of_three, .most_calls = 9});
  ASSERT_TRUE(patient.next_window(silent_));
  for (PooledDocument& document : patient.documents()) EXPECT_TRUE(patient.make_more(document));
  EXPECT_EQ(patient.counts().rejected.at("the endpoint failed"), 6U);
  EXPECT_EQ(patient.counts().rejected.at("the model found nothing to ask"), 3U);
  EXPECT_EQ(patient.counts().last_failure, "context length exceeded");
  QuestionPool gone(*index, {.ask = [](const std::vector<ChatMessage>&) -> std::string { throw Error(ErrorKind::Backend, "gone"); }, .most_calls = 9});
  ASSERT_TRUE(gone.next_window(silent_));
  EXPECT_TRUE(gone.make_more(gone.documents()[0]));
  EXPECT_TRUE(gone.make_more(gone.documents()[1]));
  EXPECT_THROW(gone.make_more(gone.documents()[2]), Error);
}

}  // namespace
}  // namespace rag
