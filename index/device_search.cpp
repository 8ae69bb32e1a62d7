#include "index/device_search.h"

#include <faiss/utils/distances.h>

#include <algorithm>
#include <cmath>
#include <future>
#include <limits>
#include <mutex>
#include <optional>
#include <utility>

#include "core/error.h"
#include "core/notice.h"
#include "core/parallel.h"
#include "index/best_hits.h"
#include "index/device_proof.h"
#include "index/flat_search.h"

namespace rag {
namespace {

constexpr std::size_t kLeastSlack = 32;        // candidates beside k, so that the k-th is clearly better than what was left out
constexpr std::size_t kMostWanted = 16384;     // candidates of one query; beyond, the processor is asked
constexpr std::size_t kSecondTime = 8;         // times as many where the first were not enough
constexpr std::size_t kTestedRows = 1000;      // that the self-test's filter allows
constexpr std::size_t kTestedQueries = 8;      // one by one, and together
constexpr std::size_t kNumbersWorthAThread = 500000;
constexpr std::size_t kScaledQueriesAreWorth = 8;  // times what comparing a query with a vector costs

std::size_t slack_for(std::size_t k) { return std::max(kLeastSlack, k / 4); }

// The vectors on the GPUs, and the search over those they have no room for; null where all are there.
struct OpenedDevice {
  std::unique_ptr<const DeviceRows> rows;
  std::unique_ptr<const VectorIndex> rest;
};

class DeviceIndex final : public DeviceVectorIndex {
 public:
  DeviceIndex(std::unique_ptr<VectorIndex> processor, std::vector<const VectorSegment*> segments, const ChunkSet* deleted, std::size_t dimension, OpenDeviceRows open,
              const DeviceAuto& auto_from)
      : processor_(std::move(processor)), segments_(std::move(segments)), deleted_(deleted), dimension_(dimension), open_(std::move(open)), auto_from_(auto_from) {
    for (const VectorSegment* segment : segments_) rows_ += segment->rows();
  }

  std::vector<Hit> search(std::span<const float> query, std::size_t k, const ChunkSet* allowed, const VectorSearchOptions& options) const override {
    if (const auto device = device_for(query, 1, k, options))
      if (auto answers = try_on(device, query, k, allowed); answers && answers->front()) return std::move(*answers->front());
    return processor_->search(query, k, allowed, options);
  }

  std::vector<std::vector<Hit>> search_many(std::span<const float> queries, std::size_t count, std::size_t k, const ChunkSet* allowed,
                                            const VectorSearchOptions& options) const override {
    const auto device = device_for(queries, count, k, options);
    auto answers = device ? try_on(device, queries, k, allowed) : std::nullopt;
    if (!answers) return processor_->search_many(queries, count, k, allowed, options);
    std::vector<std::vector<Hit>> hits(count);
    for (std::size_t i = 0; i < count; ++i) {
      std::optional<std::vector<Hit>>& answer = (*answers)[i];
      hits[i] = answer ? std::move(*answer) : processor_->search(queries.subspan(i * dimension_, dimension_), k, allowed, options);
    }
    return hits;
  }

  std::vector<double> score(std::span<const float> query, std::span<const ChunkId> chunks) const override { return processor_->score(query, chunks); }

  bool searches_lists(const VectorSearchOptions& options) const override {
    if (options.method != VectorMethod::Ivf && options.device.kind != DeviceChoice::Kind::Cpu) {
      const std::lock_guard lock(guard_);
      if (device_ || (options.device.kind == DeviceChoice::Kind::Cuda && failure_.empty())) return false;
    }
    return processor_->searches_lists(options);
  }

  std::string failure() const override {
    const std::lock_guard lock(guard_);
    return failure_;
  }

 private:
  using Answers = std::vector<std::optional<std::vector<Hit>>>;  // nothing where the processor has to be asked

