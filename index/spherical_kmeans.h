#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace rag {

// Which of some directions a vector lies nearest to: the one of largest inner product.  Uses all cores.
class NearestDirection {
 public:
  // `directions`: rows of `dimension` numbers, at least one; copied.
  NearestDirection(std::span<const float> directions, std::size_t dimension);
  ~NearestDirection();

  struct Nearest {
    std::uint32_t direction = 0;
    float product = 0;
  };
  std::vector<Nearest> find(std::span<const float> rows) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Rows that are gone through again and again, so they need not all be in memory.
struct RowsToCluster {
  std::size_t count = 0;
  std::size_t dimension = 0;
  // Rows [begin, end), a few thousand at most; valid until the next call.
  std::function<std::span<const float>(std::size_t begin, std::size_t end)> read;
};

// Directions of length 1 that the rows gather around (spherical k-means, Dhillon and Modha 2001), at most `count` of them and fewer where
// there are fewer different ones: row after row.  The same rows give the same directions.  `step(done, of)` is told how far it is, and may throw.
// Memory: some thousand rows, twice the directions, and 8 bytes a row.
std::vector<float> cluster_directions(const RowsToCluster& rows, std::size_t count, const std::function<void(std::size_t, std::size_t)>& step);

}  // namespace rag
