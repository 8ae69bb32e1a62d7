#include "index/device_search.h"

#include <gtest/gtest.h>

#include <set>

#include "core/notice.h"
#include "device_cases.h"
#include "expect_error.h"
#include "index/cuda/device_rows.h"
#include "index/device_proof.h"

// The search on a GPU with its kernels emulated, thread by thread, so cases are small; tests/nightly/gpu_cases.cpp runs large ones on a real GPU.
namespace rag {
namespace {

const std::vector<GpuDevice> kOne = {{.number = 0, .name = "emulated"}};
const std::vector<GpuDevice> kTwo = {{.number = 0, .name = "emulated"}, {.number = 1, .name = "emulated"}};

OpenDeviceRows emulated(const std::vector<GpuDevice>& devices = kOne) {
  return [&devices](std::span<const VectorSegment* const> segments, const ChunkSet& deleted, std::size_t dimension, const DeviceChoice&,
                    std::size_t most_left_out) -> std::unique_ptr<DeviceRows> {
    cuda::piece_cache().clear();  // another test's segments have the same numbers
    return std::make_unique<cuda::GpuRows>(segments, deleted, dimension, devices, most_left_out);
  };
}

std::vector<std::string>& notices() {
  static std::vector<std::string> lines;
  return lines;
}

TEST(DeviceSearch, FindsWhatTheProcessorFinds) {
  const CaseSize cases[] = {
      {.rows = 300, .queries = 1, .dimension = 100, .k = 1},
      {.rows = 300, .queries = 1, .dimension = 384, .k = 10, .deleted = .3},
      {.rows = 300, .queries = 3, .dimension = 768, .k = 100, .allowed = .5},
      {.rows = 260, .queries = 1, .dimension = 1024, .k = 10, .deleted = .1, .allowed = .01},
      {.rows = 2900, .queries = 1, .dimension = 100, .k = 2048},
      {.rows = 300, .queries = 6, .dimension = 100, .k = 10, .deleted = .3},
      {.rows = 200, .queries = 6, .dimension = 384, .k = 100, .allowed = .5},
      {.rows = 130, .queries = 130, .dimension = 100, .k = 10},
      {.rows = 130, .queries = 5, .dimension = 768, .k = 1},
      {.rows = 130, .queries = 5, .dimension = 1024, .k = 10, .deleted = .2, .allowed = .1},
      {.rows = 2300, .queries = 5, .dimension = 16, .k = 2048, .deleted = .01},
      {.rows = 7, .queries = 2, .dimension = 3, .k = 10},
  };
  unsigned seed = 1;
  for (const CaseSize& size : cases) EXPECT_EQ(run_case(size, seed++, emulated()), "") << size.text();
}

TEST(DeviceSearch, AnswersAtItsEdgesAsTheProcessorDoes) {
  for (const std::size_t queries : {1UL, 6UL}) {
    for (const CaseSize& size : {CaseSize{.rows = 0, .queries = queries}, CaseSize{.rows = 1, .queries = queries}, CaseSize{.rows = 200, .queries = queries, .allowed = 0},
                                 CaseSize{.rows = 200, .queries = queries, .deleted = 1}, CaseSize{.rows = 200, .queries = queries, .k = 0}})
      EXPECT_EQ(run_case(size, 5, emulated()), "") << size.text();
  }
}

TEST(DeviceSearch, KnowsEqualScoresByTheirChunkIds) {
  for (const std::size_t queries : {1UL, 6UL}) {
    EXPECT_EQ(run_case({.rows = 200, .queries = queries, .dimension = 24, .copies = 150}, 3, emulated()), "");
    EXPECT_EQ(run_case({.rows = 200, .queries = queries, .dimension = 24, .copies = 6000}, 4, emulated()), "");  // more than there is room for
  }
}

TEST(DeviceSearch, FindsWhatIsThereAfterUpdates) {
  EXPECT_EQ(run_case({.rows = 200, .queries = 1, .dimension = 100, .updates = 100}, 6, emulated()), "");
  EXPECT_EQ(run_case({.rows = 200, .queries = 6, .dimension = 32, .allowed = .5, .updates = 100}, 7, emulated()), "");
}

TEST(DeviceSearch, GoesOverManyRowsInPasses) {
  EXPECT_EQ(run_case({.rows = 5000, .queries = 1, .dimension = 8, .k = 10}, 8, emulated()), "");
  EXPECT_EQ(run_case({.rows = 5000, .queries = 6, .dimension = 8, .k = 10, .allowed = .5}, 9, emulated()), "");
  EXPECT_EQ(run_case({.rows = 500, .queries = 6, .dimension = 8, .k = 10}, 8, emulated(kTwo)), "");
}

// Rows that the first pass does not see, more of them above its floor than a query has room for.
TEST(DeviceSearch, LosesNothingWhereThereIsNoRoom) {
  DeviceCase data(8, 11);
  const std::vector<float> query = data.draw();
  std::vector<float> values;
  for (std::size_t row = 0; row < 9000; ++row) {
    std::vector<float> vector = data.draw();
    if (row / cuda::kTileRows % 32 != 0)
      for (std::size_t i = 0; i < vector.size(); ++i) vector[i] = query[i] + 0.2F * vector[i];
    values.insert(values.end(), vector.begin(), vector.end());
  }
  data.add_segment_of(values);
  const auto device = data.on(emulated());
  EXPECT_EQ(differences(*device, *data.flat(), query, 1, 10, nullptr), "");
  std::vector<float> six;
  for (int i = 0; i < 6; ++i) six.insert(six.end(), query.begin(), query.end());
  EXPECT_EQ(differences(*device, *data.flat(), six, 6, 10, nullptr), "");
  EXPECT_EQ(data.answered_by_processor(), 0U);
}

TEST(DeviceSearch, TakesEveryTileOnce) {
  for (const std::uint32_t tiles : {1U, 31U, 32U, 33U, 157U, 1024U, 78125U})
    for (const std::uint32_t wanted : {33U, 42U, 132U, 2560U}) {
      std::vector<int> seen(tiles);
      for (const cuda::Pass& pass : cuda::passes_over(tiles, cuda::capacity_for(wanted), wanted))
        for (std::uint32_t i = 0; i < pass.tiles; ++i) ++seen.at(cuda::tile_of(pass, i));
      EXPECT_EQ(std::ranges::count(seen, 1), tiles) << tiles << " tiles, " << wanted << " wanted";
    }
}

TEST(DeviceSearch, KeepsRowsThatAreThereAlready) {
  DeviceCase data(16, 12);
  data.add_segment(300);
  cuda::piece_cache().clear();
  const auto before = cuda::piece_cache().pieces_of(data.segments(), 16, kOne);
  data.add_segment(5);
  const auto after = cuda::piece_cache().pieces_of(data.segments(), 16, kOne);
  ASSERT_EQ(after.pieces.size(), 2U);
  EXPECT_EQ(after.pieces.front(), before.pieces.front());
}

TEST(DeviceSearch, SharesRowsAmongDevices) {
  DeviceCase data(4, 13);
  for (int i = 0; i < 6; ++i) data.add_segment(10);
  cuda::piece_cache().clear();
  std::size_t on_second = 0;
  for (const auto& piece : cuda::piece_cache().pieces_of(data.segments(), 4, kTwo).pieces) on_second += piece->device == 1;
  EXPECT_EQ(on_second, 3U);
}

// A GPU that does what a test tells it to.
class Untrustworthy final : public DeviceRows {
 public:
  using Lie = std::function<void(DeviceAnswer&)>;
  Untrustworthy(std::unique_ptr<DeviceRows> honest, std::shared_ptr<Lie> lie) : honest_(std::move(honest)), lie_(std::move(lie)) {}
  DeviceRounding rounding() const override { return honest_->rounding(); }
  bool rounds_queries(std::size_t queries) const override { return honest_->rounds_queries(queries); }
  std::vector<DeviceAnswer> best(const DeviceQuestions& questions) const override {
    auto answers = honest_->best(questions);
    if (*lie_)
      for (DeviceAnswer& answer : answers) (*lie_)(answer);
    return answers;
  }

