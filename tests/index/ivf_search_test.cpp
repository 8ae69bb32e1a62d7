#include "index/ivf_search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "expect_error.h"
#include "ivf_fixture.h"

namespace rag {
namespace {

constexpr std::size_t kDimension = ClusteredVectors::kDimension;

double share_found(const std::vector<Hit>& found, const std::vector<Hit>& exact) {
  std::size_t count = 0;
  for (const Hit& hit : exact) count += std::ranges::any_of(found, [&](const Hit& other) { return other.chunk == hit.chunk; });
  return exact.empty() ? 1 : static_cast<double>(count) / static_cast<double>(exact.size());
}

void expect_same(const std::vector<Hit>& found, const std::vector<Hit>& exact) {
  ASSERT_EQ(found.size(), exact.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].chunk, exact[i].chunk) << "rank " << i;
    EXPECT_EQ(found[i].score, exact[i].score) << "rank " << i;
  }
}

// 2,400 vectors in three segments and lists of them.
class IvfSearch : public testing::Test {
 protected:
  IvfSearch() {
    for (const std::size_t rows : {1000UL, 1200UL, 200UL}) vectors_.add_segment(vectors_.draw(rows));
    vectors_.build(none_);
    queries_ = vectors_.draw(kQueries);
  }

  double recall(const VectorIndex& index, const VectorIndex& exact, std::size_t k, const ChunkSet* allowed, const VectorSearchOptions& options) const {
    double sum = 0;
    for (std::size_t i = 0; i < kQueries; ++i)
      sum += share_found(index.search(row_of(queries_, i), k, allowed, options), exact.search(row_of(queries_, i), k, allowed)) / kQueries;
    return sum;
  }
  std::span<const float> query(std::size_t i = 0) const { return row_of(queries_, i); }

  static constexpr std::size_t kQueries = 20;
  ChunkSet none_;
  ClusteredVectors vectors_;
  std::vector<float> queries_;
};

TEST_F(IvfSearch, FindsNearlyAllOfTheNearestInAFewLists) {
  const auto index = vectors_.ivf(none_), exact = vectors_.flat(none_);
  EXPECT_TRUE(index->searches_lists(through_lists()));
  EXPECT_GE(recall(*index, *exact, 10, nullptr, through_lists()), .95);
  EXPECT_GE(recall(*index, *exact, 200, nullptr, through_lists()), .95) << "where more is wanted more lists are looked into";
  EXPECT_LT(recall(*index, *exact, 10, nullptr, through_lists(1)), .95) << "else this measures nothing";
}

TEST_F(IvfSearch, GivesExactScores) {
  const auto index = vectors_.ivf(none_);
  for (const Hit& hit : index->search(query(), 20, nullptr, through_lists())) EXPECT_EQ(hit.score, index->score(query(), std::vector{hit.chunk})[0]);
}

TEST_F(IvfSearch, IsTheExactSearchWhereAllListsAreLookedInto) {
  const auto index = vectors_.ivf(none_), exact = vectors_.flat(none_);
  const std::size_t lists = vectors_.open()->lists();
  EXPECT_FALSE(index->searches_lists(through_lists(lists)));
  for (std::size_t i = 0; i < kQueries; ++i) expect_same(index->search(query(i), 100, nullptr, through_lists(lists)), exact->search(query(i), 100, nullptr));
}

TEST_F(IvfSearch, LooksIntoAllListsButOneAndFindsWhatTheCodesAllow) {
  const auto index = vectors_.ivf(none_), exact = vectors_.flat(none_);
  EXPECT_GE(recall(*index, *exact, 10, nullptr, through_lists(vectors_.open()->lists() - 1)), .999) << "four bits a number lose next to nothing";
}

TEST_F(IvfSearch, IsExactByItselfUpToSomeNumberOfChunks) {
  const auto index = vectors_.ivf(none_);
  EXPECT_FALSE(index->searches_lists({}));
  EXPECT_FALSE(index->searches_lists({.ivf_from = 2400}));
  EXPECT_TRUE(index->searches_lists({.ivf_from = 2399}));
  EXPECT_FALSE(index->searches_lists({.method = VectorMethod::Exact, .ivf_from = 0}));
  ChunkSet deleted;
  deleted.insert({7});
  EXPECT_FALSE(vectors_.ivf(deleted)->searches_lists({.ivf_from = 2399})) << "living ones count";
}

