#pragma once

// Rows of floats times rows of a matrix, sums in registers: the innermost loop of products and of attention in F32.  For the .cpp files of
// this folder, called from functions that are compiled for the processor whose registers have kBytes.

#include <cstddef>

namespace rag {

#if defined(__x86_64__)
#define RAG_FOR_AVX512 __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,fma")))
#define RAG_FOR_AVX2 __attribute__((target("avx2,fma")))
#endif

// A run of floats at any address, added and multiplied as one.
template <std::size_t kBytes>
struct FloatVector {
  typedef float Type __attribute__((vector_size(kBytes), aligned(4), may_alias));
  static constexpr std::size_t kFloats = kBytes / sizeof(float);
};

// out = start + x * weights, for some rows.
struct FloatTask {
  const float* x;
  std::size_t stride;
  const float* weights;
  const float* start;  // of the sums: one row for all (stride 0), or the results so far
  std::size_t start_stride;
  std::size_t inputs;
  float* out;
  std::size_t out_stride;
  const char* ahead = nullptr;  // weights that are needed next, to be on their way while these are multiplied
  std::size_t ahead_step = 0;   // bytes for each input of each tile
};

inline constexpr std::size_t kFloatRows = 6;  // that share what is read of the weights

// Vectors for each of these rows that fit into the registers: kFloatRows * this of sums, this for the weights and one for x.
template <std::size_t kBytes>
inline constexpr std::size_t kFloatVectors = kBytes == 64 ? 4 : 2;

// kCount rows times kWide vectors of the weights, which are rows of kPanel floats, from column `first` on.  kAhead: whether `ahead` is to be
// fetched (an address that is none would cost as much as a miss).
template <std::size_t kBytes, std::size_t kPanel, std::size_t kCount, std::size_t kWide, bool kAhead>
__attribute__((always_inline)) inline void multiply_tile(const FloatTask& task, std::size_t first) {
  using Lanes = typename FloatVector<kBytes>::Type;
  constexpr std::size_t kFloats = FloatVector<kBytes>::kFloats;
  Lanes sums[kCount][kWide];
#pragma GCC unroll 8
  for (std::size_t row = 0; row < kCount; ++row)
#pragma GCC unroll 8
    for (std::size_t v = 0; v < kWide; ++v) sums[row][v] = *reinterpret_cast<const Lanes*>(task.start + row * task.start_stride + first + v * kFloats);
  const float* weights = task.weights + first;
  const char* ahead = task.ahead;
  for (std::size_t k = 0; k < task.inputs; ++k, weights += kPanel, ahead += task.ahead_step) {
    if constexpr (kAhead) __builtin_prefetch(ahead, 0, 2);
    Lanes part[kWide];
#pragma GCC unroll 8
    for (std::size_t v = 0; v < kWide; ++v) part[v] = *reinterpret_cast<const Lanes*>(weights + v * kFloats);
#pragma GCC unroll 8
    for (std::size_t row = 0; row < kCount; ++row) {
      const float x = task.x[row * task.stride + k];
#pragma GCC unroll 8
      for (std::size_t v = 0; v < kWide; ++v) sums[row][v] += x * part[v];
    }
  }
#pragma GCC unroll 8
  for (std::size_t row = 0; row < kCount; ++row)
#pragma GCC unroll 8
    for (std::size_t v = 0; v < kWide; ++v)
      *reinterpret_cast<Lanes*>(task.out + row * task.out_stride + first + v * kFloats) = sums[row][v];
}

// All columns of a panel.
template <std::size_t kBytes, std::size_t kPanel, std::size_t kCount, bool kAhead = false>
__attribute__((always_inline)) inline void multiply_rows(const FloatTask& task) {
  constexpr std::size_t kFloats = FloatVector<kBytes>::kFloats;
  constexpr std::size_t kWide = kPanel / kFloats < kFloatVectors<kBytes> ? kPanel / kFloats : kFloatVectors<kBytes>;
  for (std::size_t first = 0; first < kPanel; first += kWide * kFloats) multiply_tile<kBytes, kPanel, kCount, kWide, kAhead>(task, first);
}

}  // namespace rag