 private:
  std::unique_ptr<DeviceRows> honest_;
  std::shared_ptr<Lie> lie_;
};

TEST(DeviceSearch, GoesOnWithoutADeviceThatIsWrongAndSaysSoOnce) {
  const std::pair<const char*, Untrustworthy::Lie> lies[] = {
      {"is deleted", [](DeviceAnswer& answer) { answer.candidates.front().row = 4; }},
      {"filter does not allow", [](DeviceAnswer& answer) { answer.candidates.front().row = 5; }},
      {"row that is not there", [](DeviceAnswer& answer) { answer.candidates.front().row = 4000; }},
      {"row that is not there", [](DeviceAnswer& answer) { answer.candidates.front().segment = 7; }},
      {"rounding does not explain", [](DeviceAnswer& answer) { answer.candidates.front().score += 0.01F; }},
      {"rounding does not explain", [](DeviceAnswer& answer) { answer.candidates.front().score = NAN; }},
      {"row twice", [](DeviceAnswer& answer) { answer.candidates.push_back(answer.candidates.front()); }},
      {"has fallen off the bus", [](DeviceAnswer&) { throw Error(ErrorKind::Backend, "GPU: has fallen off the bus"); }},
  };
  on_notice([](const std::string& line) { notices().push_back(line); });
  std::set<std::string> told;
  for (const auto& [words, lie] : lies) {
    DeviceCase data(16, 14);
    data.add_segment(300);
    data.remove(5);
    ChunkSet allowed = data.some_of(2);
    allowed = ChunkSet();
    for (std::int64_t id = 1; id < 301; ++id)
      if (id != 6) allowed.insert({id});
    const auto told_lie = std::make_shared<Untrustworthy::Lie>();
    const auto index = data.on([&](auto segments, const auto& deleted, auto dimension, const auto& choice, auto most_left_out) {
      return std::make_unique<Untrustworthy>(emulated()(segments, deleted, dimension, choice, most_left_out), told_lie);
    });
    const std::vector<float> query = data.draw();
    EXPECT_EQ(differences(*index, *data.flat(), query, 1, 3, &allowed), "");
    *told_lie = lie;
    const std::size_t before = notices().size();
    EXPECT_EQ(differences(*index, *data.flat(), query, 1, 3, &allowed), "") << words;
    EXPECT_EQ(differences(*index, *data.flat(), query, 1, 3, &allowed), "") << words;
    ASSERT_EQ(notices().size(), before + told.insert(words).second) << words;
    EXPECT_NE(notices().back().find(words), std::string::npos) << notices().back();
    EXPECT_TRUE(notices().back().ends_with("; searching on the processor"));
  }
  on_notice(nullptr);
}

TEST(DeviceSearch, IsTestedBeforeItIsBelieved) {
  DeviceCase data(16, 15);
  data.add_segment(300);
  const auto index = data.on([&](auto segments, const auto& deleted, auto dimension, const auto& choice, auto most_left_out) {
    const auto forgets = std::make_shared<Untrustworthy::Lie>([](DeviceAnswer& answer) { std::erase_if(answer.candidates, [](const auto& it) { return it.row % 2 == 0; }); });
    return std::make_unique<Untrustworthy>(emulated()(segments, deleted, dimension, choice, most_left_out), forgets);
  });
  expect_error(ErrorKind::Backend, "self-test", [&] { index->search(data.draw(), 3, nullptr, on_device()); });
}

TEST(DeviceSearch, SaysWhatDoesNotFit) {
  DeviceCase data(384, 16);
  data.add_segment(3000);
  cuda::emulated_bytes_free = 1 << 20;
  const std::vector<float> query = data.draw();
  expect_error(ErrorKind::Backend, "the index needs 3 MiB, 0 MiB are free", [&] { data.on(emulated())->search(query, 3, nullptr, on_device()); });
  const auto by_itself = data.on(emulated(), {.numbers = 0, .queries = 0});
  EXPECT_EQ(difference(by_itself->search(query, 3, nullptr, {.device = {}}), data.flat()->search(query, 3, nullptr)), "");
  cuda::emulated_bytes_free = SIZE_MAX;
}

// Two segments fit and one does not; the processor has the best of the third, the device those of the others.
TEST(DeviceSearch, SharesWhatDoesNotFitWithTheProcessor) {
  on_notice([](const std::string& line) { notices().push_back(line); });
  for (const std::size_t queries : {1UL, 6UL}) {
    DeviceCase data(384, 22);
    for (const std::size_t rows : {300UL, 300UL, 400UL}) data.add_segment(rows);
    for (std::int64_t id = 3; id < 1000; id += 9) data.remove(id);
    const ChunkSet half = data.some_of(.5);
    std::vector<float> values;
    for (std::size_t i = 0; i < queries; ++i) {
      const std::vector<float> query = data.draw();
      values.insert(values.end(), query.begin(), query.end());
    }
    cuda::emulated_bytes_free = 600 * 776 * 10 / 9 + 10000;
    const auto index = data.on(emulated());
    index->search(std::span(values).first(384), 1, nullptr, on_device());
    cuda::emulated_bytes_free = SIZE_MAX;
    for (const std::size_t k : {1UL, 10UL, 900UL})
      for (const ChunkSet* allowed : {static_cast<const ChunkSet*>(nullptr), &half}) EXPECT_EQ(differences(*index, *data.flat(), values, queries, k, allowed), "") << k;
    EXPECT_EQ(data.answered_by_processor(), 0U) << "as a whole";
    EXPECT_EQ(std::ranges::count(notices(), "GPU: room for 60 % of the vectors; the rest is searched on the processor"), 1);
  }
  on_notice(nullptr);
}

// Has lists for a search that is not told to be exact.
class WithLists final : public VectorIndex {
 public:
  explicit WithLists(std::unique_ptr<VectorIndex> index) : index_(std::move(index)) {}
  std::vector<Hit> search(std::span<const float> query, std::size_t k, const ChunkSet* allowed, const VectorSearchOptions& options) const override {
    return index_->search(query, k, allowed, options);
  }
  std::vector<double> score(std::span<const float> query, std::span<const ChunkId> chunks) const override { return index_->score(query, chunks); }
  bool searches_lists(const VectorSearchOptions& options) const override { return options.method != VectorMethod::Exact; }

