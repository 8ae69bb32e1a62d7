#pragma once

#include <algorithm>
#include <limits>
#include <memory>
#include <mutex>
#include <vector>

#include "core/error.h"
#include "index/cuda/row_pieces.h"
#include "index/cuda/scan_few.h"
#include "index/cuda/scan_many.h"
#include "index/cuda/select_best.h"
#include "index/device_rows.h"

// The search on one GPU.
namespace rag::cuda {

inline constexpr std::size_t kFewQueries = 4;         // at most so many in fp32, row by row; more in fp16, tile by tile
inline constexpr std::size_t kQueriesAtOnce = 1024;   // or fewer, where their finds would take more than
inline constexpr std::size_t kFindsAtOnce = (std::size_t{256} << 20) / sizeof(Found);
inline constexpr unsigned kFewPairs = 2, kManyPairs = 4;  // scan_many's, up to 128 queries and beyond
inline constexpr std::size_t kLeastCapacity = 4096;   // of finds a query: 32 tiles
inline constexpr std::uint32_t kLargestRatio = 32;
inline constexpr std::uint32_t kTilesOfABlock = 8;
inline constexpr int kMostRepeats = 256;  // of a pass; each raises a floor past thousands of rows

inline std::uint32_t capacity_for(std::size_t wanted) {
  return static_cast<std::uint32_t>((std::max(kLeastCapacity, 8 * wanted) + kTileRows - 1) / kTileRows * kTileRows);
}

// The first pass sees as many rows as there is room for, evenly spread; each later one so many that the floors the ones before have found leave room for
// what is expected above them, three times over.
inline std::vector<Pass> passes_over(std::uint32_t tiles, std::uint32_t capacity, std::uint32_t wanted) {
  const auto multiples = [&](std::uint32_t stride) { return (tiles + stride - 1) / stride; };
  const std::uint32_t ratio = std::min(kLargestRatio, 2 + (capacity - wanted) / (3 * wanted));
  std::uint32_t stride = 1;
  while (multiples(stride) > capacity / kTileRows) stride *= ratio;
  std::vector<Pass> passes = {{stride, 0, multiples(stride)}};
  for (; stride > 1; stride /= ratio) passes.push_back({stride / ratio, ratio, multiples(stride / ratio) - multiples(stride)});
  std::erase_if(passes, [](const Pass& pass) { return pass.tiles == 0; });
  return passes;
}

// What one search needs on the GPU; kept for the next one.
struct Workspace {
  OwnStream stream;
  DeviceArray<float> queries;
  DeviceArray<Fp16> rounded_queries;
  DeviceArray<std::uint64_t> allowed;
  DeviceArray<std::uint32_t> bits, counts, kept, passed, again;
  DeviceArray<float> floors;
  DeviceArray<Found> found;
  HostArray<std::uint32_t> host_again, host_counts;
  HostArray<float> host_floors;
  HostArray<Found> host_found;
};

class Shard {
 public:
  struct Part {  // a piece, and which of the segments it is of
    std::shared_ptr<const RowPiece> piece;
    std::uint32_t segment;
  };

  Shard(int device, std::vector<Part> parts, const ChunkSet& deleted, std::uint32_t stride)
      : device_(device), stride_(stride), parts_(std::move(parts)) {
    use_device(device_);
    processors_ = processors_of(device_);
    std::vector<Tile> tiles;
    for (const Part& part : parts_)
      for (std::size_t row = 0; row < part.piece->origin.count; row += kTileRows) {
        tiles.push_back({part.piece->rows.data() + row * stride, part.piece->ids.data() + row,
                         static_cast<std::uint32_t>(std::min<std::size_t>(kTileRows, part.piece->origin.count - row)), 0});
        origins_.push_back({part.segment, static_cast<std::uint32_t>(part.piece->origin.begin + row)});
      }
    tiles_ = DeviceArray<Tile>(tiles.size());
    deleted_ = DeviceArray<std::uint64_t>(deleted.words().size());
    living_ = DeviceArray<std::uint32_t>(tiles.size() * kTileWords);
    const OwnStream stream;
    copy(tiles_.data(), tiles.data(), tiles.size(), stream.get());
    copy(deleted_.data(), deleted.words().data(), deleted.words().size(), stream.get());
    mark({nullptr, 0}, false, living_.data(), stream.get());
    wait_for(stream.get());
  }

