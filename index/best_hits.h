#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

#include "index/hit.h"

namespace rag {

// Keeps the k best of the hits it is offered, ties by chunk id, whatever the order they come in.  k must be at least 1.
class BestHits {
 public:
  explicit BestHits(std::size_t k) : k_(k) {}

  void offer(const Hit& hit) {
    if (full()) {
      if (!better(hit, heap_.front())) return;
      std::pop_heap(heap_.begin(), heap_.end(), better);
      heap_.back() = hit;
    } else {
      heap_.push_back(hit);
    }
    std::push_heap(heap_.begin(), heap_.end(), better);
  }

  bool full() const { return heap_.size() == k_; }
  // What scores less has no place among them.
  double threshold() const { return full() ? heap_.front().score : -std::numeric_limits<double>::infinity(); }

  const std::vector<Hit>& hits() const { return heap_; }  // in no order
  std::vector<Hit> sorted() && {
    std::sort_heap(heap_.begin(), heap_.end(), better);
    return std::move(heap_);
  }

 private:
  static bool better(const Hit& a, const Hit& b) { return a.score != b.score ? a.score > b.score : a.chunk < b.chunk; }

  std::size_t k_;
  std::vector<Hit> heap_;  // the worst of them on top
};

}  // namespace rag
