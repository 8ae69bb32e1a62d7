// Exact search on a GPU over many vectors, beside the processor.
//
//   bench_gpu_search [ROWS] [DIMENSION] [FOLDER]      default: 10000000 384, a folder of its own below /dev/shm
//
// Makes the vectors (unit length, in 4,096 clusters) in FOLDER, needs 4 * ROWS * DIMENSION bytes there and half of it on the GPUs.  Prints a table:
// median and 95th percentile of one query, of 1,000 queries at once, both also with filters that allow 1 % and 50 %; then how many of the best ten are those
// of the processor.  Exit code 77 where there is no GPU.
#include <sys/stat.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <filesystem>
#include <random>

#include "bench_program.h"
#include "core/file.h"
#include "core/notice.h"
#include "core/parallel.h"
#include "index/device_search.h"
#include "index/flat_search.h"

namespace rag {
namespace {

constexpr std::size_t kRowsOfASegment = 524288;
constexpr std::size_t kClusters = 4096;
constexpr std::size_t kBatch = 1000;
constexpr std::size_t kHits = 10;

// Fast and good enough for making up numbers; nearly normal as a sum of four even ones.
struct Numbers {
  std::uint64_t state;
  std::uint64_t next() {
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
  }
  float normal() {
    const std::uint64_t bits = next();
    const auto part = [&](int shift) { return static_cast<float>(bits >> shift & 0xFFFFU); };
    return (part(0) + part(16) + part(32) + part(48)) * (1.0F / 65536) * 1.732F - 3.464F;
  }
};

void draw(std::span<float> row, std::span<const float> centre, Numbers& numbers) {
  double square = 0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    row[i] = (centre.empty() ? 0 : centre[i]) + numbers.normal() * (centre.empty() ? 1 : 0.8F / std::sqrt(static_cast<float>(row.size())));
    square += double{row[i]} * row[i];
  }
  for (float& value : row) value = static_cast<float>(value / std::sqrt(square));
}

class Data {
 public:
  Data(std::size_t rows, std::size_t dimension, std::filesystem::path folder) : rows_(rows), dimension_(dimension), folder_(std::move(folder)), centres_(kClusters * dimension) {
    Numbers numbers{88172645463325252ULL};
    for (std::size_t i = 0; i < kClusters; ++i) draw(std::span(centres_).subspan(i * dimension, dimension), {}, numbers);
    segments_.resize((rows + kRowsOfASegment - 1) / kRowsOfASegment);
    in_parallel(0, segments_.size(), [&](std::size_t i) { segments_[i] = make(i); });
  }
  ~Data() {
    for (const auto& file : files()) std::filesystem::remove(file);
  }

  std::vector<const VectorSegment*> segments() const {
    std::vector<const VectorSegment*> views;
    for (const auto& segment : segments_) views.push_back(segment.get());
    return views;
  }
  std::vector<float> queries(std::size_t count) const {
    std::vector<float> queries(count * dimension_);
    Numbers numbers{1234567};
    for (std::size_t i = 0; i < count; ++i) draw(std::span(queries).subspan(i * dimension_, dimension_), centre(numbers.next()), numbers);
    return queries;
  }

 private:
  std::vector<std::filesystem::path> files() const {
    std::vector<std::filesystem::path> files;
    for (std::size_t i = 0; i < segments_.size(); ++i) files.push_back(folder_ / ("gpu-bench-" + std::to_string(i)));
    return files;
  }
  std::span<const float> centre(std::uint64_t i) const { return std::span(centres_).subspan(i % kClusters * dimension_, dimension_); }

  std::unique_ptr<VectorSegment> make(std::size_t i) {
    const std::size_t begin = i * kRowsOfASegment, end = std::min(rows_, begin + kRowsOfASegment);
    std::vector<ChunkId> ids;
    for (std::size_t row = begin; row < end; ++row) ids.push_back({static_cast<std::int64_t>(row)});
    VectorSegmentWriter writer(files()[i], i + 1, dimension_, ids);
    Numbers numbers{0x9E3779B97F4A7C15ULL * (i + 1)};
    std::vector<float> block(1024 * dimension_);
    for (std::size_t row = begin; row < end; row += 1024) {
      const std::size_t count = std::min<std::size_t>(1024, end - row);
      for (std::size_t j = 0; j < count; ++j) draw(std::span(block).subspan(j * dimension_, dimension_), centre(numbers.next()), numbers);
      writer.append(std::span(block).first(count * dimension_));
    }
    writer.finish();
    return std::make_unique<VectorSegment>(MappedFile(files()[i]), files()[i].string());
  }

