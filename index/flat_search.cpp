#include "index/flat_search.h"

#include <faiss/utils/distances.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <exception>
#include <iterator>
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
constexpr std::size_t kQueriesAtOnce = 64;           // that look at a piece while it is in the cache

class FlatIndex final : public VectorIndex {
 public:
  FlatIndex(const std::vector<RowsOfSegment>& rows, const ChunkSet* deleted, std::size_t dimension)
      : places_(segments_of(rows)), deleted_(deleted), dimension_(dimension) {
    for (const auto& [segment, first, last] : rows)
      for (std::size_t begin = first; begin < last; begin += kRowsPerPiece) pieces_.push_back({segment, begin, std::min(begin + kRowsPerPiece, last)});
  }

  std::vector<Hit> search(std::span<const float> query, std::size_t k, const ChunkSet* allowed, const VectorSearchOptions&) const override {
    return std::move(best_of(query, 1, k, allowed).front());
  }

  std::vector<std::vector<Hit>> search_many(std::span<const float> queries, std::size_t count, std::size_t k, const ChunkSet* allowed,
                                            const VectorSearchOptions&) const override {
    std::vector<std::vector<Hit>> answers;
    for (std::size_t first = 0; first < count; first += kQueriesAtOnce) {
      const std::size_t some = std::min(kQueriesAtOnce, count - first), size = queries.size() / count;
      std::ranges::move(best_of(queries.subspan(first * size, some * size), some, k, allowed), std::back_inserter(answers));
    }
    return answers;
  }

  std::vector<double> score(std::span<const float> query, std::span<const ChunkId> chunks) const override {
    check(query);
    std::vector<double> scores;
    scores.reserve(chunks.size());
    for (const ChunkId chunk : chunks) scores.push_back(score_of(query, chunk));
    return scores;
  }

 private:
  static std::vector<const VectorSegment*> segments_of(const std::vector<RowsOfSegment>& rows) {
    std::vector<const VectorSegment*> segments;
    for (const RowsOfSegment& some : rows)
      if (std::ranges::find(segments, some.segment) == segments.end()) segments.push_back(some.segment);
    return segments;
  }

  std::vector<std::vector<Hit>> best_of(std::span<const float> queries, std::size_t count, std::size_t k, const ChunkSet* allowed) const {
    const std::size_t size = queries.size() / count;
    for (std::size_t i = 0; i < count; ++i) check(queries.subspan(i * size, size));
    if (k == 0 || pieces_.empty()) return std::vector<std::vector<Hit>>(count);
    std::vector<BestHits> best(count, BestHits(k));
    std::mutex guard;
    std::exception_ptr failure;
    std::atomic<std::size_t> next = 0;
    // Pieces are taken one by one, so a thread that is held up by other work holds up nobody.
    const auto work = [&] {
      try {
        std::vector<BestHits> mine(count, BestHits(k));
        for (std::size_t i; (i = next.fetch_add(1, std::memory_order_relaxed)) < pieces_.size();) scan(pieces_[i], queries, allowed, mine);
        const std::lock_guard lock(guard);
        for (std::size_t i = 0; i < count; ++i)
          for (const Hit& hit : mine[i].hits()) best[i].offer(hit);
      } catch (...) {
        const std::lock_guard lock(guard);
        failure = std::current_exception();
      }
    };
    {
      std::vector<std::jthread> helpers;
      for (std::size_t i = 1; i < threads(count); ++i) helpers.emplace_back(work);
      work();
    }
    if (failure) std::rethrow_exception(failure);
    std::vector<std::vector<Hit>> answers;
    for (BestHits& of_query : best) answers.push_back(std::move(of_query).sorted());
    return answers;
  }

  void scan(const RowsOfSegment& piece, std::span<const float> queries, const ChunkSet* allowed, std::vector<BestHits>& best) const {
    const std::span<const ChunkId> ids = piece.segment->ids();
    std::span<const float> vectors;
    for (std::size_t row = piece.begin; row < piece.end; ++row) {
      const ChunkId id = ids[row];
      if (deleted_->contains(id) || (allowed && !allowed->contains(id))) continue;
      if (vectors.empty()) vectors = piece.segment->vectors(piece.begin, piece.end);
      const float* vector = vectors.data() + (row - piece.begin) * dimension_;
      for (std::size_t i = 0; i < best.size(); ++i) best[i].offer({id, faiss::fvec_inner_product(queries.data() + i * dimension_, vector, dimension_)});
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

  std::size_t threads(std::size_t queries) const {
    const std::size_t worth = 1 + queries * pieces_.size() * kRowsPerPiece * dimension_ / kFloatsWorthAThread;
    return std::min({worth, pieces_.size(), kMaxThreads, static_cast<std::size_t>(std::max(1U, std::thread::hardware_concurrency()))});
  }

  ChunkPlaces places_;
  const ChunkSet* deleted_;
  std::size_t dimension_;
  std::vector<RowsOfSegment> pieces_;  // at most kRowsPerPiece each
};

}  // namespace

std::unique_ptr<VectorIndex> make_flat_index(std::vector<const VectorSegment*> segments, const ChunkSet* deleted, std::size_t dimension) {
  std::vector<RowsOfSegment> rows;
  for (const VectorSegment* segment : segments) rows.push_back({segment, 0, segment->rows()});
  return make_flat_index_of(rows, deleted, dimension);
}

std::unique_ptr<VectorIndex> make_flat_index_of(const std::vector<RowsOfSegment>& rows, const ChunkSet* deleted, std::size_t dimension) {
  return std::make_unique<FlatIndex>(rows, deleted, dimension);
}

}  // namespace rag
