#pragma once

// Rows times vectors in AVX-512 VNNI, sums in registers: the innermost loop of every int8 product.  For the .cpp files of this folder,
// between RAG_BEGIN_VNNI and RAG_END_VNNI, and called only where fastest_byte_instructions() is Vnni or better.

#if defined(__x86_64__)
#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

// What stands between is compiled for such processors, whatever the rest of the file is compiled for.
#define RAG_BEGIN_VNNI _Pragma("GCC push_options") _Pragma("GCC target(\"avx512f,avx512bw,avx512dq,avx512vl,avx512vnni\")")
#define RAG_END_VNNI _Pragma("GCC pop_options")

RAG_BEGIN_VNNI

namespace rag::vnni {

// Which of the two are signed: a row's four bytes, and the sixteen times four bytes of a vector that they are multiplied with.
enum class Dot { UnsignedBySigned, SignedByUnsigned };

// By hand, because GCC 12 copies the operands of _mm512_dpbusd_epi32 to the stack around each.
template <Dot kDot>
[[gnu::always_inline]] inline void multiply_and_add(__m512i& sums, __m512i row, __m512i vector) {
  if constexpr (kDot == Dot::UnsignedBySigned)
    asm("vpdpbusd %2, %1, %0" : "+v"(sums) : "v"(row), "v"(vector));
  else
    asm("vpdpbusd %1, %2, %0" : "+v"(sums) : "v"(row), "v"(vector));
}

// Members that nest, and not arrays, which the compiler would keep in memory.
template <std::size_t kCount>
struct Vectors {
  Vectors<kCount - 1> before;
  __m512i last;

  [[gnu::always_inline]] static inline Vectors load(const void* from) {
    return {Vectors<kCount - 1>::load(from), _mm512_loadu_si512(static_cast<const char*>(from) + (kCount - 1) * 64)};
  }
};
template <>
struct Vectors<0> {
  [[gnu::always_inline]] static inline Vectors load(const void*) { return {}; }
};

template <std::size_t kColumns>
struct RowSums {
  RowSums<kColumns - 1> before;
  __m512i last = {};

  template <Dot kDot>
  [[gnu::always_inline]] inline void add(__m512i row, const Vectors<kColumns>& vectors) {
    before.template add<kDot>(row, vectors.before);
    multiply_and_add<kDot>(last, row, vectors.last);
  }
  template <typename Take>
  [[gnu::always_inline]] inline void give(std::size_t row, const Take& take) const {
    before.give(row, take);
    take(row, kColumns - 1, last);
  }
};
template <>
struct RowSums<0> {
  template <Dot kDot>
  [[gnu::always_inline]] inline void add(__m512i, const Vectors<0>&) {}
  template <typename Take>
  [[gnu::always_inline]] inline void give(std::size_t, const Take&) const {}
};

// kRows rows against kColumns vectors of sixteen sums each; kRows * kColumns + kColumns + 1 registers of 32.
template <std::size_t kRows, std::size_t kColumns>
struct Tile {
  Tile<kRows - 1, kColumns> before;
  RowSums<kColumns> last;

  // Adds four bytes of each row, which lie `stride` bytes apart, times the vectors.
  template <Dot kDot>
  [[gnu::always_inline]] inline void add(const void* rows, std::size_t stride, const Vectors<kColumns>& vectors) {
    before.template add<kDot>(rows, stride, vectors);
    std::int32_t four;
    std::memcpy(&four, static_cast<const char*>(rows) + (kRows - 1) * stride, sizeof four);
    last.template add<kDot>(_mm512_set1_epi32(four), vectors);
  }
  // take(row, column, sums) for each vector of sums.
  template <typename Take>
  [[gnu::always_inline]] inline void give(const Take& take) const {
    before.give(take);
    last.give(kRows - 1, take);
  }
};
template <std::size_t kColumns>
struct Tile<0, kColumns> {
  template <Dot kDot>
  [[gnu::always_inline]] inline void add(const void*, std::size_t, const Vectors<kColumns>&) {}
  template <typename Take>
  [[gnu::always_inline]] inline void give(const Take&) const {}
};

}  // namespace rag::vnni

RAG_END_VNNI
#endif
