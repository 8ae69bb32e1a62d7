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

// Directions of length 1 that the rows gather around (spherical k-means, Dhillon and Modha 2001), at most `count` of them and fewer where
// there are fewer different ones: row after row.  The same rows give the same directions.  `step(done, of)` is told how far it is, and may throw.
std::vector<float> cluster_directions(std::span<const float> rows, std::size_t dimension, std::size_t count,
                                      const std::function<void(std::size_t, std::size_t)>& step);

}  // namespace rag