TEST_F(IvfSearch, ObeysFiltersThatAllowMuchAndLittle) {
  const auto index = vectors_.ivf(none_), exact = vectors_.flat(none_);
  for (const std::int64_t one_of : {1, 2, 10, 100, 1000}) {
    ChunkSet allowed;
    for (std::int64_t id = one_of; id <= 2400; id += one_of) allowed.insert({id});
    EXPECT_GE(recall(*index, *exact, 10, &allowed, through_lists()), .95) << "one of " << one_of;
    for (const Hit& hit : index->search(query(), 50, &allowed, through_lists())) EXPECT_TRUE(allowed.contains(hit.chunk));
  }
}

TEST_F(IvfSearch, AnswersAFilterThatAllowsFewExactly) {
  const auto index = vectors_.ivf(none_), exact = vectors_.flat(none_);
  ChunkSet few, one;
  for (std::int64_t id = 60; id <= 2400; id += 100) few.insert({id});
  one.insert({1711});
  for (std::size_t i = 0; i < kQueries; ++i) {
    expect_same(index->search(query(i), 100, &few, through_lists(1)), exact->search(query(i), 100, &few));
    expect_same(index->search(query(i), 10, &one, through_lists(1)), exact->search(query(i), 10, &one));
    EXPECT_TRUE(index->search(query(i), 10, &none_, through_lists()).empty());
  }
}

TEST_F(IvfSearch, FindsWhatAFilterAllowsFarAwayFromTheQuery) {
  // A second language, say: all of it lies elsewhere.
  std::vector<float> opposite(query().begin(), query().end());
  for (float& value : opposite) value = -value;
  vectors_.add_segment(vectors_.draw_around(opposite, 1000));
  vectors_.build(none_);
  ChunkSet allowed;
  for (std::int64_t id = 2401; id <= 3400; ++id) allowed.insert({id});
  const auto index = vectors_.ivf(none_), exact = vectors_.flat(none_);
  EXPECT_EQ(index->search(query(), 10, &allowed, through_lists(1)).size(), 10U);
  EXPECT_GE(share_found(index->search(query(), 10, &allowed, through_lists()), exact->search(query(), 10, &allowed)), .2) << "in the lists nearest to the query there is none";
}

TEST_F(IvfSearch, NeverReturnsWhatWasDeletedSince) {
  ChunkSet deleted;
  for (std::int64_t id = 2; id <= 2400; id += 2) deleted.insert({id});
  const auto index = vectors_.ivf(deleted), exact = vectors_.flat(deleted);
  EXPECT_GE(recall(*index, *exact, 10, nullptr, through_lists()), .95);
  for (std::size_t i = 0; i < kQueries; ++i)
    for (const Hit& hit : index->search(query(i), 50, nullptr, through_lists())) EXPECT_EQ(hit.chunk.value % 2, 1);
}

TEST_F(IvfSearch, LeavesOutOfTheListsWhatWasDeletedBefore) {
  ChunkSet deleted;
  for (std::int64_t id = 1; id <= 2000; ++id) deleted.insert({id});
  vectors_.build(deleted);
  EXPECT_EQ(vectors_.open()->rows(), 400U);
  EXPECT_GE(recall(*vectors_.ivf(deleted), *vectors_.flat(deleted), 10, nullptr, through_lists()), .95);
}

TEST_F(IvfSearch, SearchesNewerSegmentsExactlyBesideTheLists) {
  vectors_.add_segment(queries_);  // nothing is nearer to a query than itself
  const auto index = vectors_.ivf(none_), exact = vectors_.flat(none_);
  for (std::size_t i = 0; i < kQueries; ++i)
    EXPECT_EQ(index->search(query(i), 10, nullptr, through_lists(1)).front().chunk, ChunkId{2401 + static_cast<std::int64_t>(i)});
  EXPECT_GE(recall(*index, *exact, 10, nullptr, through_lists()), .95);
}

