#include "models/kernels/split_rows.h"

#include <cstring>

#include "models/kernels/amx_tiles.h"
#include "models/kernels/float_pieces.h"

namespace rag {

#if defined(__x86_64__)

namespace {

using namespace pieces;

RAG_FOR_AVX512 std::uint32_t largest_bits(const float* x, std::size_t count) {
  const __m512i magnitude = _mm512_set1_epi32(static_cast<int>(kMagnitude));
  __m512i largest = _mm512_setzero_si512();
  for (; count >= 16; count -= 16, x += 16) largest = _mm512_max_epi32(largest, _mm512_and_si512(_mm512_loadu_si512(x), magnitude));
  const auto last = static_cast<__mmask16>((1U << count) - 1);
  largest = _mm512_max_epi32(largest, _mm512_and_si512(_mm512_maskz_loadu_epi32(last, x), magnitude));
  return static_cast<std::uint32_t>(_mm512_reduce_max_epi32(largest));
}

// Up to kStep floats into one row of three tiles.
RAG_FOR_AVX512 void split_some(const float* x, std::size_t count, float factor, char* tiles) {
  const std::uint32_t exist = count >= kStep ? ~0U : (1U << count) - 1;
  const __m512 factors = _mm512_set1_ps(factor);
  store_split(_mm512_mul_ps(_mm512_maskz_loadu_ps(static_cast<__mmask16>(exist), x), factors),
              _mm512_mul_ps(_mm512_maskz_loadu_ps(static_cast<__mmask16>(exist >> kHalfStep), x + kHalfStep), factors), tiles, kTileSize);
}

}  // namespace

void split_rows(const float* x, std::size_t rows, std::size_t stride, std::size_t inputs, SplitRows& split) {
  const std::size_t steps = steps_for(inputs), row_tiles = (rows + amx::kTileRows - 1) / amx::kTileRows;
  const std::size_t bytes = row_tiles * steps * kPieces * kTileSize;
  split.rows = rows;
  split.steps = steps;
  split.no_numbers.clear();
  if (split.tiles.size() * sizeof(Line) < bytes) split.tiles.resize(bytes / sizeof(Line));
  if (split.shifts.size() < rows) split.shifts.resize(rows);
  for (std::size_t row = 0; row < row_tiles * amx::kTileRows; ++row) {
    char* to = split.tiles[row / amx::kTileRows * steps * kPieces * amx::kTileRows + row % amx::kTileRows].bytes;
    const std::uint32_t largest = row < rows ? largest_bits(x + row * stride, inputs) : 0;
    const bool numbers = row < rows && largest < kNoNumber;
    if (row < rows) split.shifts[row] = static_cast<float>(numbers ? shift_for(largest) : 0);
    if (row < rows && !numbers) split.no_numbers.push_back(row);
    for (std::size_t k = 0; k < steps * kStep; k += kStep, to += kPieces * kTileSize)
      if (numbers)
        split_some(x + row * stride + k, inputs - k, power_of_two(shift_for(largest)), to);
      else
        for (std::size_t piece = 0; piece < kPieces; ++piece) std::memset(to + piece * kTileSize, 0, sizeof(Line));
  }
}

#else

void split_rows(const float*, std::size_t, std::size_t, std::size_t, SplitRows&) {}

#endif

}  // namespace rag