 private:
  std::unique_ptr<VectorIndex> index_;
};

TEST(DeviceSearch, StaysWithTheListsWhereMuchWouldBeLeftToTheProcessor) {
  DeviceCase data(16, 23);
  data.add_segment(100);
  const std::vector<float> query = data.draw();
  for (const auto& [method, expected] : {std::pair{VectorMethod::Auto, 2UL}, std::pair{VectorMethod::Exact, SIZE_MAX}}) {
    std::size_t most = 0;
    const OpenDeviceRows open = [&](auto segments, const auto& deleted, auto dimension, const auto& choice, auto most_left_out) {
      most = most_left_out;
      return emulated()(segments, deleted, dimension, choice, most_left_out);
    };
    const auto index = make_device_index(std::make_unique<WithLists>(data.flat()), data.segments(), &data.deleted(), 16, open, {.numbers = 32, .queries = 0});
    index->search(query, 3, nullptr, {.method = method, .device = {}});
    EXPECT_EQ(most, expected);
  }
  cuda::emulated_bytes_free = 3000;
  expect_error(ErrorKind::Backend, "MiB are free", [&] { emulated()(data.segments(), data.deleted(), 16, {}, 50); });
  cuda::emulated_bytes_free = SIZE_MAX;
}

TEST(DeviceSearch, GoesOnWhereASearchFindsNoMemory) {
  DeviceCase data(16, 17);
  data.add_segment(300);
  const auto index = data.on(emulated());
  const std::vector<float> query = data.draw();
  EXPECT_EQ(differences(*index, *data.flat(), query, 1, 3, nullptr), "");
  cuda::emulated_bytes_free = 1000;  // somebody else took the rest
  EXPECT_EQ(differences(*index, *data.flat(), query, 1, 900, nullptr), "");
  cuda::emulated_bytes_free = SIZE_MAX;
  EXPECT_EQ(differences(*index, *data.flat(), query, 1, 3, nullptr), "");
}

TEST(DeviceSearch, IsOpenedByItselfOnlyWhereItGains) {
  DeviceCase data(16, 18);
  data.add_segment(300);
  int opened = 0;
  const OpenDeviceRows open = [&](auto segments, const auto& deleted, auto dimension, const auto& choice, auto most_left_out) {
    ++opened;
    return emulated()(segments, deleted, dimension, choice, most_left_out);
  };
  const std::vector<float> query = data.draw();
  const VectorSearchOptions by_itself{.device = {}};
  const auto small = data.on(open, {.numbers = 5000, .queries = 2}), large = data.on(open, {.numbers = 4800, .queries = 2});
  for (int i = 0; i < 5; ++i) small->search(query, 3, nullptr, by_itself);
  EXPECT_EQ(opened, 0);
  for (int i = 0; i < 2; ++i) large->search(query, 3, nullptr, by_itself);
  EXPECT_EQ(opened, 0);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(difference(large->search(query, 3, nullptr, by_itself), data.flat()->search(query, 3, nullptr)), "");
  EXPECT_EQ(opened, 1);
  large->search(query, 3, nullptr, {.device = {DeviceChoice::Kind::Cpu, std::nullopt}});
}

TEST(DeviceSearch, LeavesWhatIsWrongWithAQueryToTheProcessor) {
  DeviceCase data(16, 19);
  data.add_segment(30);
  expect_error(ErrorKind::Mismatch, "15 dimensions", [&] { data.on(emulated())->search(std::vector<float>(15), 3, nullptr, on_device()); });
  expect_error(ErrorKind::Usage, "finite", [&] { data.on(emulated())->search(std::vector<float>(16, NAN), 3, nullptr, on_device()); });
}

TEST(DeviceSearch, RefusesVectorsThatHalfPrecisionCannotHold) {
  DeviceCase data(4, 20);
  data.add_segment_of({1, 2, 3, 70000});
  expect_error(ErrorKind::Backend, "beyond 65,504", [&] { data.on(emulated())->search(data.draw(), 1, nullptr, on_device()); });
}

TEST(DeviceSearch, BoundsTheErrorOfItsScores) {
  for (const std::size_t dimension : {1UL, 100UL, 1024UL})
    for (const float size : {1e-30F, 1.0F, 3e4F}) {
      DeviceCase data(dimension, 21);
      const std::vector<float> row = data.draw();
      std::vector<float> query = data.draw();
      for (float& value : query) value *= size;
      double error = 0, score = 0, of_device = 0;
      for (const float value : row) error += std::pow(value - to_float(to_fp16(value)), 2);
      const ScaledQuery scaled = scale_query(query, {.largest_norm = 1.001F, .largest_error = static_cast<float>(std::sqrt(error)) * 1.001F}, true);
      for (std::size_t i = 0; i < dimension; ++i) {
        EXPECT_LE(std::abs(scaled.values[i]), 1);
        score += double{query[i]} * row[i];
        of_device += double{to_float(to_fp16(scaled.values[i]))} * to_float(to_fp16(row[i]));
      }
      EXPECT_LE(std::abs(score * scaled.scale - of_device), scaled.bound);
      EXPECT_LT(scaled.bound, 0.02 * std::sqrt(static_cast<double>(dimension)));
    }
}

}  // namespace
}  // namespace rag
