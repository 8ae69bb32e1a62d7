#pragma once

// The tile registers of AMX: eight registers of sixteen rows of 64 bytes, and an instruction that multiplies two of them in sixteen cycles.
// For the .cpp files of this folder.  Wrapped by hand, because GCC 12's intrinsics do not say that they read and write memory.

#if defined(__x86_64__)
#include <cstddef>
#include <cstdint>

namespace rag::amx {

// Whether this processor multiplies bytes, or bfloat16, in tiles and the system lends them to this process, which is asked once.
bool multiplies_bytes();
bool multiplies_bfloat16();

inline constexpr std::size_t kTileRows = 16;
inline constexpr std::size_t kTileBytes = 64;  // of a row

// What ldtilecfg reads: palette 1, and of each tile its bytes a row and its rows.
struct alignas(64) Shape {
  std::uint8_t palette = 1;
  std::uint8_t start_row = 0;
  std::uint8_t reserved[14] = {};
  std::uint16_t row_bytes[16] = {};
  std::uint8_t rows[16] = {};

  void set(int tile, std::size_t tile_rows, std::size_t bytes = kTileBytes) {
    rows[tile] = static_cast<std::uint8_t>(tile_rows);
    row_bytes[tile] = static_cast<std::uint16_t>(bytes);
  }
};

// Clears all tiles.  A thread's tiles are its own.
inline void configure(const Shape& shape) { asm volatile("ldtilecfg %0" : : "m"(shape)); }
inline void release() { asm volatile("tilerelease"); }

template <int kTile>
inline void zero() {
  asm volatile("tilezero %%tmm%c0" : : "i"(kTile));
}
// The tile's rows lie `stride` bytes apart.
template <int kTile>
inline void load(const void* from, std::size_t stride) {
  asm volatile("tileloadd (%1,%2,1), %%tmm%c0" : : "i"(kTile), "r"(from), "r"(stride) : "memory");
}
template <int kTile>
inline void store(void* to, std::size_t stride) {
  asm volatile("tilestored %%tmm%c0, (%1,%2,1)" : : "i"(kTile), "r"(to), "r"(stride) : "memory");
}

// sums[row][i] += sum over k of rows[row][k] * vectors[k / 4][i * 4 + k % 4]: rows unsigned, vectors signed; or the other way round.
template <int kSums, int kRows, int kVectors>
inline void add_unsigned_by_signed() {
  asm volatile("tdpbusd %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(kSums), "i"(kRows), "i"(kVectors));
}
template <int kSums, int kRows, int kVectors>
inline void add_signed_by_unsigned() {
  asm volatile("tdpbsud %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(kSums), "i"(kRows), "i"(kVectors));
}

// sums[row][i] += sum over k of rows[row][k] * vectors[k / 2][i * 2 + k % 2], in bfloat16; sums in F32: those of even and of odd k apart, then
// both together, then with what was there, each rounded to nearest.  What is denormal counts as zero, on the way in and on the way out.
template <int kSums, int kRows, int kVectors>
inline void add_bfloat16() {
  asm volatile("tdpbf16ps %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(kSums), "i"(kRows), "i"(kVectors));
}

}  // namespace rag::amx

#endif