  std::size_t rows_, dimension_;
  std::filesystem::path folder_;
  std::vector<float> centres_;
  std::vector<std::unique_ptr<VectorSegment>> segments_;
};

ChunkSet share_of(std::size_t rows, std::size_t one_in) {
  ChunkSet allowed;
  Numbers numbers{42};
  for (std::size_t row = 0; row < rows; ++row)
    if (numbers.next() % one_in == 0) allowed.insert({static_cast<std::int64_t>(row)});
  return allowed;
}

void measure(const char* name, std::size_t queries, int rounds, const std::function<void(int)>& work) {
  std::vector<double> times;
  work(0);  // takes memory
  for (int i = 0; i < rounds; ++i) times.push_back(bench::milliseconds_of([&] { work(i); }));
  std::ranges::sort(times);
  const double median = times[times.size() / 2];
  std::printf("%-44s %9.2f %9.2f %12.0f\n", name, median, times[times.size() * 95 / 100], 1000 * static_cast<double>(queries) / median);
  std::fflush(stdout);
}

int run(std::size_t rows, std::size_t dimension, const std::filesystem::path& folder) {
  if (usable_gpus({}).empty()) {
    std::printf("bench_gpu_search: no GPU: %s\n", why_no_gpu({}).c_str());
    return 77;
  }
  bool fell_back = false;
  on_notice([&](const std::string& line) {
    fell_back = true;
    std::printf("notice: %s\n", line.c_str());
  });
  std::unique_ptr<Data> data;
  std::printf("making %zu x %zu: %.1f s\n", rows, dimension, bench::milliseconds_of([&] { data = std::make_unique<Data>(rows, dimension, folder); }) / 1000);
  const ChunkSet none;
  const auto flat = make_flat_index(data->segments(), &none, dimension);
  const auto index = make_device_index(make_flat_index(data->segments(), &none, dimension), data->segments(), &none, dimension);
  const VectorSearchOptions options{.device = {DeviceChoice::Kind::Cuda, std::nullopt}};
  const std::vector<float> queries = data->queries(kBatch);
  const auto query = [&](int i) { return std::span(queries).subspan(static_cast<std::size_t>(i) % kBatch * dimension, dimension); };
  std::printf("bringing it up, with the self-test: %.1f s\n", bench::milliseconds_of([&] { index->search(query(0), kHits, nullptr, options); }) / 1000);

  std::printf("%-44s %9s %9s %12s\n", "", "median ms", "95 % ms", "queries/s");
  const ChunkSet percent = share_of(rows, 100), half = share_of(rows, 2);
  const std::pair<const char*, const ChunkSet*> filters[] = {{"", nullptr}, {", filter 1 %", &percent}, {", filter 50 %", &half}};
  for (const auto& [words, allowed] : filters) {
    measure(("1 query" + std::string(words)).c_str(), 1, 100, [&](int i) { index->search(query(i), kHits, allowed, options); });
    measure(("1,000 queries" + std::string(words)).c_str(), kBatch, 9, [&](int) { index->search_many(queries, kBatch, kHits, allowed, options); });
  }
  measure("1 query, k 100", 1, 50, [&](int i) { index->search(query(i), 100, nullptr, options); });
  measure("16 queries", 16, 30, [&](int) { index->search_many(std::span(queries).first(16 * dimension), 16, kHits, nullptr, options); });
  std::size_t same = 0, compared = 0;
  for (const auto& [words, allowed] : filters)
    for (int i = 0; i < 3; ++i) {
      const auto found = index->search(query(i), kHits, allowed, options), expected = flat->search(query(i), kHits, allowed);
      for (const Hit& hit : expected) same += std::ranges::any_of(found, [&](const Hit& it) { return it.chunk == hit.chunk && it.score == hit.score; });
      compared += expected.size();
    }
  measure("1 query on the processor", 1, 3, [&](int i) { flat->search(query(i), kHits, nullptr); });
  std::printf("recall at 10 against the processor: %zu of %zu\n", same, compared);
  return same == compared && !fell_back ? 0 : 1;
}

}  // namespace
}  // namespace rag

int main(int argc, char** argv) {
  int code = 2;
  const int failed = rag::bench::run_program("bench_gpu_search", [&] {
    const std::size_t rows = argc > 1 ? std::stoul(argv[1]) : 10'000'000, dimension = argc > 2 ? std::stoul(argv[2]) : 384;
    code = rag::run(rows, dimension, argc > 3 ? argv[3] : "/dev/shm");
  });
  return failed != 0 ? failed : code;
}
