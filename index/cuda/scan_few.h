#pragma once

#include "index/cuda/tiles.h"

namespace rag::cuda {

inline constexpr unsigned kFewThreads = 256;
inline constexpr unsigned kLanesOfARow = 16;  // each takes 16 bytes at a time
inline constexpr unsigned kRowsAtOnce = 2;    // of each group of lanes, so that enough loads are on their way

RAG_DEVICE void add_products(float& sum, std::uint32_t both, float first, float second) {
  sum += to_float(Fp16{static_cast<std::uint16_t>(both & 0xFFFFU)}) * first;
  sum += to_float(Fp16{static_cast<std::uint16_t>(both >> 16)}) * second;
}

RAG_DEVICE float products_of(const uint4& row, const float4& low, const float4& high) {
  float sum = 0;
  add_products(sum, row.x, low.x, low.y);
  add_products(sum, row.y, low.z, low.w);
  add_products(sum, row.z, high.x, high.y);
  add_products(sum, row.w, high.z, high.w);
  return sum;
}

// A few queries, in fp32, with all rows of a pass: each row is read once, as fast as memory gives it; rows without their bit are not read.
// `queries`: kQueries times `stride` floats, zeros behind the dimension; of so many floats is the dynamic shared memory.
template <unsigned kQueries>
RAG_KERNEL void RAG_BOUNDS(kFewThreads, kQueries == 1 ? 4 : 3) scan_few(const Tile* tiles, Pass pass, std::uint32_t number, const std::uint32_t* bits, const float* queries, std::uint32_t stride, Finds finds) {
  const Shared<float> query(0, kQueries * stride);
  for (std::uint32_t i = threadIdx.x; i < kQueries * stride; i += kFewThreads) query[i] = queries[i];
  __syncthreads();
  float floors[kQueries];
  for (unsigned q = 0; q < kQueries; ++q) floors[q] = floor_of(finds, q, number);

  const std::uint32_t warp = threadIdx.x / 32, group = threadIdx.x / kLanesOfARow, lane = threadIdx.x % kLanesOfARow, pieces = stride / 8;
  for (std::uint32_t i = blockIdx.x; i < pass.tiles; i += gridDim.x) {
    const std::uint32_t number_of_tile = tile_of(pass, i);
    const Fp16* rows = tiles[number_of_tile].rows;
    for (std::uint32_t part = 0; part < kTileWords; ++part) {  // of 32 rows, two for each group
      const std::uint32_t of_warp = __ldg(bits + number_of_tile * kTileWords + part) >> 4 * warp & 0xFU;
      if (of_warp == 0) continue;
      const std::uint32_t first = 32 * part + kRowsAtOnce * group, wanted = of_warp >> kRowsAtOnce * (group % 2) & 3U;
      float sums[kRowsAtOnce][kQueries] = {};
      RAG_UNROLL_BY(3)
      for (std::uint32_t piece = lane; piece < pieces; piece += kLanesOfARow) {
        uint4 values[kRowsAtOnce];
        RAG_UNROLL
        for (unsigned r = 0; r < kRowsAtOnce; ++r) {
          values[r] = uint4{0, 0, 0, 0};
          if (wanted >> r & 1U) values[r] = *reinterpret_cast<const uint4*>(rows + static_cast<std::size_t>(first + r) * stride + 8 * piece);
        }
        RAG_UNROLL
        for (unsigned q = 0; q < kQueries; ++q) {
          const float4 low = *reinterpret_cast<const float4*>(query.at(q * stride + 8 * piece));
          const float4 high = *reinterpret_cast<const float4*>(query.at(q * stride + 8 * piece + 4));
          RAG_UNROLL
          for (unsigned r = 0; r < kRowsAtOnce; ++r) sums[r][q] += products_of(values[r], low, high);
        }
      }
      RAG_UNROLL
      for (unsigned r = 0; r < kRowsAtOnce; ++r)
        RAG_UNROLL
        for (unsigned q = 0; q < kQueries; ++q) {
          float sum = sums[r][q];
          RAG_UNROLL
          for (unsigned step = kLanesOfARow / 2; step > 0; step /= 2) sum += __shfl_xor_sync(UINT32_MAX, sum, static_cast<int>(step));
          if (lane == 0 && (wanted >> r & 1U) && sum > floors[q]) append(finds, q, sum, number_of_tile * kTileRows + first + r);
        }
    }
  }
}

}  // namespace rag::cuda
