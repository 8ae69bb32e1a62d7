#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/chunk.h"

namespace rag {

struct ScoredChunk {
  std::int64_t score = 0;
  ChunkId chunk;
};

// Keeps the `k` best chunks offered: larger scores first, ties by chunk id.
class TopChunks {
 public:
  explicit TopChunks(std::size_t k) : k_(k) {}

  // A chunk that scores less cannot come in any more.
  std::int64_t threshold() const { return threshold_; }

  void offer(std::int64_t score, ChunkId chunk) {
    if (score < threshold_) return;
    const ScoredChunk offered{score, chunk};
    if (kept_.size() < k_) {
      kept_.push_back(offered);
      if (kept_.size() == k_) {
        std::make_heap(kept_.begin(), kept_.end(), better);
        threshold_ = kept_.front().score;
      }
    } else if (k_ > 0 && better(offered, kept_.front())) {
      replace_worst(offered);
    }
  }

  std::vector<ScoredChunk> take() {
    std::sort(kept_.begin(), kept_.end(), better);
    return std::move(kept_);
  }

 private:
  static bool better(const ScoredChunk& a, const ScoredChunk& b) { return a.score != b.score ? a.score > b.score : a.chunk < b.chunk; }

  // One walk down the heap, where pop and push would take two.
  void replace_worst(const ScoredChunk& chunk) {
    std::size_t at = 0;
    while (2 * at + 1 < kept_.size()) {
      std::size_t child = 2 * at + 1;
      if (child + 1 < kept_.size() && better(kept_[child], kept_[child + 1])) ++child;
      if (!better(chunk, kept_[child])) break;
      kept_[at] = kept_[child];
      at = child;
    }
    kept_[at] = chunk;
    threshold_ = kept_.front().score;
  }

  std::size_t k_;
  std::int64_t threshold_ = 1;  // a score of 0 is no hit
  std::vector<ScoredChunk> kept_;
};

}  // namespace rag
