#include "index/flat_search.h"

#include <faiss/utils/distances.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <exception>
#include <mutex>
#include <string>
#include <thread>

#include "core/error.h"
#include "index/best_hits.h"
#include "index/chunk_places.h"

namespace rag {
namespace {

constexpr std::size_t kRowsPerPiece = 512;           // of a size that stays in the second-level cache after its checksums were read
constexpr std::size_t kFloatsWorthAThread = 500000;  // below this starting a thread costs more than it saves
constexpr std::size_t kMaxThreads = 16;              // memory is the limit long before

class FlatIndex final : public VectorIndex {
 public:
  FlatIndex(std::vector<const VectorSegment*> segments, const ChunkSet* deleted, std::size_t dimension)
      : places_(segments), deleted_(deleted), dimension_(dimension) {
    for (const VectorSegment* segment : segments)
      for (std::size_t begin = 0; begin < segment->rows(); begin += kRowsPerPiece)
        pieces_.push_back({segment, begin, std::min(begin + kRowsPerPiece, segment->rows())});
  }

  std::vector<Hit> search(std::span<const float> query, std::size_t k, const ChunkSet* allowed, const VectorSearchOptions&) const override {
    check(query);
    if (k == 0 || pieces_.empty()) return {};
    BestHits best(k);
    std::mutex guard;
    std::exception_ptr failure;
    std::atomic<std::size_t> next = 0;
    // Pieces are taken one by one, so a thread that is held up by other work holds up nobody.
    const auto work = [&] {
      try {
        BestHits mine(k);
        for (std::size_t i; (i = next.fetch_add(1, std::memory_order_relaxed)) < pieces_.size();) scan(pieces_[i], query, allowed, mine);
        const std::lock_guard lock(guard);
        for (const Hit& hit : mine.hits()) best.offer(hit);
      } catch (...) {
        const std::lock_guard lock(guard);
        failure = std::current_exception();
      }
    };
    {
      std::vector<std::jthread> helpers;
      for (std::size_t i = 1; i < threads(); ++i) helpers.emplace_back(work);
      work();
    }
    if (failure) std::rethrow_exception(failure);
    return std::move(best).sorted();
  }

  std::vector<double> score(std::span<const float> query, std::span<const ChunkId> chunks) const override {
    check(query);
    std::vector<double> scores;
    scores.reserve(chunks.size());
    for (const ChunkId chunk : chunks) scores.push_back(score_of(query, chunk));
    return scores;
  }

 private:
  struct Piece {
    const VectorSegment* segment;
    std::size_t begin;
    std::size_t end;
  };

  void scan(const Piece& piece, std::span<const float> query, const ChunkSet* allowed, BestHits& best) const {
    const std::span<const ChunkId> ids = piece.segment->ids();
    std::span<const float> vectors;
    for (std::size_t row = piece.begin; row < piece.end; ++row) {
      const ChunkId id = ids[row];
      if (deleted_->contains(id) || (allowed && !allowed->contains(id))) continue;
      if (vectors.empty()) vectors = piece.segment->vectors(piece.begin, piece.end);
      const float* vector = vectors.data() + (row - piece.begin) * dimension_;
      best.offer({id, faiss::fvec_inner_product(query.data(), vector, dimension_)});
    }
  }

  double score_of(std::span<const float> query, ChunkId chunk) const {
    if (const auto place = places_.find(chunk))
      return faiss::fvec_inner_product(query.data(), place->segment->vectors(place->row, place->row + 1).data(), dimension_);
    throw Error(ErrorKind::NotFound, "chunk " + std::to_string(chunk.value) + ": not in this index");
  }

  void check(std::span<const float> query) const {
    if (query.size() != dimension_)
      throw Error(ErrorKind::Mismatch, "query vector: " + std::to_string(query.size()) + " dimensions, the index has " +
                                           std::to_string(dimension_) + "; use the model the index was built with");
    for (const float value : query)
      if (!std::isfinite(value)) throw Error(ErrorKind::Usage, "query vector: not all of its numbers are finite");
  }

  std::size_t threads() const {
    const std::size_t worth = 1 + pieces_.size() * kRowsPerPiece * dimension_ / kFloatsWorthAThread;
    return std::min({worth, pieces_.size(), kMaxThreads, static_cast<std::size_t>(std::max(1U, std::thread::hardware_concurrency()))});
  }

  ChunkPlaces places_;
  const ChunkSet* deleted_;
  std::size_t dimension_;
  std::vector<Piece> pieces_;
};

}  // namespace

std::unique_ptr<VectorIndex> make_flat_index(std::vector<const VectorSegment*> segments, const ChunkSet* deleted, std::size_t dimension) {
  return std::make_unique<FlatIndex>(std::move(segments), deleted, dimension);
}

}  // namespace rag
