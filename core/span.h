#pragma once

#include <cstddef>

namespace rag {

// A half-open range of bytes in a UTF-8 text.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;

  std::size_t size() const { return end - begin; }
  bool empty() const { return begin == end; }
  friend bool operator==(const Span&, const Span&) = default;
};

}  // namespace rag
