#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>

#include "core/cuda/device.h"

// Attention within each text on tensor cores, without padding and without writing a score to memory (Dao et al. 2022, FlashAttention).
namespace rag::gpu {

inline constexpr int kQueryRows = 64;  // queries of a block, 16 a warp
inline constexpr int kKeyRows = 64;    // keys in shared memory at a time, and those that come meanwhile
inline constexpr int kAttentionThreads = 128;

// What a block attends to: some queries of one text.
struct QueryTile {
  std::int32_t start;   // the text's first token
  std::int32_t length;  // of the text
  std::int32_t query;   // first query, a multiple of kQueryRows
};

struct AttentionRows {
  const Bf16* joined;        // tokens x 3 width: queries, keys, values
  const QueryTile* tiles;    // one a block of the grid's x; heads are its y
  unsigned width;            // heads x head size
  Bf16* context;             // tokens x width
};

template <int kHead>
constexpr std::size_t attention_shared_bytes() {
  return 5 * kQueryRows * (kHead + 8) * sizeof(Bf16);
}

namespace attention {

// Eight numbers more than a row has: eight rows of one column then lie in different banks.
template <int kHead>
inline constexpr int kStride = kHead + 8;

template <int kHead>
RAG_DEVICE void load_rows(const Shared<Bf16>& tile, const Bf16* rows, std::size_t stride, int count) {
  constexpr int kPieces = kHead / 8;
RAG_UNROLL
  for (int i = static_cast<int>(threadIdx.x); i < kKeyRows * kPieces; i += kAttentionThreads) {
    const int row = i / kPieces, column = i % kPieces * 8;
    const bool valid = row < count;
    copy_async_16(tile.at(row * kStride<kHead> + column), rows + static_cast<std::size_t>(valid ? row : 0) * stride + column, valid);
  }
}

// What a warp knows of its 16 queries; a lane has two of them, g and g + 8 (core/cuda/device.h).
template <int kHead>
struct Queries {
  static constexpr int kSteps = kHead / 16;     // of the products over a head's numbers
  static constexpr int kColumns = kHead / 8;    // tiles of the context
  static constexpr int kKeyTiles = kKeyRows / 8;

  RAG_DEVICE void load(const Shared<Bf16>& tile) {
    const unsigned lane = threadIdx.x % 32, warp = threadIdx.x / 32;
RAG_UNROLL
    for (int step = 0; step < kSteps; ++step)
      load_matrices(query[step], tile.at((warp * 16 + lane % 16) * kStride<kHead> + step * 16 + lane / 16 * 8));
  }

  // `keys`: how many of the tile's rows are keys.
  RAG_DEVICE void attend(const Shared<Bf16>& key_tile, const Shared<Bf16>& value_tile, int keys, float scale) {
    float scores[kKeyTiles][4] = {};
    multiply_keys(key_tile, scores);
    if (keys < kKeyRows) leave_out(scores, keys);
    weigh(scores, scale);
    add_values(value_tile, scores);
  }

  // To rows of `tile` that nobody else reads or writes.
  RAG_DEVICE void store(const Shared<Bf16>& tile) const {
    const unsigned lane = threadIdx.x % 32, row = threadIdx.x / 32 * 16 + lane / 4, column = lane % 4 * 2;
RAG_UNROLL
    for (int half = 0; half < 2; ++half) {
      float sum = total[half];
      sum += __shfl_xor_sync(UINT32_MAX, sum, 1);
      sum += __shfl_xor_sync(UINT32_MAX, sum, 2);
      const float share = 1.0F / sum;
RAG_UNROLL
      for (int i = 0; i < kColumns; ++i)
        *reinterpret_cast<std::uint32_t*>(tile.at((row + 8 * half) * kStride<kHead> + 8 * i + column)) =
            pack_bf16(context[i][2 * half] * share, context[i][2 * half + 1] * share);
    }
  }

  std::uint32_t query[kSteps][4];
  float context[kColumns][4] = {};
  float largest[2] = {-INFINITY, -INFINITY};
  float total[2] = {0, 0};  // of this lane's keys

 private:
  RAG_DEVICE void multiply_keys(const Shared<Bf16>& tile, float (&scores)[kKeyTiles][4]) const {
    const unsigned lane = threadIdx.x % 32;
RAG_UNROLL
    for (int pair = 0; pair < kKeyTiles / 2; ++pair)
RAG_UNROLL
      for (int step = 0; step < kSteps; ++step) {
        std::uint32_t keys[4];  // of 16 keys: the step's first eight numbers and its last, then the same of the upper eight keys
        load_matrices(keys, tile.at((pair * 16 + lane / 16 * 8 + lane % 8) * kStride<kHead> + step * 16 + lane / 8 % 2 * 8));
        const std::uint32_t lower[2] = {keys[0], keys[1]}, upper[2] = {keys[2], keys[3]};
        multiply_bf16(scores[2 * pair], query[step], lower);
        multiply_bf16(scores[2 * pair + 1], query[step], upper);
      }
  }

  RAG_DEVICE static void leave_out(float (&scores)[kKeyTiles][4], int keys) {
    const int column = static_cast<int>(threadIdx.x % 4) * 2;
RAG_UNROLL
    for (int i = 0; i < kKeyTiles; ++i)
RAG_UNROLL
      for (int k = 0; k < 4; ++k)
        if (8 * i + column + k % 2 >= keys) scores[i][k] = -INFINITY;
  }

