#pragma once

#include <cstddef>
#include <vector>

namespace rag {

// A line of the cache: what tiles are loaded from begins at one.
struct alignas(64) Line {
  char bytes[64];
};

// Rows of floats in three pieces each, as tiles read them (float_pieces.h).
struct SplitRows {
  std::size_t rows = 0;
  std::size_t steps = 0;              // of 32 inputs
  std::vector<Line> tiles;            // [rows / 16][steps][3 pieces][16 rows], filled up with zeros
  std::vector<float> shifts;          // one a row: its numbers were multiplied with 2^shift
  std::vector<std::size_t> no_numbers;  // rows that are not all finite; their pieces are zero
};

// Row r begins at x + r * stride and has `inputs` floats.  Memory is kept for the next call.  Needs AVX-512.
void split_rows(const float* x, std::size_t rows, std::size_t stride, std::size_t inputs, SplitRows& split);

}  // namespace rag