  // Null where the processor answers.  What is wrong with a query is told by it, too.
  std::shared_ptr<const OpenedDevice> device_for(std::span<const float> queries, std::size_t count, std::size_t k, const VectorSearchOptions& options) const {
    const DeviceChoice& choice = options.device;
    if (choice.kind == DeviceChoice::Kind::Cpu || options.method == VectorMethod::Ivf || rows_ == 0 || k == 0 || k + slack_for(k) > kMostWanted || count == 0 ||
        queries.size() != count * dimension_ || !std::ranges::all_of(queries, [](float value) { return std::isfinite(value); }))
      return nullptr;
    const std::lock_guard lock(guard_);
    if (device_) return device_;
    if (choice.kind == DeviceChoice::Kind::Auto) {
      if (!failure_.empty() || rows_ * dimension_ < auto_from_.numbers || (asked_ += count) <= auto_from_.queries) return nullptr;
    } else if (was_open_) {
      return nullptr;  // failed while it was used, and that was said
    } else if (!failure_.empty()) {
      throw Error(ErrorKind::Backend, failure_);
    }
    open(options);
    return device_;
  }

  void open(const VectorSearchOptions& options) const {
    const DeviceChoice& choice = options.device;
    try {
      const bool has_lists = choice.kind == DeviceChoice::Kind::Auto && processor_->searches_lists(options);
      auto device = std::make_shared<OpenedDevice>();
      device->rows = open_(segments_, *deleted_, dimension_, choice, has_lists ? auto_from_.numbers / dimension_ : SIZE_MAX);
      leave_rest_to_processor(*device);
      test(*device);
      device_ = std::move(device);
      was_open_ = true;
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::Corrupt) throw;
      failure_ = error.what();
      if (choice.kind == DeviceChoice::Kind::Cuda) throw Error(ErrorKind::Backend, failure_ + "; --device auto goes on without it");
      // Who has a build without CUDA knows; who has one with it wants to know why it does nothing.
      if (!gpus().module.empty()) notice(failure_ + "; searching on the processor");
    }
  }

  void leave_rest_to_processor(OpenedDevice& device) const {
    std::vector<RowsOfSegment> rest;
    std::size_t rows = 0;
    for (const DeviceGap& gap : device.rows->gaps()) {
      rest.push_back({segments_.at(gap.segment), gap.begin, gap.end});
      rows += gap.end - gap.begin;
    }
    if (rows == 0) return;
    device.rest = make_flat_index_of(rest, deleted_, dimension_);
    notice("GPU: room for " + std::to_string(100 * (rows_ - rows) / rows_) + " % of the vectors; the rest is searched on the processor");
  }

  std::optional<Answers> try_on(const std::shared_ptr<const OpenedDevice>& device, std::span<const float> queries, std::size_t k, const ChunkSet* allowed) const {
    try {
      return ask(*device, queries, k, allowed);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::Backend) throw;
      const std::lock_guard lock(guard_);
      device_.reset();
      failure_ = error.what();
      notice(failure_ + "; searching on the processor");
      return std::nullopt;
    }
  }

  Answers ask(const OpenedDevice& device, std::span<const float> queries, std::size_t k, const ChunkSet* allowed) const {
    if (!device.rest) return ask(*device.rows, queries, k, allowed);
    std::future<std::vector<std::vector<Hit>>> rest =
        std::async(std::launch::async, [&] { return device.rest->search_many(queries, queries.size() / dimension_, k, allowed, {}); });
    Answers answers = ask(*device.rows, queries, k, allowed);
    const std::vector<std::vector<Hit>> hits = rest.get();
    for (std::size_t i = 0; i < answers.size(); ++i) {
      if (!answers[i]) continue;
      BestHits best(k);
      for (const auto& some : {std::span<const Hit>(*answers[i]), std::span<const Hit>(hits[i])})
        for (const Hit& hit : some) best.offer(hit);
      answers[i] = std::move(best).sorted();
    }
    return answers;
  }

