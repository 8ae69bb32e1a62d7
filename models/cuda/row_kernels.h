#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "core/cuda/device.h"
#include "models/cuda/gpu.h"

// What stands between the matrix products on a GPU: one warp a row, the row in registers, each number read and written once.
namespace rag::gpu {

inline constexpr unsigned kWarp = 32;
inline constexpr unsigned kRowsAtOnce = 4;  // rows of a block
// A lane holds eight neighbouring numbers, 16 bytes as they lie in memory, of every 256.
inline constexpr unsigned kPiece = 8;
inline constexpr unsigned kChunk = kWarp * kPiece;

static_assert(kWidestRow == 8 * kChunk && kRowStep == kPiece);

RAG_DEVICE float sum_of_warp(float x) {
  for (int with = 16; with > 0; with /= 2) x += __shfl_xor_sync(UINT32_MAX, x, with);
  return x;
}

// A row's numbers that one lane holds; zeros beyond its end.
template <int kChunks>
struct RowPart {
  RAG_DEVICE static unsigned column(int chunk) { return static_cast<unsigned>(chunk) * kChunk + threadIdx.x % kWarp * kPiece; }

  RAG_DEVICE void add(const Bf16* row, unsigned width) {
RAG_UNROLL
    for (int i = 0; i < kChunks; ++i) {
      if (column(i) >= width) continue;
      const uint4 eight = *reinterpret_cast<const uint4*>(row + column(i));  // no __ldg: one kernel writes where it reads
      const std::uint32_t pairs[4] = {eight.x, eight.y, eight.z, eight.w};
RAG_UNROLL
      for (int k = 0; k < 4; ++k) {
        x[i][2 * k] += first_bf16(pairs[k]);
        x[i][2 * k + 1] += second_bf16(pairs[k]);
      }
    }
  }

  RAG_DEVICE void add(const float* row, unsigned width) {
RAG_UNROLL
    for (int i = 0; i < kChunks; ++i) {
      if (column(i) >= width) continue;
      float eight[kPiece];
      read(row + column(i), eight);
RAG_UNROLL
      for (unsigned k = 0; k < kPiece; ++k) x[i][k] += eight[k];
    }
  }

  // Layer norm (Ba et al. 2016), in float.
  RAG_DEVICE void normalise(const Norm& norm, unsigned width) {
    float sum = 0;
RAG_UNROLL
    for (int i = 0; i < kChunks; ++i)
RAG_UNROLL
      for (unsigned k = 0; k < kPiece; ++k) sum += x[i][k];
    const float mean = sum_of_warp(sum) / static_cast<float>(width);
    float squares = 0;
RAG_UNROLL
    for (int i = 0; i < kChunks; ++i)
RAG_UNROLL
      for (unsigned k = 0; k < kPiece; ++k)
        if (column(i) < width) squares += (x[i][k] - mean) * (x[i][k] - mean);
    const float scale = rsqrtf(sum_of_warp(squares) / static_cast<float>(width) + norm.epsilon);
RAG_UNROLL
    for (int i = 0; i < kChunks; ++i) {
      if (column(i) >= width) continue;
      float weight[kPiece], bias[kPiece];
      read(norm.weight + column(i), weight);
      read(norm.bias + column(i), bias);
RAG_UNROLL
      for (unsigned k = 0; k < kPiece; ++k) x[i][k] = (x[i][k] - mean) * scale * weight[k] + bias[k];
    }
  }

  RAG_DEVICE void write(Bf16* row, unsigned width) const {
RAG_UNROLL
    for (int i = 0; i < kChunks; ++i)
      if (column(i) < width)
        *reinterpret_cast<uint4*>(row + column(i)) =
            make_uint4(pack_bf16(x[i][0], x[i][1]), pack_bf16(x[i][2], x[i][3]), pack_bf16(x[i][4], x[i][5]), pack_bf16(x[i][6], x[i][7]));
  }

  float x[kChunks][kPiece] = {};

