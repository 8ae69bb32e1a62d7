#include "index/ivf_search.h"

#include <faiss/utils/distances.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <optional>
#include <utility>

#include "index/best_hits.h"
#include "index/chunk_places.h"
#include "index/flat_search.h"
#include "index/vector_code.h"

namespace rag {
namespace {

constexpr std::size_t kRowsPerPiece = 256;   // scored before they are looked at; their scores stay in the first-level cache
constexpr std::size_t kRescoredAtLeast = 48;  // beside twice k: so far down may a true neighbour stand by its code
constexpr double kCostOfASingleVector = 16;   // read somewhere in the segments, in rows of a list: 1.5 KB of scattered memory against 208 bytes in line

// The lists from the nearest on; only as many are put into order as are asked for.
class NearestLists {
 public:
  NearestLists(const IvfFile& file, std::span<const float> query, const CodedQuery& coded) : heap_(file.lists()) {
    std::vector<float> scores(file.lists());
    coded.score(file.coded_directions(), file.lists(), faiss::fvec_inner_product(query.data(), file.centre().data(), query.size()), scores.data());
    for (std::size_t i = 0; i < heap_.size(); ++i) heap_[i] = {scores[i], static_cast<std::uint32_t>(i)};
    std::make_heap(heap_.begin(), heap_.end(), farther);
  }

  bool empty() const { return heap_.empty(); }
  std::size_t next() {
    std::pop_heap(heap_.begin(), heap_.end(), farther);
    const std::size_t list = heap_.back().list;
    heap_.pop_back();
    return list;
  }

 private:
  struct Scored {
    float score;
    std::uint32_t list;
  };
  static bool farther(const Scored& a, const Scored& b) { return a.score != b.score ? a.score < b.score : a.list > b.list; }

  std::vector<Scored> heap_;
};

class IvfIndex final : public VectorIndex {
 public:
  IvfIndex(std::vector<const VectorSegment*> segments, const ChunkSet* deleted, std::size_t dimension, std::unique_ptr<const IvfFile> file)
      : deleted_(deleted), dimension_(dimension), file_(std::move(file)), places_(segments), all_(make_flat_index(segments, deleted, dimension)) {
    for (const VectorSegment* segment : segments) living_ += segment->rows();
    living_ -= std::min(living_, deleted_->size());
    if (file_ && (file_->dimension() != dimension || file_->lists() == 0)) file_.reset();
    if (file_) tell_known_from_newer(segments);
  }

  std::vector<Hit> search(std::span<const float> query, std::size_t k, const ChunkSet* allowed, const VectorSearchOptions& options) const override {
    if (k > 0 && query.size() == dimension_ && searches_lists(options) && std::ranges::all_of(query, [](float value) { return std::isfinite(value); })) {
      const Question question{.query = query, .coded = CodedQuery(query), .k = k, .allowed = allowed, .probes = probes_of(options, k)};
      if (auto hits = answer(question)) return std::move(*hits);
      damaged_.store(true, std::memory_order_relaxed);
    }
    return all_->search(query, k, allowed, options);
  }

  std::vector<std::vector<Hit>> search_many(std::span<const float> queries, std::size_t count, std::size_t k, const ChunkSet* allowed,
                                            const VectorSearchOptions& options) const override {
    return searches_lists(options) ? VectorIndex::search_many(queries, count, k, allowed, options) : all_->search_many(queries, count, k, allowed, options);
  }

  std::vector<double> score(std::span<const float> query, std::span<const ChunkId> chunks) const override { return all_->score(query, chunks); }

  bool searches_lists(const VectorSearchOptions& options) const override {
    if (!file_ || damaged_.load(std::memory_order_relaxed) || options.method == VectorMethod::Exact || options.probes >= file_->lists()) return false;
    return options.method == VectorMethod::Ivf || living_ > options.ivf_from;
  }

 private:
  struct Question {
    std::span<const float> query;
    CodedQuery coded;
    std::size_t k;
    const ChunkSet* allowed;
    std::size_t probes;
  };

  void tell_known_from_newer(const std::vector<const VectorSegment*>& segments) {
    std::vector<const VectorSegment*> known, newer;
    for (const VectorSegment* segment : segments) {
      const bool listed = std::ranges::any_of(file_->segments(), [&](const IvfSegment& it) { return it.number == segment->number() && it.checksum == segment->checksum(); });
      (listed ? known : newer).push_back(segment);
    }
    if (known.empty()) return file_.reset();
    some_are_gone_ = known.size() < file_->segments().size();
    known_.emplace(std::move(known));
    if (!newer.empty()) newer_ = make_flat_index(std::move(newer), deleted_, dimension_);
  }

  std::size_t probes_of(const VectorSearchOptions& options, std::size_t k) const {
    return options.probes > 0 ? options.probes : default_probes(file_->lists(), k);
  }

