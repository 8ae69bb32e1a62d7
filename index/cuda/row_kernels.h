#pragma once

#include "index/cuda/tiles.h"

// What happens to rows and their bitmap before a search.
namespace rag::cuda {

// One warp a row: rows of floats become fp16, `stride` apart (a multiple of 8, zeros behind the dimension).  largest[0] and [1] become, as bits of
// floats, at least the greatest squared length of a row and of what rounding took from it or added.
RAG_KERNEL void RAG_BOUNDS(256, 4) round_rows(const float* from, Fp16* to, std::uint32_t rows, std::uint32_t dimension, std::uint32_t stride, std::uint32_t* largest) {
  const std::uint32_t row = blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32, lane = threadIdx.x % 32;
  if (row >= rows) return;
  const float* values = from + static_cast<std::size_t>(row) * dimension;
  Fp16* rounded = to + static_cast<std::size_t>(row) * stride;
  float length = 0, error = 0;
  for (std::uint32_t i = lane; i < stride; i += 32) {
    const float value = i < dimension ? values[i] : 0.0F;
    const Fp16 near = to_fp16(value);
    rounded[i] = near;
    const float difference = value - to_float(near);
    length += value * value;
    error += difference * difference;
  }
  for (int step = 16; step > 0; step /= 2) {
    length += __shfl_xor_sync(UINT32_MAX, length, step);
    error += __shfl_xor_sync(UINT32_MAX, error, step);
  }
  if (lane == 0) {  // floats that are not negative compare as their bits do, and what is no number is larger than all
    atomicMax(&largest[0], number_bits::of(length) & 0x7FFFFFFFU);
    atomicMax(&largest[1], number_bits::of(error) & 0x7FFFFFFFU);
  }
}

struct ChunkBits {
  const std::uint64_t* words;
  std::uint64_t count;
};

RAG_DEVICE bool holds(const ChunkBits& set, std::int64_t id) {
  const std::uint64_t word = static_cast<std::uint64_t>(id) / 64;
  return word < set.count && (set.words[word] >> (id % 64) & 1U) != 0;
}

// One block a tile, one thread a row: a row's bit is set where its chunk is not deleted and, with `filtered`, allowed.
RAG_KERNEL void RAG_BOUNDS(kTileRows, 8) mark_rows(const Tile* tiles, ChunkBits deleted, ChunkBits allowed, bool filtered, std::uint32_t* bits) {
  const Tile tile = tiles[blockIdx.x];
  bool holds_good = threadIdx.x < tile.count;
  if (holds_good) {
    const std::int64_t id = tile.ids[threadIdx.x];
    holds_good = !holds(deleted, id) && (!filtered || holds(allowed, id));
  }
  const std::uint32_t word = __ballot_sync(UINT32_MAX, holds_good);
  if (threadIdx.x % 32 == 0) bits[blockIdx.x * kTileWords + threadIdx.x / 32] = word;
}

}  // namespace rag::cuda