  // Scores become weights; what was summed before is scaled to the new largest score (Milakov and Gimelshein 2018).
  RAG_DEVICE void weigh(float (&scores)[kKeyTiles][4], float scale) {
RAG_UNROLL
    for (int half = 0; half < 2; ++half) {
      float most = largest[half];
RAG_UNROLL
      for (int i = 0; i < kKeyTiles; ++i) most = fmaxf(most, fmaxf(scores[i][2 * half], scores[i][2 * half + 1]));
      most = fmaxf(most, __shfl_xor_sync(UINT32_MAX, most, 1));
      most = fmaxf(most, __shfl_xor_sync(UINT32_MAX, most, 2));
      const float before = exp2_fast((largest[half] - most) * scale), offset = most * scale;
      largest[half] = most;
      total[half] *= before;
RAG_UNROLL
      for (int i = 0; i < kColumns; ++i) {
        context[i][2 * half] *= before;
        context[i][2 * half + 1] *= before;
      }
RAG_UNROLL
      for (int i = 0; i < kKeyTiles; ++i)
RAG_UNROLL
        for (int k = 2 * half; k < 2 * half + 2; ++k) total[half] += scores[i][k] = exp2_fast(fmaf(scores[i][k], scale, -offset));
    }
  }

  // The weights of two neighbouring tiles are, rounded, just what a lane needs of the left matrix.
  RAG_DEVICE void add_values(const Shared<Bf16>& tile, const float (&weights)[kKeyTiles][4]) {
    const unsigned lane = threadIdx.x % 32;
RAG_UNROLL
    for (int pair = 0; pair < kKeyTiles / 2; ++pair) {
      const float(&low)[4] = weights[2 * pair], (&high)[4] = weights[2 * pair + 1];
      const std::uint32_t left[4] = {pack_bf16(low[0], low[1]), pack_bf16(low[2], low[3]), pack_bf16(high[0], high[1]), pack_bf16(high[2], high[3])};
RAG_UNROLL
      for (int i = 0; i < kColumns; i += 2) {
        std::uint32_t values[4];
        load_matrices_transposed(values, tile.at((pair * 16 + lane % 16) * kStride<kHead> + 8 * i + lane / 16 * 8));
        const std::uint32_t first[2] = {values[0], values[1]}, second[2] = {values[2], values[3]};
        multiply_bf16(context[i], left, first);
        multiply_bf16(context[i + 1], left, second);
      }
    }
  }
};

}  // namespace attention

template <int kHead>
RAG_KERNEL void RAG_BOUNDS(kAttentionThreads, 4) attend_texts(const AttentionRows in) {
  constexpr std::size_t kTile = kQueryRows * attention::kStride<kHead>;
  const auto tile = [](int i) { return Shared<Bf16>(i * kTile * sizeof(Bf16), kTile); };
  const QueryTile text = in.tiles[blockIdx.x];
  const std::size_t stride = 3 * in.width;
  const Bf16* query = in.joined + static_cast<std::size_t>(text.start) * stride + blockIdx.y * kHead;
  const Bf16 *key = query + in.width, *value = key + in.width;
  const int tiles = (text.length + kKeyRows - 1) / kKeyRows, queries = min(kQueryRows, text.length - text.query);
  const auto load_keys = [&](int i) {
    const std::size_t first = static_cast<std::size_t>(i) * kKeyRows * stride;
    attention::load_rows<kHead>(tile(1 + i % 2), key + first, stride, text.length - i * kKeyRows);
    attention::load_rows<kHead>(tile(3 + i % 2), value + first, stride, text.length - i * kKeyRows);
  };

  attention::load_rows<kHead>(tile(0), query + static_cast<std::size_t>(text.query) * stride, stride, queries);
  load_keys(0);
  copy_async_commit();
  attention::Queries<kHead> state;
  const float scale = 1.44269504F * rsqrtf(static_cast<float>(kHead));  // scores are powers of 2
  for (int i = 0; i < tiles; ++i) {
    if (i + 1 < tiles) load_keys(i + 1);
    copy_async_commit();  // empty at the end, so that one is always on its way
    copy_async_wait<1>();
    __syncthreads();
    if (i == 0) state.load(tile(0));
    state.attend(tile(1 + i % 2), tile(3 + i % 2), text.length - i * kKeyRows, scale);
    __syncthreads();  // before the tile is overwritten
  }

  // Through shared memory, so that 16 bytes are written at once; a warp writes and reads its own rows.
  state.store(tile(0));
  __syncwarp();
  constexpr int kPieces = kHead / 8;
  const unsigned lane = threadIdx.x % 32, warp = threadIdx.x / 32;
RAG_UNROLL
  for (unsigned i = lane; i < 16 * kPieces; i += 32) {
    const int row = static_cast<int>(warp * 16 + i / kPieces), column = static_cast<int>(i % kPieces) * 8;
    if (row >= queries) continue;
    const std::size_t token = static_cast<std::size_t>(text.start + text.query + row);
    *reinterpret_cast<uint4*>(in.context + token * in.width + blockIdx.y * kHead + column) =
        *reinterpret_cast<const uint4*>(tile(0).at(row * attention::kStride<kHead> + column));
  }
}

}  // namespace rag::gpu
