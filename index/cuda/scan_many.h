#pragma once

#include "index/cuda/tiles.h"

namespace rag::cuda {

inline constexpr unsigned kManyThreads = 256;
inline constexpr unsigned kWarpsBesideEachOther = 4;  // of the eight; the two rows of them have 64 rows each
inline constexpr unsigned kStepHalves = 64;  // of a row, a step; eight pieces of 16 bytes
inline constexpr unsigned kStepPieces = kStepHalves / 8;
inline constexpr unsigned kSlots = 3;        // steps in shared memory: one that is multiplied, two on their way

// A warp takes so many times 16 queries: 4 for many, which asks least of the second-level cache, whose bandwidth is the limit; 2 for few.
constexpr unsigned tile_queries(unsigned pairs) { return kWarpsBesideEachOther * 16 * pairs; }
constexpr unsigned slot_halves(unsigned pairs) { return (kTileRows + tile_queries(pairs)) * kStepHalves; }
constexpr std::size_t many_shared_bytes(unsigned pairs) { return kSlots * slot_halves(pairs) * sizeof(Fp16); }

// Where a piece lies in a slot.  Pieces of eight rows that stand below each other are moved into different banks.
RAG_DEVICE std::uint32_t place_of(std::uint32_t row, std::uint32_t piece) { return row * kStepHalves + 8 * (piece ^ (row & 7U)); }

// Many queries, in fp16, with all rows of a pass: tiles of 128 rows by 256 (or 128) queries are multiplied by tensor cores (the rows are the left matrix), and a
// score leaves its register only where it is above its query's floor and the row has its bit.
// `queries`: a multiple of tile_queries() times `stride`, zeros where there is none.  A block takes `tiles_of_a_block` tiles of rows, one behind the other, so that
// loading goes on while it looks at the scores.  Blocks that share a tile of rows are neighbours and find it in the second-level cache.
// Grid: tiles of queries times ceil(pass.tiles / tiles_of_a_block); kManyThreads, many_shared_bytes().
template <unsigned kPairs>
RAG_KERNEL void RAG_BOUNDS(kManyThreads, kPairs == 2 ? 2 : 1) scan_many(const Tile* tiles, Pass pass, std::uint32_t number, const std::uint32_t* bits, const Fp16* queries, std::uint32_t stride, std::uint32_t tiles_of_a_block, Finds finds) {
  constexpr std::uint32_t kTileQueries = tile_queries(kPairs), kSlotHalves = slot_halves(kPairs);
  const Shared<Fp16> slots(0, kSlots * kSlotHalves);
  RAG_SHARED(float, floors, kTileQueries);
  const std::uint32_t thread = threadIdx.x, warp = thread / 32, lane = thread % 32;
  const std::uint32_t query_tiles = (finds.queries + kTileQueries - 1) / kTileQueries;
  const std::uint32_t first_query = blockIdx.x % query_tiles * kTileQueries, first_tile = blockIdx.x / query_tiles * tiles_of_a_block;
  const std::uint32_t pieces = stride / 8, steps = (pieces + kStepPieces - 1) / kStepPieces;
  const std::uint32_t tiles_here = min(tiles_of_a_block, pass.tiles - first_tile), all_steps = tiles_here * steps;
  if (thread < kTileQueries) floors[thread] = floor_of(finds, first_query + thread, number);

  const auto load = [&](std::uint32_t step) {
    const Tile tile = tiles[tile_of(pass, first_tile + step / steps)];
    const std::uint32_t slot = step % kSlots * kSlotHalves, first_piece = step % steps * kStepPieces;
    RAG_UNROLL
    for (std::uint32_t i = thread; i < kTileRows * kStepPieces; i += kManyThreads) {
      const std::uint32_t row = i / kStepPieces, piece = i % kStepPieces;
      const bool there = row < tile.count && first_piece + piece < pieces;
      copy_async_16(slots.at(slot + place_of(row, piece)), there ? tile.rows + static_cast<std::size_t>(row) * stride + 8 * (first_piece + piece) : tile.rows, there);
    }
    RAG_UNROLL
    for (std::uint32_t i = thread; i < kTileQueries * kStepPieces; i += kManyThreads) {
      const std::uint32_t row = i / kStepPieces, piece = i % kStepPieces;
      const bool there = first_piece + piece < pieces;
      copy_async_16(slots.at(slot + kTileRows * kStepHalves + place_of(row, piece)),
                    there ? queries + static_cast<std::size_t>(first_query + row) * stride + 8 * (first_piece + piece) : queries, there);
    }
  };

  for (std::uint32_t step = 0; step < kSlots - 1; ++step) {
    if (step < all_steps) load(step);
    copy_async_commit();
  }
  // A warp has 64 rows by 64 (or 32) queries of the tile: four times eight (or four) products of 16 by 8.
  const std::uint32_t first_row = warp / kWarpsBesideEachOther * 64, first_column = warp % kWarpsBesideEachOther * 16 * kPairs;
  float sums[4][2 * kPairs][4] = {};
  for (std::uint32_t step = 0; step < all_steps; ++step) {
    copy_async_wait<kSlots - 2>();
    __syncthreads();  // everybody's copies are there, and nobody reads the slot any more that is filled next
    if (step + kSlots - 1 < all_steps) load(step + kSlots - 1);
    copy_async_commit();
    const std::uint32_t slot = step % kSlots * kSlotHalves;
    RAG_UNROLL
    for (std::uint32_t part = 0; part < kStepHalves / 16; ++part) {
      std::uint32_t left[4][4], right[kPairs][4];
      RAG_UNROLL
      for (std::uint32_t m = 0; m < 4; ++m) load_matrices(left[m], slots.at(slot + place_of(first_row + 16 * m + lane % 16, 2 * part + lane / 16)));
      RAG_UNROLL
      for (std::uint32_t n = 0; n < kPairs; ++n)
        load_matrices(right[n], slots.at(slot + kTileRows * kStepHalves + place_of(first_column + 16 * n + lane / 16 * 8 + lane % 8, 2 * part + lane / 8 % 2)));
      RAG_UNROLL
      for (std::uint32_t m = 0; m < 4; ++m)
        RAG_UNROLL
        for (std::uint32_t n = 0; n < 2 * kPairs; ++n) {
          const std::uint32_t pair[2] = {right[n / 2][n % 2 * 2], right[n / 2][n % 2 * 2 + 1]};
          multiply_fp16(sums[m][n], left[m], pair);
        }
    }
    if ((step + 1) % steps != 0) continue;

    const std::uint32_t tile = tile_of(pass, first_tile + step / steps);
    float limits[2 * kPairs][2];
    RAG_UNROLL
    for (unsigned n = 0; n < 2 * kPairs; ++n)
      RAG_UNROLL
      for (unsigned i = 0; i < 2; ++i) limits[n][i] = floors[first_column + 8 * n + lane % 4 * 2 + i];
    RAG_UNROLL
    for (unsigned m = 0; m < 4; ++m) {
      const std::uint32_t word = __ldg(bits + tile * kTileWords + (first_row + 16 * m) / 32);
      RAG_UNROLL
      for (unsigned low = 0; low < 2; ++low) {
        const std::uint32_t row = first_row + 16 * m + 8 * low + lane / 4;
        const bool allowed = (word >> row % 32 & 1U) != 0;
        RAG_UNROLL
        for (unsigned n = 0; n < 2 * kPairs; ++n)
          RAG_UNROLL
          for (unsigned i = 0; i < 2; ++i) {
            float& sum = sums[m][n][2 * low + i];
            if (allowed && sum > limits[n][i]) append(finds, first_query + first_column + 8 * n + lane % 4 * 2 + i, sum, tile * kTileRows + row);
            sum = 0;
          }
      }
    }
  }
}

}  // namespace rag::cuda