  // Adds what is found here to the answers, one for each query.
  void best(const DeviceQuestions& questions, std::size_t dimension, std::vector<DeviceAnswer>& answers) const {
    use_device(device_);
    std::unique_ptr<Workspace> space = take_workspace();
    const std::uint32_t* bits = living_.data();
    if (questions.allowed) {
      const std::span<const std::uint64_t> words = questions.allowed->words();
      copy(space->allowed.with_room_for(words.size()), words.data(), words.size(), space->stream.get());
      mark({space->allowed.data(), words.size()}, true, space->bits.with_room_for(living_.size()), space->stream.get());
      bits = space->bits.data();
    }
    const std::size_t at_once = std::clamp<std::size_t>(kFindsAtOnce / capacity_for(questions.wanted), 1, kQueriesAtOnce);
    for (std::size_t first = 0; first < answers.size(); first += at_once) ask(questions, dimension, bits, first, std::min(at_once, answers.size() - first), *space, answers);
    give_back(std::move(space));  // not where something failed: it may still be written to
  }

 private:
  struct TileOrigin {
    std::uint32_t segment, row;
  };

  void mark(const ChunkBits& allowed, bool filtered, std::uint32_t* bits, Stream stream) const {
    launch(mark_rows, dim3(static_cast<unsigned>(tiles_.size())), dim3(kTileRows), 0, stream, tiles_.data(), ChunkBits{deleted_.data(), deleted_.size()}, allowed, filtered, bits);
  }

  void ask(const DeviceQuestions& questions, std::size_t dimension, const std::uint32_t* bits, std::size_t first, std::size_t count, Workspace& space,
           std::vector<DeviceAnswer>& answers) const {
    const Stream stream = space.stream.get();
    const auto wanted = static_cast<std::uint32_t>(questions.wanted);
    const Finds finds = begin(questions, first, count, space);
    const bool few = count <= kFewQueries;
    few ? bring_floats(questions, dimension, first, count, space) : bring_rounded(questions, dimension, first, count, space);
    std::uint32_t number = 0;
    for (const Pass& pass : passes_over(static_cast<std::uint32_t>(tiles_.size()), finds.capacity, wanted)) {
      ++number;
      for (int repeats = 0;; ++repeats) {
        if (repeats > kMostRepeats) throw Error(ErrorKind::Backend, "GPU: a search does not end");
        clear_bytes(finds.again, sizeof(std::uint32_t), stream);
        scan(pass, number, bits, finds, space);
        launch(select_best, dim3(static_cast<unsigned>(count)), dim3(kSelectThreads), 0, stream, finds, wanted, number);
        copy(space.host_again.with_room_for(1), finds.again, 1, stream);
        wait_for(stream);
        if (*space.host_again.data() == 0) break;
      }
    }
    read(questions, finds, first, space, answers);
  }

  Finds begin(const DeviceQuestions& questions, std::size_t first, std::size_t count, Workspace& space) const {
    const std::uint32_t capacity = capacity_for(questions.wanted);
    float* floors = space.host_floors.with_room_for(count);
    for (std::size_t i = 0; i < count; ++i)
      floors[i] = questions.floors.empty() ? -std::numeric_limits<float>::infinity() : questions.floors[first + i];
    const Finds finds{space.found.with_room_for(count * capacity), space.counts.with_room_for(count), space.kept.with_room_for(count),
                      space.floors.with_room_for(count),           space.passed.with_room_for(count), space.again.with_room_for(1),
                      capacity,                                    static_cast<std::uint32_t>(count)};
    copy(finds.floors, floors, count, space.stream.get());
    for (std::uint32_t* zeros : {finds.counts, finds.kept, finds.passed}) clear_bytes(zeros, count * sizeof(std::uint32_t), space.stream.get());
    return finds;
  }

  void bring_floats(const DeviceQuestions& questions, std::size_t dimension, std::size_t first, std::size_t count, Workspace& space) const {
    std::vector<float> values(kFewQueries * stride_);
    for (std::size_t i = 0; i < count; ++i) std::ranges::copy(questions.queries.subspan((first + i) * dimension, dimension), values.begin() + static_cast<std::ptrdiff_t>(i * stride_));
    copy(space.queries.with_room_for(values.size()), values.data(), values.size(), space.stream.get());
    wait_for(space.stream.get());
  }

  void bring_rounded(const DeviceQuestions& questions, std::size_t dimension, std::size_t first, std::size_t count, Workspace& space) const {
    const std::size_t tile = tile_queries(pairs_for(count));
    std::vector<Fp16> values((count + tile - 1) / tile * tile * stride_, Fp16{0});
    constexpr std::size_t kQueriesOfAThread = 64;
    in_parallel(0, (count + kQueriesOfAThread - 1) / kQueriesOfAThread, [&](std::size_t piece) {
      for (std::size_t i = piece * kQueriesOfAThread; i < std::min(count, (piece + 1) * kQueriesOfAThread); ++i)
        std::ranges::transform(questions.queries.subspan((first + i) * dimension, dimension), values.begin() + static_cast<std::ptrdiff_t>(i * stride_), to_fp16);
    });
    copy(space.rounded_queries.with_room_for(values.size()), values.data(), values.size(), space.stream.get());
    wait_for(space.stream.get());
  }

