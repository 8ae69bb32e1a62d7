#include "index/flat_search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>

#include "expect_error.h"
#include "temporary_index.h"

namespace rag {
namespace {

// Segments of random vectors with ids 1, 2, ... and the plainest search over them to compare with.
class Vectors {
 public:
  Vectors(std::size_t dimension, std::vector<std::size_t> rows_of_segments) : dimension_(dimension) {
    std::mt19937 random(7);
    std::normal_distribution<float> normal;
    std::int64_t next = 1;
    for (std::size_t number = 1; number <= rows_of_segments.size(); ++number) {
      std::vector<ChunkId> ids;
      std::vector<float> values;
      for (std::size_t row = 0; row < rows_of_segments[number - 1]; ++row) {
        ids.push_back({next++});
        for (std::size_t i = 0; i < dimension; ++i) values.push_back(normal(random));
      }
      const auto file = folder_.path() / std::to_string(number);
      VectorSegmentWriter writer(file, number, dimension, ids);
      writer.append(values);
      writer.finish();
      segments_.push_back(std::make_unique<VectorSegment>(MappedFile(file), file.string()));
      values_.insert(values_.end(), values.begin(), values.end());
    }
  }

  std::unique_ptr<VectorIndex> index(const ChunkSet* deleted) const {
    std::vector<const VectorSegment*> views;
    for (const auto& segment : segments_) views.push_back(segment.get());
    return make_flat_index(views, deleted, dimension_);
  }
  const VectorSegment* segment(std::size_t i) const { return segments_[i].get(); }

  std::vector<float> query() const { return queries(1); }
  std::vector<float> queries(std::size_t count) const { return {values_.begin() + 3, values_.begin() + 3 + static_cast<std::ptrdiff_t>(count * dimension_)}; }

  std::vector<Hit> plain_search(const std::vector<float>& query, std::size_t k, const std::function<bool(ChunkId)>& accept) const {
    std::vector<Hit> hits;
    for (std::size_t row = 0; row * dimension_ < values_.size(); ++row) {
      const ChunkId id{static_cast<std::int64_t>(row) + 1};
      double score = 0;
      for (std::size_t i = 0; i < dimension_; ++i) score += double{query[i]} * values_[row * dimension_ + i];
      if (accept(id)) hits.push_back({id, score});
    }
    std::sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) { return a.score > b.score; });
    hits.resize(std::min(k, hits.size()));
    return hits;
  }

 private:
  TemporaryFolder folder_;
  std::size_t dimension_;
  std::vector<std::unique_ptr<VectorSegment>> segments_;
  std::vector<float> values_;
};

void expect_same(const std::vector<Hit>& found, const std::vector<Hit>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].chunk, expected[i].chunk) << "rank " << i;
    EXPECT_NEAR(found[i].score, expected[i].score, 1e-3);
  }
}

TEST(FlatSearch, FindsExactlyWhatThePlainestSearchFinds) {
  for (const std::size_t dimension : {1UL, 7UL, 64UL, 385UL}) {
    const Vectors vectors(dimension, {1, 1500, 700});
    ChunkSet deleted, allowed;
    for (std::int64_t id = 5; id < 2201; id += 5) deleted.insert({id});
    for (std::int64_t id = 600; id < 2201; id += 3) allowed.insert({id});
    const auto index = vectors.index(&deleted);
    const auto query = vectors.query();
    for (const std::size_t k : {1UL, 10UL, 5000UL}) {
      expect_same(index->search(query, k, nullptr), vectors.plain_search(query, k, [&](ChunkId id) { return !deleted.contains(id); }));
      expect_same(index->search(query, k, &allowed),
                  vectors.plain_search(query, k, [&](ChunkId id) { return !deleted.contains(id) && allowed.contains(id); }));
    }
  }
}

TEST(FlatSearch, AnswersManyQueriesAsOneAfterTheOther) {
  const Vectors vectors(33, {1, 900, 40});
  ChunkSet deleted, allowed;
  for (std::int64_t id = 5; id < 942; id += 5) deleted.insert({id});
  for (std::int64_t id = 1; id < 942; id += 3) allowed.insert({id});
  const auto index = vectors.index(&deleted);
  for (const std::size_t count : {0UL, 1UL, 64UL, 150UL}) {
    const std::vector<float> queries = vectors.queries(count);
    const auto together = index->search_many(queries, count, 10, &allowed);
    ASSERT_EQ(together.size(), count);
    for (std::size_t i = 0; i < count; ++i) {
      const auto alone = index->search(std::span(queries).subspan(i * 33, 33), 10, &allowed);
      ASSERT_EQ(together[i].size(), alone.size());
      for (std::size_t j = 0; j < alone.size(); ++j) EXPECT_TRUE(together[i][j].chunk == alone[j].chunk && together[i][j].score == alone[j].score);
    }
  }
  EXPECT_EQ(index->search_many(vectors.queries(3), 3, 0, nullptr).size(), 3U);
  expect_error(ErrorKind::Mismatch, "33", [&] { index->search_many(std::vector<float>(96), 3, 5, nullptr); });
}

TEST(FlatSearch, ComparesOnlyTheRowsItIsGiven) {
  const Vectors vectors(8, {1000, 700, 30});
  const ChunkSet none;
  const auto index = make_flat_index_of({{vectors.segment(0), 3, 600}, {vectors.segment(0), 900, 1000}, {vectors.segment(2), 0, 30}}, &none, 8);
  const auto given = [](ChunkId id) { return (id.value > 3 && id.value <= 600) || (id.value > 900 && id.value <= 1000) || id.value > 1700; };
  expect_same(index->search(vectors.query(), 50, nullptr), vectors.plain_search(vectors.query(), 50, given));
  EXPECT_EQ(index->search(vectors.query(), 5000, nullptr).size(), 727U);
}