  Answers ask(const DeviceRows& device, std::span<const float> queries, std::size_t k, const ChunkSet* allowed) const {
    const std::size_t count = queries.size() / dimension_;
    const bool rounded = device.rounds_queries(count);
    std::vector<ScaledQuery> scaled(count);
    each(count, kScaledQueriesAreWorth, [&](std::size_t i) { scaled[i] = scale_query(queries.subspan(i * dimension_, dimension_), device.rounding(), rounded); });
    const std::size_t wanted = k + slack_for(k);
    const std::vector<DeviceAnswer> found = best_of(device, scaled, wanted, {}, allowed);
    Answers answers(count);
    std::vector<float> floors(count, std::numeric_limits<float>::quiet_NaN());  // below which nothing is needed, of those that are asked for again
    each(count, wanted, [&](std::size_t i) {
      BestHits best = rescore(queries.subspan(i * dimension_, dimension_), scaled[i], found[i], k, allowed);
      const double needed = best.threshold() * scaled[i].scale - scaled[i].bound;  // what scores less there is not among the k best
      if (!std::isfinite(found[i].floor) || needed > found[i].floor) answers[i] = std::move(best).sorted();
      else if (best.full()) floors[i] = std::nextafter(static_cast<float>(needed), -std::numeric_limits<float>::infinity());
    });
    ask_again(device, queries, k, allowed, floors, std::min(kMostWanted, kSecondTime * wanted), answers);
    return answers;
  }

  // All that may be among the k best, for the queries that have a floor.
  void ask_again(const DeviceRows& device, std::span<const float> queries, std::size_t k, const ChunkSet* allowed, std::span<const float> floors, std::size_t wanted,
                 Answers& answers) const {
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < floors.size(); ++i)
      if (!std::isnan(floors[i])) open.push_back(i);
    if (open.empty()) return;
    // The floors were computed with a bound for `rounded` queries or without; fewer queries now are rounded less, never more.
    std::vector<ScaledQuery> scaled;
    std::vector<float> their_floors;
    for (const std::size_t i : open) {
      scaled.push_back(scale_query(queries.subspan(i * dimension_, dimension_), device.rounding(), device.rounds_queries(open.size())));
      their_floors.push_back(floors[i]);
    }
    const std::vector<DeviceAnswer> found = best_of(device, scaled, wanted, their_floors, allowed);
    each(open.size(), wanted, [&](std::size_t i) {
      if (found[i].floor > their_floors[i]) return;  // too many of them
      answers[open[i]] = rescore(queries.subspan(open[i] * dimension_, dimension_), scaled[i], found[i], k, allowed).sorted();
    });
  }

  std::vector<DeviceAnswer> best_of(const DeviceRows& device, const std::vector<ScaledQuery>& scaled, std::size_t wanted, std::span<const float> floors, const ChunkSet* allowed) const {
    std::vector<float> values;
    values.reserve(scaled.size() * dimension_);
    for (const ScaledQuery& query : scaled) values.insert(values.end(), query.values.begin(), query.values.end());
    auto found = device.best({.queries = values, .wanted = wanted, .floors = floors, .allowed = allowed});
    if (found.size() != scaled.size()) throw Error(ErrorKind::Backend, "GPU: answered " + std::to_string(found.size()) + " of " + std::to_string(scaled.size()) + " questions");
    return found;
  }

  // The k best of the candidates by their exact scores.  Nothing that a GPU says is believed: rows that are not there, chunks that must not be found, scores
  // that are farther off than rounding explains, and a row that comes twice all mean that it cannot be trusted.
  BestHits rescore(std::span<const float> query, const ScaledQuery& scaled, const DeviceAnswer& answer, std::size_t k, const ChunkSet* allowed) const {
    BestHits best(k);
    std::vector<std::pair<std::uint32_t, std::uint32_t>> seen;
    for (const DeviceCandidate& candidate : answer.candidates) {
      if (candidate.segment >= segments_.size() || candidate.row >= segments_[candidate.segment]->rows()) throw Error(ErrorKind::Backend, "GPU: found a row that is not there");
      const VectorSegment& segment = *segments_[candidate.segment];
      const ChunkId id = segment.ids()[candidate.row];
      if (deleted_->contains(id) || (allowed && !allowed->contains(id)))
        throw Error(ErrorKind::Backend, "GPU: found a chunk that " + std::string(deleted_->contains(id) ? "is deleted" : "the filter does not allow"));
      const double score = faiss::fvec_inner_product(query.data(), segment.vectors(candidate.row, candidate.row + 1).data(), dimension_);
      if (!(std::abs(score * scaled.scale - candidate.score) <= scaled.bound)) throw Error(ErrorKind::Backend, "GPU: computed a score that rounding does not explain");
      seen.emplace_back(candidate.segment, candidate.row);
      best.offer({id, score});
    }
    std::ranges::sort(seen);
    if (std::ranges::adjacent_find(seen) != seen.end()) throw Error(ErrorKind::Backend, "GPU: found a row twice");
    return best;
  }

  template <typename Work>
  void each(std::size_t count, std::size_t candidates, const Work& work) const {
    in_parallel(std::min(threads_or_all(0), 1 + count * candidates * dimension_ / kNumbersWorthAThread), count, work);
  }

  // A search with a filter of spread chunks, one query at a time and several at once, beside comparing them one by one.
  void test(const OpenedDevice& device) const {
    ChunkSet allowed;
    std::vector<ChunkId> chunks;
    std::vector<float> queries;
    const std::size_t step = std::max<std::size_t>(1, rows_ / kTestedRows);
    std::size_t next = 0, before = 0;
    for (const VectorSegment* segment : segments_) {
      for (; next < before + segment->rows(); next += step) {
        const ChunkId id = segment->ids()[next - before];
        if (deleted_->contains(id)) continue;
        allowed.insert(id);
        chunks.push_back(id);
        const auto vector = segment->vectors(next - before, next - before + 1);
        if (queries.size() < kTestedQueries * dimension_) queries.insert(queries.end(), vector.begin(), vector.end());
      }
      before += segment->rows();
    }
    if (queries.empty() || !std::ranges::all_of(queries, [](float value) { return std::isfinite(value); })) return;
    const std::size_t k = std::min<std::size_t>(10, chunks.size());
    const Answers together = ask(device, queries, k, &allowed);
    for (std::size_t i = 0; i < together.size(); ++i) {
      const auto query = std::span(queries).subspan(i * dimension_, dimension_);
      const std::vector<double> scores = processor_->score(query, chunks);
      BestHits best(k);
      for (std::size_t j = 0; j < chunks.size(); ++j) best.offer({chunks[j], scores[j]});
      const std::vector<Hit> expected = std::move(best).sorted();
      const Answers alone = i == 0 ? ask(device, query, k, &allowed) : Answers(1);
      for (const auto& answer : {together[i], alone.front()})
        if (answer && !same_hits(*answer, expected))
          throw Error(ErrorKind::Backend, "GPU: failed its self-test: a search with a filter found something else than the processor");
    }
  }

  std::unique_ptr<VectorIndex> processor_;
  std::vector<const VectorSegment*> segments_;
  const ChunkSet* deleted_;
  std::size_t dimension_;
  std::size_t rows_ = 0;
  OpenDeviceRows open_;
  DeviceAuto auto_from_;
  mutable std::mutex guard_;
  mutable std::shared_ptr<const OpenedDevice> device_;
  mutable std::string failure_;  // why there is none
  mutable bool was_open_ = false;
  mutable std::size_t asked_ = 0;
};

}  // namespace