  void scan(const Pass& pass, std::uint32_t number, const std::uint32_t* bits, const Finds& finds, Workspace& space) const {
    const Stream stream = space.stream.get();
    if (finds.queries > kFewQueries) {
      pairs_for(finds.queries) == kFewPairs ? scan_by_tiles<kFewPairs>(pass, number, bits, finds, space) : scan_by_tiles<kManyPairs>(pass, number, bits, finds, space);
      return;
    }
    const dim3 grid(std::min(pass.tiles, 4 * processors_));
    if (finds.queries == 1) launch(scan_few<1>, grid, dim3(kFewThreads), stride_ * sizeof(float), stream, tiles_.data(), pass, number, bits, space.queries.data(), stride_, finds);
    else launch(scan_few<kFewQueries>, grid, dim3(kFewThreads), kFewQueries * stride_ * sizeof(float), stream, tiles_.data(), pass, number, bits, space.queries.data(), stride_, finds);
  }

  static unsigned pairs_for(std::size_t queries) { return queries <= tile_queries(kFewPairs) ? kFewPairs : kManyPairs; }

  template <unsigned kPairs>
  void scan_by_tiles(const Pass& pass, std::uint32_t number, const std::uint32_t* bits, const Finds& finds, Workspace& space) const {
    const std::uint32_t query_tiles = (finds.queries + tile_queries(kPairs) - 1) / tile_queries(kPairs);
    // Enough blocks that the last ones to end are a small part of all.
    const std::uint32_t tiles = std::clamp(pass.tiles * query_tiles / (8 * processors_), 1U, kTilesOfABlock);
    launch(scan_many<kPairs>, dim3(query_tiles * ((pass.tiles + tiles - 1) / tiles)), dim3(kManyThreads), many_shared_bytes(kPairs), space.stream.get(), tiles_.data(), pass, number,
           bits, space.rounded_queries.data(), stride_, tiles, finds);
  }

  void read(const DeviceQuestions& questions, const Finds& finds, std::size_t first, Workspace& space, std::vector<DeviceAnswer>& answers) const {
    const Stream stream = space.stream.get();
    const std::size_t count = finds.queries, wanted = questions.wanted;
    copy(space.host_counts.with_room_for(count), finds.counts, count, stream);
    copy(space.host_floors.with_room_for(count), finds.floors, count, stream);
    copy_lines(space.host_found.with_room_for(count * wanted), wanted * sizeof(Found), finds.found, finds.capacity * sizeof(Found), wanted * sizeof(Found), count, stream);
    wait_for(stream);
    for (std::size_t i = 0; i < count; ++i) {
      DeviceAnswer& answer = answers[first + i];
      answer.floor = std::max(answer.floor, space.host_floors.data()[i]);
      for (std::size_t j = 0; j < std::min<std::size_t>(wanted, space.host_counts.data()[i]); ++j) {
        const Found& found = space.host_found.data()[i * wanted + j];
        if (found.row / kTileRows >= origins_.size()) throw Error(ErrorKind::Backend, "GPU: found a row that is not there");
        const TileOrigin& origin = origins_[found.row / kTileRows];
        answer.candidates.push_back({origin.segment, origin.row + found.row % kTileRows, found.score});
      }
    }
  }

  std::unique_ptr<Workspace> take_workspace() const {
    const std::lock_guard lock(guard_);
    if (spaces_.empty()) return std::make_unique<Workspace>();
    auto space = std::move(spaces_.back());
    spaces_.pop_back();
    return space;
  }
  void give_back(std::unique_ptr<Workspace> space) const {
    const std::lock_guard lock(guard_);
    spaces_.push_back(std::move(space));
  }

  int device_;
  std::uint32_t stride_;
  std::uint32_t processors_ = 1;
  std::vector<Part> parts_;
  DeviceArray<Tile> tiles_;
  DeviceArray<std::uint64_t> deleted_;
  DeviceArray<std::uint32_t> living_;  // the bits without a filter
  std::vector<TileOrigin> origins_;
  mutable std::mutex guard_;
  mutable std::vector<std::unique_ptr<Workspace>> spaces_;
};

}  // namespace rag::cuda