  // Nothing where a list is damaged.
  std::optional<std::vector<Hit>> answer(const Question& question) const {
    if (question.allowed && few(*question.allowed, question.probes)) return among_allowed(question);
    BestHits candidates(2 * question.k + kRescoredAtLeast);
    if (!look_into_lists(question, candidates)) return std::nullopt;
    BestHits best(question.k);
    for (const Hit& candidate : candidates.hits()) offer_exactly(question.query, candidate.chunk, best);
    if (newer_)
      for (const Hit& hit : newer_->search(question.query, question.k, question.allowed)) best.offer(hit);
    return std::move(best).sorted();
  }

  // A filter that allows a share f needs 1 / f as many lists for as many vectors to choose from.  Comparing the allowed ones one by one is exact,
  // and cheaper from some f on.
  bool few(const ChunkSet& allowed, std::size_t probes) const {
    const auto count = static_cast<double>(allowed.size()), rows = static_cast<double>(file_->rows()), lists = static_cast<double>(file_->lists());
    const double needed = std::min(lists, static_cast<double>(probes) * rows / std::max(count, 1.0));
    return count * kCostOfASingleVector <= needed * rows / lists;
  }

  std::vector<Hit> among_allowed(const Question& question) const {
    BestHits best(question.k);
    question.allowed->for_each([&](ChunkId id) {
      if (!deleted_->contains(id)) offer_exactly(question.query, id, best);
    });
    return std::move(best).sorted();
  }

  void offer_exactly(std::span<const float> query, ChunkId id, BestHits& best) const {
    if (const auto place = places_.find(id))
      best.offer({id, faiss::fvec_inner_product(query.data(), place->segment->vectors(place->row, place->row + 1).data(), dimension_)});
  }

  bool look_into_lists(const Question& question, BestHits& candidates) const {
    NearestLists lists(*file_, question.query, question.coded);
    // Of a filter's vectors as many are looked at as there would be without it.
    const std::size_t enough = question.allowed ? question.probes * file_->rows() / file_->lists() : 0;
    std::size_t seen = 0;
    for (std::size_t looked = 0; !lists.empty() && (looked < question.probes || seen < enough || candidates.hits().size() < question.k); ++looked) {
      const IvfFile::List list = file_->list(lists.next());
      if (!list.rows) return false;
      seen += look_into(list, question, candidates);
    }
    return true;
  }

  // Returns how many of its rows a filter allows.
  std::size_t look_into(const IvfFile::List& list, const Question& question, BestHits& candidates) const {
    const std::size_t row_bytes = coded_row_bytes(dimension_);
    const float base = list.length * faiss::fvec_inner_product(question.query.data(), list.direction.data(), dimension_);
    std::array<float, kRowsPerPiece> scores;
    std::size_t seen = 0;
    for (std::size_t begin = 0; begin < list.count; begin += kRowsPerPiece) {
      const std::size_t count = std::min(kRowsPerPiece, list.count - begin);
      const char* rows = list.rows + begin * row_bytes;
      question.coded.score(rows, count, base, scores.data());
      for (std::size_t i = 0; i < count; ++i) {
        if (question.allowed) {
          if (!question.allowed->contains({id_of_coded_row(rows + i * row_bytes)})) continue;
          ++seen;
        }
        if (scores[i] < candidates.threshold()) continue;
        const ChunkId id{id_of_coded_row(rows + i * row_bytes)};
        if (!deleted_->contains(id) && (!some_are_gone_ || known_->find(id))) candidates.offer({id, scores[i]});
      }
    }
    return seen;
  }

  const ChunkSet* deleted_;
  std::size_t dimension_;
  std::unique_ptr<const IvfFile> file_;
  mutable std::atomic<bool> damaged_ = false;
  std::size_t living_ = 0;
  ChunkPlaces places_;
  std::unique_ptr<VectorIndex> all_;
  std::optional<ChunkPlaces> known_;  // segments whose rows lie in the lists
  bool some_are_gone_ = false;        // rows of others lie there, too
  std::unique_ptr<VectorIndex> newer_;  // segments that the lists do not know; null where there are none
};

}  // namespace

std::size_t default_probes(std::size_t lists, std::size_t k) {
  const double wanted = 2 * std::sqrt(static_cast<double>(lists)) * std::cbrt(std::max(1.0, static_cast<double>(k) / 10));
  return std::clamp<std::size_t>(static_cast<std::size_t>(std::ceil(wanted)), 1, std::max<std::size_t>(1, lists));
}

std::unique_ptr<VectorIndex> make_ivf_index(std::vector<const VectorSegment*> segments, const ChunkSet* deleted, std::size_t dimension,
                                            std::unique_ptr<const IvfFile> file) {
  return std::make_unique<IvfIndex>(std::move(segments), deleted, dimension, std::move(file));
}

}  // namespace rag