TEST_F(IvfSearch, PassesOverRowsOfSegmentsThatAreGone) {
  // As after a merge: its rows are in another segment, or in none.
  std::vector<const VectorSegment*> left = vectors_.segments();
  left.erase(left.begin() + 1);
  const auto index = make_ivf_index(left, &none_, kDimension, vectors_.open());
  const auto exact = make_flat_index(left, &none_, kDimension);
  for (std::size_t i = 0; i < kQueries; ++i)
    for (const Hit& hit : index->search(query(i), 50, nullptr, through_lists())) EXPECT_TRUE(hit.chunk.value <= 1000 || hit.chunk.value > 2200);
  EXPECT_GE(recall(*index, *exact, 10, nullptr, through_lists()), .95);
}

TEST_F(IvfSearch, ReturnsAllThereIsWhereMoreIsWanted) {
  ChunkSet deleted;
  for (std::int64_t id = 1; id <= 100; ++id) deleted.insert({id});
  const auto index = vectors_.ivf(deleted);
  EXPECT_EQ(index->search(query(), 100000, nullptr, through_lists(1)).size(), 2300U);
  EXPECT_EQ(index->search(query(), 1500, nullptr, through_lists(1)).size(), 1500U);
  expect_same(index->search(query(), 100000, nullptr, through_lists(1)), vectors_.flat(deleted)->search(query(), 100000, nullptr));
  EXPECT_TRUE(index->search(query(), 0, nullptr, through_lists()).empty());
}

TEST_F(IvfSearch, RefusesQueriesAsTheExactSearchDoes) {
  const auto index = vectors_.ivf(none_);
  expect_error(ErrorKind::Mismatch, "3 dimensions, the index has 48", [&] { index->search(std::vector<float>(3), 5, nullptr, through_lists()); });
  expect_error(ErrorKind::Usage, "finite",
               [&] { index->search(std::vector<float>(kDimension, std::numeric_limits<float>::quiet_NaN()), 5, nullptr, through_lists()); });
}

TEST(IvfSearchOfDuplicates, BreaksTiesByChunkId) {
  ClusteredVectors vectors;
  const std::vector<float> some = vectors.draw(20);
  std::vector<float> copies;
  for (int i = 0; i < 300; ++i) copies.insert(copies.end(), some.begin(), some.end());
  vectors.add_segment(copies);
  vectors.add_segment(copies);
  const ChunkSet none;
  vectors.build(none);
  const auto index = vectors.ivf(none), exact = vectors.flat(none);
  for (std::size_t i = 0; i < 20; ++i) expect_same(index->search(row_of(some, i), 500, nullptr, through_lists(3)), exact->search(row_of(some, i), 500, nullptr));
}

TEST(IvfSearchOfLittle, IsExactWithoutAFileOrWithoutVectors) {
  ClusteredVectors vectors;
  const ChunkSet none;
  expect_error(ErrorKind::Usage, "no vector", [&] { vectors.build(none); });
  EXPECT_TRUE(make_ivf_index({}, &none, kDimension, nullptr)->search(vectors.draw(1), 5, nullptr, through_lists()).empty());
  vectors.add_segment(vectors.draw(1));
  const auto plain = make_ivf_index(vectors.segments(), &none, kDimension, nullptr);
  EXPECT_FALSE(plain->searches_lists(through_lists()));
  EXPECT_EQ(plain->search(vectors.draw(1), 5, nullptr, through_lists()).size(), 1U);
  vectors.build(none);
  EXPECT_EQ(vectors.ivf(none)->search(vectors.draw(1), 5, nullptr, through_lists()).size(), 1U);
}

TEST(IvfSearchOfLittle, FindsVectorsOfZerosAndOfAnyLength) {
  ClusteredVectors vectors;
  std::vector<float> rows = vectors.draw(200);
  std::fill_n(rows.begin(), kDimension, 0.0F);
  for (std::size_t i = kDimension; i < 2 * kDimension; ++i) rows[i] *= 1000;
  vectors.add_segment(rows);
  const ChunkSet none;
  vectors.build(none);
  const auto query = row_of(rows, 1);
  expect_same(vectors.ivf(none)->search(query, 200, nullptr, through_lists(1)), vectors.flat(none)->search(query, 200, nullptr));
  EXPECT_EQ(vectors.ivf(none)->search(query, 1, nullptr, through_lists(3)).front().chunk, ChunkId{2});
  std::fill_n(rows.begin(), kDimension, 1e30F);
  vectors.add_segment(rows);
  expect_error(ErrorKind::Usage, "searched exactly", [&] { vectors.build(none); });
}

}  // namespace
}  // namespace rag