bool same_hits(const std::vector<Hit>& a, const std::vector<Hit>& b) {
  return std::ranges::equal(a, b, [](const Hit& x, const Hit& y) { return x.chunk == y.chunk && x.score == y.score; });
}

std::unique_ptr<DeviceVectorIndex> make_device_index(std::unique_ptr<VectorIndex> processor, std::vector<const VectorSegment*> segments, const ChunkSet* deleted,
                                                     std::size_t dimension, OpenDeviceRows open, const DeviceAuto& auto_from) {
  return std::make_unique<DeviceIndex>(std::move(processor), std::move(segments), deleted, dimension, std::move(open), auto_from);
}

std::unique_ptr<DeviceRows> open_device_rows(std::span<const VectorSegment* const> segments, const ChunkSet& deleted, std::size_t dimension, const DeviceChoice& choice,
                                             std::size_t most_left_out) {
  const std::vector<GpuDevice> devices = usable_gpus(choice);
  if (devices.empty()) {
    const std::string why = why_no_gpu(choice);
    throw Error(ErrorKind::Backend, why.starts_with("GPU") ? why : "GPU: " + why);
  }
  const auto make = reinterpret_cast<CudaRows>(cuda_symbol(kCudaRows));
  if (!make) throw Error(ErrorKind::Backend, "GPU: " + gpus().module + ": of another build of rag; build or install again");
  return std::unique_ptr<DeviceRows>(make(segments, deleted, dimension, devices, most_left_out));
}

}  // namespace rag