 private:
  RAG_DEVICE static void read(const float* from, float (&eight)[kPiece]) {
    const float4 low = __ldg(reinterpret_cast<const float4*>(from)), high = __ldg(reinterpret_cast<const float4*>(from) + 1);
    eight[0] = low.x, eight[1] = low.y, eight[2] = low.z, eight[3] = low.w;
    eight[4] = high.x, eight[5] = high.y, eight[6] = high.z, eight[7] = high.w;
  }
};

struct EmbeddingRows {
  const std::int32_t *ids, *positions, *types;  // one a token; positions are rows of the table
  const Bf16* words;
  const float* position_table;
  const float* type_table;  // null: the model has none
  Norm norm;
  unsigned tokens, width;
  Bf16* hidden;
};

// Word, position and segment of every token, added up and normalised.
template <int kChunks>
RAG_KERNEL void RAG_BOUNDS(kWarp * kRowsAtOnce, kChunks > 4 ? 2 : 4) embed_rows(const EmbeddingRows in) {
  const unsigned token = blockIdx.x * kRowsAtOnce + threadIdx.x / kWarp;
  if (token >= in.tokens) return;
  RowPart<kChunks> row;
  row.add(in.words + static_cast<std::size_t>(in.ids[token]) * in.width, in.width);
  row.add(in.position_table + static_cast<std::size_t>(in.positions[token]) * in.width, in.width);
  if (in.type_table) row.add(in.type_table + static_cast<std::size_t>(in.types[token]) * in.width, in.width);
  row.normalise(in.norm, in.width);
  row.write(in.hidden + static_cast<std::size_t>(token) * in.width, in.width);
}

struct ResidualRows {
  const Bf16* sums;   // what a product gave, without its bias
  const float* bias;  // of that product
  Norm norm;
  unsigned tokens, width;
  Bf16* hidden;  // in: what went around the product; out: the normalised sum
};

template <int kChunks>
RAG_KERNEL void RAG_BOUNDS(kWarp * kRowsAtOnce, kChunks > 4 ? 2 : 4) add_and_norm_rows(const ResidualRows in) {
  const unsigned token = blockIdx.x * kRowsAtOnce + threadIdx.x / kWarp;
  if (token >= in.tokens) return;
  Bf16* hidden = in.hidden + static_cast<std::size_t>(token) * in.width;
  RowPart<kChunks> row;
  row.add(in.sums + static_cast<std::size_t>(token) * in.width, in.width);
  row.add(hidden, in.width);
  row.add(in.bias, in.width);
  row.normalise(in.norm, in.width);
  row.write(hidden, in.width);
}

inline constexpr unsigned kPoolingWarps = 8;

struct PooledTexts {
  const Bf16* hidden;
  const std::int32_t* starts;  // texts + 1
  bool first_token;            // instead of the mean
  bool normalise;              // to length 1
  unsigned width;
  float* vectors;  // texts x width
};

inline std::size_t pooling_shared_bytes(std::size_t width) { return (kPoolingWarps * width + kPoolingWarps) * sizeof(float); }

// A text a block: its warps add up a token each in turn, then all of them.
template <int kChunks>
RAG_KERNEL void RAG_BOUNDS(kWarp * kPoolingWarps, 2) pool_texts(const PooledTexts in) {
  const Shared<float> sums(0, kPoolingWarps * in.width), squares(kPoolingWarps * in.width * sizeof(float), kPoolingWarps);
  const unsigned warp = threadIdx.x / kWarp;
  const std::int32_t begin = in.starts[blockIdx.x], end = in.first_token ? begin + 1 : in.starts[blockIdx.x + 1];
  RowPart<kChunks> row;
  for (std::int32_t token = begin + static_cast<std::int32_t>(warp); token < end; token += kPoolingWarps)
    row.add(in.hidden + static_cast<std::size_t>(token) * in.width, in.width);
RAG_UNROLL
  for (int i = 0; i < kChunks; ++i)
RAG_UNROLL
    for (unsigned k = 0; k < kPiece; ++k)
      if (row.column(i) < in.width) sums[warp * in.width + row.column(i) + k] = row.x[i][k];
  __syncthreads();
  const float share = 1.0F / static_cast<float>(end - begin);
  float square = 0;
  for (unsigned column = threadIdx.x; column < in.width; column += kWarp * kPoolingWarps) {
    float sum = 0;
    for (unsigned other = 0; other < kPoolingWarps; ++other) sum += sums[other * in.width + column];
    sums[column] = sum * share;  // read by this thread alone until the end
    square += sum * share * sum * share;
  }
  square = sum_of_warp(square);
  if (threadIdx.x % kWarp == 0) squares[warp] = square;
  __syncthreads();
  float length = 0;
  for (unsigned other = 0; other < kPoolingWarps; ++other) length += squares[other];
  const float scale = in.normalise ? 1.0F / fmaxf(sqrtf(length), 1e-12F) : 1.0F;
  for (unsigned column = threadIdx.x; column < in.width; column += kWarp * kPoolingWarps)
    in.vectors[static_cast<std::size_t>(blockIdx.x) * in.width + column] = sums[column] * scale;
}

// work(std::integral_constant<int, chunks>) for rows of this width: a kernel is compiled for each number of chunks.
template <typename Work>
void with_chunks(std::size_t width, const Work& work) {
  switch ((width + kChunk - 1) / kChunk) {
    case 1: return work(std::integral_constant<int, 1>());
    case 2: return work(std::integral_constant<int, 2>());
    case 3: return work(std::integral_constant<int, 3>());
    case 4: return work(std::integral_constant<int, 4>());
    default: return work(std::integral_constant<int, 8>());
  }
}

}  // namespace rag::gpu
