#pragma once

#include <cstddef>
#include <string_view>

namespace rag {

// A part of a text that is closest to a pattern: characters [begin, end), and how many must be put in, left out or changed.
struct ApproximateMatch {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t distance = 0;
};

// The part of `text` with the smallest edit distance to `pattern`, the first that ends; of several beginnings the one that makes it most
// nearly as long as the pattern.  The optimum, not a heuristic.  An empty pattern matches nothing at 0.
//
// Myers, "A Fast Bit-Vector Algorithm for Approximate String Matching Based on Dynamic Programming", J. ACM 46(3), 1999, in blocks of 64
// rows: |text| * |pattern| / 64 steps.
ApproximateMatch closest_match(std::u32string_view pattern, std::u32string_view text);

}  // namespace rag