TEST(FlatSearch, ScoresAsItSearches) {
  const Vectors vectors(64, {300, 300});
  const ChunkSet none;
  const auto index = vectors.index(&none);
  const auto hits = index->search(vectors.query(), 600, nullptr);
  std::vector<ChunkId> chunks;
  for (const Hit& hit : hits) chunks.push_back(hit.chunk);
  const std::vector<double> scores = index->score(vectors.query(), chunks);
  for (std::size_t i = 0; i < hits.size(); ++i) EXPECT_EQ(scores[i], hits[i].score);
  expect_error(ErrorKind::NotFound, "chunk 9999: not in this index", [&] { index->score(vectors.query(), std::vector<ChunkId>{{9999}}); });
}

TEST(FlatSearch, BreaksTiesByChunkIdHoweverManyThreadsWork) {
  const TemporaryFolder folder;
  std::vector<ChunkId> ids;
  for (std::int64_t id = 10; id < 30010; ++id) ids.push_back({id});
  VectorSegmentWriter writer(folder.path() / "v", 1, 64, ids);
  for (std::size_t i = 0; i < ids.size(); ++i) writer.append(std::vector<float>(64, 0.125F));
  writer.finish();
  const VectorSegment segment(MappedFile(folder.path() / "v"), "v");
  const ChunkSet none;
  const auto index = make_flat_index({&segment}, &none, 64);
  for (int repetition = 0; repetition < 5; ++repetition) {
    const auto hits = index->search(std::vector<float>(64, 1.0F), 50, nullptr);
    for (std::int64_t i = 0; i < 50; ++i) EXPECT_EQ(hits[static_cast<std::size_t>(i)].chunk, ChunkId{10 + i});
  }
}

TEST(FlatSearch, FindsNothingWhereThereIsNothing) {
  const ChunkSet none;
  EXPECT_TRUE(make_flat_index({}, &none, 4)->search(std::vector<float>(4, 1), 5, nullptr).empty());
  const Vectors vectors(4, {20});
  EXPECT_TRUE(vectors.index(&none)->search(vectors.query(), 0, nullptr).empty());
  EXPECT_TRUE(vectors.index(&none)->search(vectors.query(), 5, &none).empty());
}

TEST(FlatSearch, RefusesQueriesThatCannotBeCompared) {
  const Vectors vectors(4, {20});
  const ChunkSet none;
  const auto index = vectors.index(&none);
  expect_error(ErrorKind::Mismatch, "3 dimensions, the index has 4", [&] { index->search(std::vector<float>(3), 5, nullptr); });
  expect_error(ErrorKind::Usage, "finite",
               [&] { index->search(std::vector<float>(4, std::numeric_limits<float>::infinity()), 5, nullptr); });
}

TEST(VectorSegment, RefusesWhatIsNoSegment) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "v";
  const auto open = [&] { VectorSegment segment(MappedFile(file), "v"); };
  const auto write = [&](const std::string& bytes) { std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes; };
  write("");
  expect_error(ErrorKind::Corrupt, "v: damaged: 0 bytes, too few for a header", open);
  write(std::string(4096, 'x'));
  expect_error(ErrorKind::Corrupt, "not a vector segment", open);

  const std::vector<ChunkId> ids = {{3}, {9}};
  VectorSegmentWriter writer(file, 1, 4, ids);
  writer.append(std::vector<float>(8, 1.0F));
  writer.finish();
  const std::string sound = read_file(file);
  EXPECT_NO_THROW(open());
  // Whatever byte of the header, the ids or the table of checksums is wrong: it is noticed on opening.
  for (std::size_t i = 0; i < sound.size(); ++i) {
    if (i >= 128 + 64 && i < sound.size() - 8) continue;  // vectors are checked when touched
    std::string flipped = sound;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    write(flipped);
    EXPECT_THROW(open(), Error) << "byte " << i;
  }
  for (std::size_t size = 0; size < sound.size(); size += 7) {
    write(sound.substr(0, size));
    EXPECT_THROW(open(), Error) << "cut to " << size;
  }
  write(sound + "more");
  expect_error(ErrorKind::Corrupt, "expected", open);
}

TEST(VectorSegment, RefusesIdsThatDoNotAscendAndANewerFormat) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "v";
  for (const std::vector<ChunkId>& ids :
       {std::vector<ChunkId>{{5}, {5}}, std::vector<ChunkId>{{6}, {5}}, std::vector<ChunkId>{{-1}, {5}}}) {
    VectorSegmentWriter writer(file, 1, 2, ids);
    writer.append(std::vector<float>(4, 1.0F));
    writer.finish();
    expect_error(ErrorKind::Corrupt, "ids that do not ascend", [&] { VectorSegment(MappedFile(file), "v"); });
  }
  std::string bytes = read_file(file);
  bytes[8] = 2;
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
  expect_error(ErrorKind::Mismatch, "format 2, this build reads format 1; use a newer rag", [&] { VectorSegment(MappedFile(file), "v"); });
}

TEST(VectorSegment, LeavesNothingBehindWithoutFinish) {
  const TemporaryFolder folder;
  const std::vector<ChunkId> ids = {{1}};
  { VectorSegmentWriter writer(folder.path() / "v", 1, 4, ids); }
  {
    VectorSegmentWriter writer(folder.path() / "v", 1, 4, ids);
    expect_error(ErrorKind::Usage, "0 numbers given, expected 1 rows of 4", [&] { writer.finish(); });
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

}  // namespace
}  // namespace rag
