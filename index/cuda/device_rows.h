#pragma once

#include <cmath>

#include "index/cuda/shard.h"

namespace rag::cuda {

// Squares were added up in fp32, in any order.
inline float root_with_margin(float square) { return std::sqrt(square) * 1.001F; }

class GpuRows final : public DeviceRows {
 public:
  GpuRows(std::span<const VectorSegment* const> segments, const ChunkSet& deleted, std::size_t dimension, std::span<const GpuDevice> devices,
          std::size_t most_left_out = SIZE_MAX)
      : dimension_(dimension) {
    std::map<int, std::vector<Shard::Part>> parts;
    HeldPieces held = piece_cache().pieces_of(segments, dimension, devices, most_left_out);
    for (const Origin& origin : held.left_out) gaps_.push_back({number_of(segments, origin), origin.begin, origin.begin + origin.count});
    for (auto& piece : held.pieces) {
      rounding_.largest_norm = std::max(rounding_.largest_norm, root_with_margin(piece->largest_square));
      const float error = root_with_margin(piece->largest_error_square);
      if (!std::isfinite(error)) throw Error(ErrorKind::Backend, "GPU: vectors with numbers beyond 65,504, the largest of fp16");
      rounding_.largest_error = std::max(rounding_.largest_error, error);
      const std::uint32_t segment = number_of(segments, piece->origin);
      const int device = piece->device;
      parts[device].push_back({std::move(piece), segment});
    }
    for (auto& [device, of_device] : parts) shards_.push_back(std::make_unique<Shard>(device, std::move(of_device), deleted, stride_of(dimension)));
  }

  std::vector<DeviceGap> gaps() const override { return gaps_; }
  DeviceRounding rounding() const override { return rounding_; }
  bool rounds_queries(std::size_t queries) const override { return queries > kFewQueries; }

  std::vector<DeviceAnswer> best(const DeviceQuestions& questions) const override {
    const DeviceAnswer nothing{.candidates = {}, .floor = -std::numeric_limits<float>::infinity()};
    std::vector<std::vector<DeviceAnswer>> of_shards(shards_.size());
    in_parallel(shards_.size(), shards_.size(), [&](std::size_t i) {
      of_shards[i].assign(questions.queries.size() / dimension_, nothing);
      shards_[i]->best(questions, dimension_, of_shards[i]);
    });
    if (of_shards.empty()) return std::vector<DeviceAnswer>(questions.queries.size() / dimension_, nothing);
    std::vector<DeviceAnswer> answers = std::move(of_shards.front());
    for (std::size_t shard = 1; shard < of_shards.size(); ++shard)
      for (std::size_t i = 0; i < answers.size(); ++i) {
        const DeviceAnswer& more = of_shards[shard][i];
        answers[i].floor = std::max(answers[i].floor, more.floor);
        answers[i].candidates.insert(answers[i].candidates.end(), more.candidates.begin(), more.candidates.end());
      }
    return answers;
  }

 private:
  static std::uint32_t number_of(std::span<const VectorSegment* const> segments, const Origin& origin) {
    const auto found = std::ranges::find_if(segments, [&](const VectorSegment* it) { return it->number() == origin.number && it->checksum() == origin.checksum; });
    return static_cast<std::uint32_t>(found - segments.begin());
  }

  std::size_t dimension_;
  std::vector<DeviceGap> gaps_;
  DeviceRounding rounding_;
  std::vector<std::unique_ptr<Shard>> shards_;
};

}  // namespace rag::cuda
