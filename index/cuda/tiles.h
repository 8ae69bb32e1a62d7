#pragma once

#include "core/cuda/device.h"

// As RAG_UNROLL of device.h, so many rounds at a time.
#if defined(__CUDACC__)
#define RAG_PRAGMA(text) _Pragma(#text)
#define RAG_UNROLL_BY(times) RAG_PRAGMA(unroll times)
#else
#define RAG_UNROLL_BY(times)
#endif

namespace rag::cuda {

// Rows are looked at in tiles of so many.  Rows of a tile are those of one segment, one behind the other; the last tile of a piece may have fewer.
inline constexpr unsigned kTileRows = 128;
inline constexpr unsigned kTileWords = kTileRows / 32;  // of the bitmap

struct Tile {
  const Fp16* rows;
  const std::int64_t* ids;
  std::uint32_t count;
  std::uint32_t reserved;
};

// Which tiles one pass over the rows looks at.  The first pass takes every stride-th tile, so that it sees something of all parts of the index; a
// later one every stride-th that no pass before it took, which were the multiples of stride * ratio.
struct Pass {
  std::uint32_t stride = 1;
  std::uint32_t ratio = 0;  // 0: the first pass; else at least 2
  std::uint32_t tiles = 0;  // how many
};

RAG_HOST_DEVICE std::uint32_t tile_of(const Pass& pass, std::uint32_t i) {
  return pass.stride * (pass.ratio == 0 ? i : i + i / (pass.ratio - 1) + 1);
}

struct Found {
  float score;
  std::uint32_t row;  // kTileRows * tile + its place in there
};

// What every query has found so far.  In `found` each has `capacity` places.  A pass appends what scores more than the query's floor and counts
// even what has no room; select_best() then keeps the best, raises the floor, and says where a pass has to be made again because there was no room.
struct Finds {
  Found* found;
  std::uint32_t* counts;
  std::uint32_t* kept;    // of them before this pass
  float* floors;
  std::uint32_t* passed;  // the last pass that all of a query's finds had room in
  std::uint32_t* again;   // set where some query had no room
  std::uint32_t capacity;
  std::uint32_t queries;
};

RAG_DEVICE float floor_of(const Finds& finds, std::uint32_t query, std::uint32_t pass) {
  return query < finds.queries && finds.passed[query] != pass ? finds.floors[query] : number_bits::as_float(0x7F800000U);
}

RAG_DEVICE void append(const Finds& finds, std::uint32_t query, float score, std::uint32_t row) {
  const std::uint32_t place = atomicAdd(&finds.counts[query], 1U);
  if (place < finds.capacity) finds.found[static_cast<std::size_t>(query) * finds.capacity + place] = Found{score, row};
}

}  // namespace rag::cuda
