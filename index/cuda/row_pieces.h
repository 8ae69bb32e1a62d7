#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "core/error.h"
#include "core/gpu.h"
#include "core/parallel.h"
#include "index/cuda/device_memory.h"
#include "index/cuda/row_kernels.h"
#include "index/vector_segment.h"

// Rows in the memory of GPUs.
namespace rag::cuda {

inline constexpr std::size_t kPieceRows = 262144;     // of a segment that stay together, 200 MB at 384 dimensions
inline constexpr std::size_t kRowsOfACopy = 2048;
inline constexpr std::size_t kThreadsThatFill = 8;    // checksums and page faults are what takes time
inline constexpr std::size_t kRoomForSearches = std::size_t{1} << 30;  // of a GPU's memory that stays free, a tenth at most

inline std::uint32_t stride_of(std::size_t dimension) { return static_cast<std::uint32_t>((dimension + 7) / 8 * 8); }

// Where rows come from.  Segments never change, so that the same origin means the same rows.
struct Origin {
  std::uint64_t number = 0, checksum = 0;
  std::size_t begin = 0, count = 0;
  auto operator<=>(const Origin&) const = default;
};

struct RowPiece {
  Origin origin;
  int device = 0;
  DeviceArray<Fp16> rows;  // stride_of(dimension) apart
  DeviceArray<std::int64_t> ids;
  float largest_square = 0, largest_error_square = 0;  // of a row's length, of what rounding changed
};

inline std::size_t bytes_of_piece(const Origin& origin, std::size_t dimension) {
  return origin.count * (stride_of(dimension) * sizeof(Fp16) + sizeof(std::int64_t));
}

// Checks the rows' checksums, brings them up and rounds them there.
inline void fill_piece(RowPiece& piece, const VectorSegment& segment) {
  use_device(piece.device);
  const std::size_t dimension = segment.dimension();
  const std::uint32_t stride = stride_of(dimension);
  const auto [number, checksum, begin, count] = piece.origin;
  piece.rows = DeviceArray<Fp16>(count * stride);
  piece.ids = DeviceArray<std::int64_t>(count);
  struct Slot {
    OwnStream stream;
    HostArray<float> host;
    DeviceArray<float> device;
  } slots[2];  // one is copied and rounded while the other is read
  const OwnStream stream;
  const DeviceArray<std::uint32_t> largest(2);
  clear_bytes(largest.data(), 2 * sizeof(std::uint32_t), stream.get());
  static_assert(sizeof(ChunkId) == sizeof(std::int64_t));
  copy(piece.ids.data(), reinterpret_cast<const std::int64_t*>(segment.ids().data() + begin), count, stream.get());
  wait_for(stream.get());
  const std::size_t at_once = std::min(count, kRowsOfACopy);
  for (Slot& slot : slots) {
    slot.host = HostArray<float>(at_once * dimension);
    slot.device = DeviceArray<float>(at_once * dimension);
  }
  for (std::size_t first = 0, turn = 0; first < count; first += at_once, ++turn) {
    Slot& slot = slots[turn % 2];
    wait_for(slot.stream.get());
    const std::size_t rows = std::min(at_once, count - first);
    const std::span<const float> values = segment.vectors(begin + first, begin + first + rows);
    std::copy(values.begin(), values.end(), slot.host.data());
    copy(slot.device.data(), slot.host.data(), values.size(), slot.stream.get());
    launch(round_rows, dim3(static_cast<unsigned>((rows + 7) / 8)), dim3(256), 0, slot.stream.get(), slot.device.data(), piece.rows.data() + first * stride,
           static_cast<std::uint32_t>(rows), static_cast<std::uint32_t>(dimension), stride, largest.data());
  }
  for (Slot& slot : slots) wait_for(slot.stream.get());
  float squares[2];
  copy_bytes(squares, largest.data(), sizeof squares, stream.get());
  wait_for(stream.get());
  piece.largest_square = squares[0];
  piece.largest_error_square = squares[1];
}

// What the GPUs hold of an index, and what there was no room for, both in the order of the segments.
struct HeldPieces {
  std::vector<std::shared_ptr<const RowPiece>> pieces;
  std::vector<Origin> left_out;
};

// The pieces of the index that was opened last, so that the next generation of it brings up only what is new.  Its memory is taken until another
// index comes, or the process ends.
class PieceCache {
 public:
  // The rows of all segments, each piece on one of the devices, as evenly as their free memory allows.
  // Throws Error(Backend) where more than `most_left_out` rows, or all of them, do not fit; nothing is kept then.
  HeldPieces pieces_of(std::span<const VectorSegment* const> segments, std::size_t dimension, std::span<const GpuDevice> devices, std::size_t most_left_out = SIZE_MAX) {
    const std::lock_guard lock(guard_);
    if (dimension != dimension_) kept_.clear();
    dimension_ = dimension;
    std::vector<Wanted> wanted = list(segments);
    forget_all_but(wanted, devices);
    distribute(wanted, devices, most_left_out);
    try {
      in_parallel(kThreadsThatFill, wanted.size(), [&](std::size_t i) {
        if (wanted[i].fresh) fill_piece(*wanted[i].fresh, *wanted[i].segment);
      });
    } catch (...) {
      kept_.clear();
      throw;
    }
    HeldPieces held;
    kept_.clear();
    for (Wanted& want : wanted) {
      if (!want.fresh && !want.kept) {
        held.left_out.push_back(want.origin);
        continue;
      }
      held.pieces.push_back(want.fresh ? std::shared_ptr<const RowPiece>(std::move(want.fresh)) : want.kept);
      kept_.emplace(want.origin, held.pieces.back());
    }
    return held;
  }

