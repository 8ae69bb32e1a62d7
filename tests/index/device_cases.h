#pragma once

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "index/device_search.h"
#include "index/flat_search.h"
#include "temporary_index.h"

namespace rag {

// The processor's search, which counts how often it was asked.
class CountingIndex final : public VectorIndex {
 public:
  CountingIndex(std::unique_ptr<VectorIndex> index, std::size_t& asked) : index_(std::move(index)), asked_(asked) {}
  std::vector<Hit> search(std::span<const float> query, std::size_t k, const ChunkSet* allowed, const VectorSearchOptions& options) const override {
    ++asked_;
    return index_->search(query, k, allowed, options);
  }
  std::vector<double> score(std::span<const float> query, std::span<const ChunkId> chunks) const override { return index_->score(query, chunks); }

 private:
  std::unique_ptr<VectorIndex> index_;
  std::size_t& asked_;
};

// Segments of unit vectors, ids 1, 2, ..., some of them deleted, that a search on a device and one on the processor are compared over.
class DeviceCase {
 public:
  DeviceCase(std::size_t dimension, unsigned seed) : dimension_(dimension), random_(seed) {}

  std::vector<float> draw() {
    std::vector<float> row(dimension_);
    double square = 0;
    for (float& value : row) {
      value = normal_(random_);
      square += double{value} * value;
    }
    for (float& value : row) value = static_cast<float>(value / std::sqrt(square));
    return row;
  }
  std::size_t below(std::size_t count) { return random_() % count; }

  void add_segment(std::size_t rows) {
    std::vector<float> values;
    for (std::size_t row = 0; row < rows; ++row) {
      const std::vector<float> vector = draw();
      values.insert(values.end(), vector.begin(), vector.end());
    }
    add_segment_of(values);
  }
  void add_segment_of(const std::vector<float>& values) {
    std::vector<ChunkId> ids;
    for (std::size_t row = 0; row < values.size() / dimension_; ++row) ids.push_back({next_++});
    const std::uint64_t number = ++number_;
    const auto file = folder_.path() / std::to_string(number);
    VectorSegmentWriter writer(file, number, dimension_, ids);
    writer.append(values);
    writer.finish();
    segments_.push_back(std::make_unique<VectorSegment>(MappedFile(file), file.string()));
  }
  void remove(std::int64_t id) { deleted_.insert({id}); }
  // A chunk is deleted, another one added; now and then a segment goes altogether.
  void update() {
    if (next_ > 1) remove(1 + static_cast<std::int64_t>(below(static_cast<std::size_t>(next_) - 1)));
    add_segment(1 + below(3));
    if (segments_.size() > 4 && below(8) == 0) segments_.erase(segments_.begin() + static_cast<std::ptrdiff_t>(below(segments_.size())));
  }

  ChunkSet some_of(double share) {
    ChunkSet allowed;
    for (std::int64_t id = 1; id < next_; ++id)
      if (std::uniform_real_distribution<>()(random_) < share) allowed.insert({id});
    return allowed;
  }

  std::vector<const VectorSegment*> segments() const {
    std::vector<const VectorSegment*> views;
    for (const auto& segment : segments_) views.push_back(segment.get());
    return views;
  }
  const ChunkSet& deleted() const { return deleted_; }
  std::size_t dimension() const { return dimension_; }
  std::int64_t next() const { return next_; }

  std::unique_ptr<VectorIndex> flat() const { return make_flat_index(segments(), &deleted_, dimension_); }
  std::unique_ptr<VectorIndex> on(OpenDeviceRows open, const DeviceAuto& auto_from = {}) const {
    return make_device_index(std::make_unique<CountingIndex>(flat(), on_processor_), segments(), &deleted_, dimension_, std::move(open), auto_from);
  }
  std::size_t answered_by_processor() const { return on_processor_; }

