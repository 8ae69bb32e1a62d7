#pragma once

#include "index/cuda/tiles.h"

namespace rag::cuda {

inline constexpr unsigned kSelectThreads = 256;

// Larger floats, larger numbers.
RAG_DEVICE std::uint32_t order_of(float score) {
  const std::uint32_t bits = number_bits::of(score);
  return bits & 0x80000000U ? ~bits : bits | 0x80000000U;
}
RAG_DEVICE float score_of(std::uint32_t order) { return number_bits::as_float(order & 0x80000000U ? order & 0x7FFFFFFFU : ~order); }

// After a pass, one block a query: leaves the `wanted` best of what was found, and where there were more makes the worst of them the query's floor.
// Where something had no room, nothing of this pass is kept but a floor that is higher: the best that did have room are real rows, so whatever scores
// no more than the last of them is not needed.  Then passed[query] stays behind, and the pass is made again for those queries.  No candidate is lost
// either way, and each time fewer are above the floor.  capacity must be more than twice `wanted`.
RAG_KERNEL void RAG_BOUNDS(kSelectThreads, 4) select_best(Finds finds, std::uint32_t wanted, std::uint32_t pass) {
  RAG_SHARED(std::uint32_t, histogram, 256);
  RAG_SHARED(std::uint32_t, digit_and_rest, 2);
  RAG_SHARED(std::uint32_t, placed, 2);  // those above the floor and at it
  const std::uint32_t query = blockIdx.x, thread = threadIdx.x;
  if (finds.passed[query] == pass) return;
  const std::uint32_t counted = finds.counts[query], count = min(counted, finds.capacity);
  const bool no_room = counted > finds.capacity;
  Found* found = finds.found + static_cast<std::size_t>(query) * finds.capacity;
  __syncthreads();  // all have read what the first thread changes below
  if (count <= wanted) {
    if (thread == 0) {
      finds.kept[query] = count;
      finds.passed[query] = pass;
    }
    return;
  }
  // The digits of the worst one that is kept, eight bits at a time from the top: `rest` is its rank among those that share the digits before.
  std::uint32_t prefix = 0, rest = wanted;
  for (int shift = 24; shift >= 0; shift -= 8) {
    histogram[thread] = 0;
    __syncthreads();
    for (std::uint32_t i = thread; i < count; i += kSelectThreads) {
      const std::uint32_t order = order_of(found[i].score);
      if (shift == 24 || order >> (shift + 8) == prefix >> (shift + 8)) atomicAdd(&histogram[order >> shift & 255U], 1U);
    }
    __syncthreads();
    if (thread == 0) {
      std::uint32_t digit = 255, left = rest;
      while (histogram[digit] < left) left -= histogram[digit--];
      digit_and_rest[0] = digit;
      digit_and_rest[1] = left;
    }
    __syncthreads();
    prefix |= digit_and_rest[0] << shift;
    rest = digit_and_rest[1];
    __syncthreads();
  }
  if (no_room) {
    if (thread == 0) {
      finds.counts[query] = finds.kept[query];
      finds.floors[query] = score_of(prefix);
      *finds.again = 1;
    }
    return;
  }
  // Where they lie: what is written was read before, since no more is kept than was looked at.
  if (thread < 2) placed[thread] = 0;
  __syncthreads();
  for (std::uint32_t begin = 0; begin < count; begin += kSelectThreads) {
    const std::uint32_t i = begin + thread;
    Found mine{};
    if (i < count) mine = found[i];
    __syncthreads();
    const std::uint32_t order = order_of(mine.score);
    bool keep = i < count && order > prefix;
    if (i < count && order == prefix) keep = atomicAdd(&placed[1], 1U) < rest;
    if (keep) found[atomicAdd(&placed[0], 1U)] = mine;
  }
  if (thread == 0) {
    finds.counts[query] = wanted;
    finds.kept[query] = wanted;
    finds.floors[query] = score_of(prefix);
    finds.passed[query] = pass;
  }
}

}  // namespace rag::cuda
