#pragma once

#include <cstddef>

namespace rag::gpu {

// The number of rows that a product of so many is planned for.  Every slice has another number; asking cuBLASLt each time how to multiply would
// cost more than a short product, and the best way changes slowly.
inline std::size_t product_rows(std::size_t rows) {
  std::size_t step = 16;
  while (step * 32 <= rows) step *= 2;  // at most a sixteenth more, from 256 on
  return (rows + step - 1) / step * step;
}

}  // namespace rag::gpu