 private:
  std::size_t dimension_;
  std::mt19937 random_;
  std::normal_distribution<float> normal_;
  TemporaryFolder folder_;
  std::vector<std::unique_ptr<VectorSegment>> segments_;
  ChunkSet deleted_;
  std::int64_t next_ = 1;
  std::uint64_t number_ = 0;
  mutable std::size_t on_processor_ = 0;
};

inline VectorSearchOptions on_device() { return {.device = {DeviceChoice::Kind::Cuda, std::nullopt}}; }

// Where the two searches differ: nothing, or a line.  Scores may differ by 1e-3 at most, ids only between equal scores; as things are, both are the same.
inline std::string difference(const std::vector<Hit>& found, const std::vector<Hit>& expected) {
  if (found.size() != expected.size()) return std::to_string(found.size()) + " hits, expected " + std::to_string(expected.size());
  for (std::size_t i = 0; i < found.size(); ++i)
    if (found[i].chunk != expected[i].chunk || found[i].score != expected[i].score)
      return "rank " + std::to_string(i + 1) + ": chunk " + std::to_string(found[i].chunk.value) + " with " + std::to_string(found[i].score) + ", expected " +
             std::to_string(expected[i].chunk.value) + " with " + std::to_string(expected[i].score);
  return "";
}

inline std::string differences(const VectorIndex& device, const VectorIndex& flat, const std::vector<float>& queries, std::size_t count, std::size_t k, const ChunkSet* allowed) {
  const auto found = device.search_many(queries, count, k, allowed, on_device());
  for (std::size_t i = 0; i < count; ++i) {
    const auto query = std::span(queries).subspan(i * (queries.size() / count), queries.size() / count);
    if (const std::string wrong = difference(found[i], flat.search(query, k, allowed)); !wrong.empty()) return "query " + std::to_string(i) + ": " + wrong;
  }
  return "";
}

struct CaseSize {
  std::size_t rows = 0;
  std::size_t queries = 1;
  std::size_t dimension = 384;
  std::size_t k = 10;
  double deleted = 0;    // share
  double allowed = 1;    // share; 1: no filter
  std::size_t copies = 0;  // rows that are the first query, one behind the other
  std::size_t updates = 0;

  std::string text() const {
    return std::to_string(rows) + " rows of " + std::to_string(dimension) + ", " + std::to_string(queries) + " queries, k " + std::to_string(k) + ", " +
           std::to_string(deleted) + " deleted, " + std::to_string(allowed) + " allowed, " + std::to_string(copies) + " copies, " + std::to_string(updates) + " updates";
  }
};

// Empty where the device finds what the processor finds, by itself.
inline std::string run_case(const CaseSize& size, unsigned seed, const OpenDeviceRows& open) {
  DeviceCase data(size.dimension, seed);
  std::vector<float> queries;
  for (std::size_t i = 0; i < size.queries; ++i) {
    const std::vector<float> query = data.draw();
    queries.insert(queries.end(), query.begin(), query.end());
  }
  if (size.rows > 0) data.add_segment(size.rows - size.rows / 3);
  if (size.rows / 3 > 0) data.add_segment(size.rows / 3);
  if (size.copies > 0) {
    std::vector<float> values;
    for (std::size_t i = 0; i < size.copies; ++i) values.insert(values.end(), queries.begin(), queries.begin() + static_cast<std::ptrdiff_t>(size.dimension));
    data.add_segment_of(values);
  }
  data.some_of(size.deleted).for_each([&](ChunkId id) { data.remove(id.value); });
  for (std::size_t i = 0; i < size.updates; ++i) {
    data.update();
    if (i % 50 == 7) data.on(open)->search(std::span(queries).first(size.dimension), 1, nullptr, on_device());  // what is there then is kept, and added to
  }
  const ChunkSet allowed = data.some_of(size.allowed);
  const std::string wrong = differences(*data.on(open), *data.flat(), queries, size.queries, size.k, size.allowed < 1 ? &allowed : nullptr);
  // Where there is nothing to look at, and among more equal rows than can be told apart, the device need not answer.
  const bool by_device = size.rows > 0 && size.k > 0 && size.copies < 300;
  if (wrong.empty() && by_device && data.answered_by_processor() > 0) return std::to_string(data.answered_by_processor()) + " answers by the processor";
  return wrong;
}

}  // namespace rag
