#pragma once

#include <cmath>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "core/progress.h"
#include "index/flat_search.h"
#include "index/ivf_build.h"
#include "index/ivf_search.h"
#include "temporary_index.h"

namespace rag {

class Silence final : public Progress {
 public:
  void update(std::string_view, std::size_t, std::size_t) override {}
};

// Vectors of length 1 in clusters, ids 1, 2, ..., in segments that can be added to.
class ClusteredVectors {
 public:
  static constexpr std::size_t kDimension = 48;  // not a whole block of codes

  explicit ClusteredVectors(std::size_t clusters = 40) {
    for (std::size_t i = 0; i < clusters; ++i) centres_.push_back(unit(normal_row()));
  }

  // Rows one behind the other.
  std::vector<float> draw(std::size_t count) {
    std::vector<float> rows;
    for (std::size_t row = 0; row < count; ++row) {
      const std::vector<float> near = draw_around(centres_[random_() % centres_.size()], 1);
      rows.insert(rows.end(), near.begin(), near.end());
    }
    return rows;
  }
  std::vector<float> draw_around(const std::vector<float>& centre, std::size_t count) {
    std::vector<float> rows;
    for (std::size_t row = 0; row < count; ++row) {
      std::vector<float> point = normal_row();
      for (std::size_t i = 0; i < kDimension; ++i) point[i] = centre[i] + 0.1F * point[i];
      point = unit(std::move(point));
      rows.insert(rows.end(), point.begin(), point.end());
    }
    return rows;
  }

  void add_segment(const std::vector<float>& rows) {
    std::vector<ChunkId> ids;
    for (std::size_t row = 0; row < rows.size() / kDimension; ++row) ids.push_back({next_++});
    const std::uint64_t number = segments_.size() + 1;
    const auto file = folder_.path() / std::to_string(number);
    VectorSegmentWriter writer(file, number, kDimension, ids);
    writer.append(rows);
    writer.finish();
    segments_.push_back(std::make_unique<VectorSegment>(MappedFile(file), file.string()));
  }

  std::vector<const VectorSegment*> segments() const {
    std::vector<const VectorSegment*> views;
    for (const auto& segment : segments_) views.push_back(segment.get());
    return views;
  }

  std::filesystem::path file() const { return folder_.path() / "vectors.ivf"; }
  void build(const ChunkSet& deleted) const {
    Silence silence;
    build_ivf_file(file(), segments(), deleted, kDimension, 1, silence);
  }
  std::unique_ptr<const IvfFile> open() const { return std::make_unique<const IvfFile>(MappedFile(file()), "vectors.ivf"); }

  std::unique_ptr<VectorIndex> ivf(const ChunkSet& deleted) const { return make_ivf_index(segments(), &deleted, kDimension, open()); }
  std::unique_ptr<VectorIndex> flat(const ChunkSet& deleted) const { return make_flat_index(segments(), &deleted, kDimension); }

 private:
  std::vector<float> normal_row() {
    std::vector<float> row(kDimension);
    for (float& value : row) value = normal_(random_);
    return row;
  }
  static std::vector<float> unit(std::vector<float> row) {
    double squares = 0;
    for (const float value : row) squares += double{value} * value;
    for (float& value : row) value = static_cast<float>(value / std::sqrt(squares));
    return row;
  }

  TemporaryFolder folder_;
  std::mt19937 random_{11};
  std::normal_distribution<float> normal_;
  std::vector<std::vector<float>> centres_;
  std::int64_t next_ = 1;
  std::vector<std::unique_ptr<VectorSegment>> segments_;
};

inline std::span<const float> row_of(const std::vector<float>& rows, std::size_t row) {
  return std::span(rows).subspan(row * ClusteredVectors::kDimension, ClusteredVectors::kDimension);
}

inline VectorSearchOptions through_lists(std::size_t probes = 0) { return {.method = VectorMethod::Ivf, .probes = probes}; }

}  // namespace rag