  void clear() {
    const std::lock_guard lock(guard_);
    kept_.clear();
  }

 private:
  struct Wanted {
    Origin origin;
    const VectorSegment* segment;
    std::shared_ptr<const RowPiece> kept;  // one of the two, or neither where there is no room
    std::unique_ptr<RowPiece> fresh;
  };

  static std::vector<Wanted> list(std::span<const VectorSegment* const> segments) {
    std::vector<Wanted> wanted;
    for (const VectorSegment* segment : segments)
      for (std::size_t begin = 0; begin < segment->rows(); begin += kPieceRows)
        wanted.push_back({{segment->number(), segment->checksum(), begin, std::min(kPieceRows, segment->rows() - begin)}, segment, nullptr, nullptr});
    return wanted;
  }

  void forget_all_but(std::vector<Wanted>& wanted, std::span<const GpuDevice> devices) {
    for (Wanted& want : wanted) {
      const auto found = kept_.find(want.origin);
      if (found == kept_.end()) continue;
      if (std::ranges::any_of(devices, [&](const GpuDevice& device) { return device.number == found->second->device; })) want.kept = found->second;
    }
    kept_.clear();  // what nobody else holds is free now
  }

  void distribute(std::vector<Wanted>& wanted, std::span<const GpuDevice> devices, std::size_t most_left_out) const {
    struct Room {
      int number;
      std::size_t free, taken;
    };
    std::vector<Room> rooms;
    std::size_t needed = 0, free = 0;
    for (const GpuDevice& device : devices) {
      use_device(device.number);
      const std::size_t bytes = free_device_bytes();
      rooms.push_back({device.number, bytes - std::min(kRoomForSearches, bytes / 10), 0});
      free += rooms.back().free;
      for (const Wanted& want : wanted)
        if (want.kept && want.kept->device == device.number) rooms.back().taken += bytes_of_piece(want.origin, dimension_);
    }
    for (Wanted& want : wanted) {
      if (want.kept) continue;
      const std::size_t bytes = bytes_of_piece(want.origin, dimension_);
      needed += bytes;
      Room* best = nullptr;  // the one with least in it, of those that have room
      for (Room& room : rooms)
        if (room.free >= bytes && (!best || room.taken < best->taken)) best = &room;
      if (!best) continue;
      best->free -= bytes;
      best->taken += bytes;
      want.fresh = std::make_unique<RowPiece>();
      want.fresh->origin = want.origin;
      want.fresh->device = best->number;
    }
    std::size_t rows = 0, left_out = 0;
    for (const Wanted& want : wanted) {
      rows += want.origin.count;
      if (!want.kept && !want.fresh) left_out += want.origin.count;
    }
    if (left_out > 0 && (left_out > most_left_out || left_out == rows))
      throw Error(ErrorKind::Backend, "GPU: the index needs " + std::to_string((needed >> 20) + 1) + " MiB, " + std::to_string(free >> 20) + " MiB are free");
  }

  std::mutex guard_;
  std::size_t dimension_ = 0;
  std::map<Origin, std::shared_ptr<const RowPiece>> kept_;
};

inline PieceCache& piece_cache() {
  static PieceCache* const cache = new PieceCache;  // never destroyed: CUDA may be gone before us when the process ends
  return *cache;
}

}  // namespace rag::cuda
