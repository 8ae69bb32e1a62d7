#include <algorithm>
#include <cmath>
#include <filesystem>
#include <random>

#include "core/error.h"
#include "core/scratch_folder.h"
#include "index/device_search.h"
#include "index/flat_search.h"

namespace rag {
namespace {

constexpr std::size_t kDimension = 100;  // not a multiple of what a GPU takes at once
constexpr std::size_t kRows = 10000;     // more than one pass over them
constexpr std::size_t kQueries = 16;
constexpr std::size_t kHits = 10;

std::vector<float> unit_rows(std::size_t count, std::mt19937& random) {
  std::normal_distribution<float> normal;
  std::vector<float> rows(count * kDimension);
  for (std::size_t row = 0; row < count; ++row) {
    const auto values = std::span(rows).subspan(row * kDimension, kDimension);
    double square = 0;
    for (float& value : values) {
      value = normal(random);
      square += double{value} * value;
    }
    for (float& value : values) value = static_cast<float>(value / std::sqrt(square));
  }
  return rows;
}

}  // namespace

std::string device_self_test(const DeviceChoice& choice, const OpenDeviceRows& open) {
  try {
    std::mt19937 random(1);
    const ScratchFolder folder("rag-gpu");
    const std::filesystem::path file = folder.path() / "1.vec";
    std::vector<ChunkId> ids;
    ChunkSet deleted, allowed;
    for (std::size_t row = 0; row < kRows; ++row) {
      ids.push_back({static_cast<std::int64_t>(row)});
      if (row % 7 == 3) deleted.insert(ids.back());
      if (row % 3 == 0) allowed.insert(ids.back());
    }
    VectorSegmentWriter writer(file, 1, kDimension, ids);
    writer.append(unit_rows(kRows, random));
    writer.finish();
    const VectorSegment segment(MappedFile(file), "the self-test's vectors");
    const std::vector<float> queries = unit_rows(kQueries, random);
    const auto processor = make_flat_index({&segment}, &deleted, kDimension);
    const auto device = make_device_index(make_flat_index({&segment}, &deleted, kDimension), {&segment}, &deleted, kDimension, open);
    const VectorSearchOptions options{.device = {DeviceChoice::Kind::Cuda, choice.number}};
    for (const ChunkSet* filter : {static_cast<const ChunkSet*>(nullptr), static_cast<const ChunkSet*>(&allowed)}) {
      const auto together = device->search_many(queries, kQueries, kHits, filter, options);
      for (std::size_t i = 0; i < kQueries; ++i) {
        const auto query = std::span(queries).subspan(i * kDimension, kDimension);
        const auto expected = processor->search(query, kHits, filter);
        if (!same_hits(together[i], expected) || !same_hits(device->search(query, kHits, filter, options), expected)) return "found something else than the processor";
      }
    }
    return device->failure();  // whatever it said at first, it ended on the processor
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace rag
