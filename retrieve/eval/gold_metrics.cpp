#include "retrieve/eval/gold_metrics.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace rag {
namespace {

std::size_t shared_bytes(Span a, Span b) {
  const std::size_t begin = std::max(a.begin, b.begin), end = std::min(a.end, b.end);
  return end > begin ? end - begin : 0;
}

// `read`: the part of the chunk that was read, the whole one but where a budget ends in it.
bool covers(const FoundChunk& chunk, Span read, const PlacedItem& item, double overlap) {
  return std::ranges::any_of(item.places, [&](const GoldPlace& place) {
    if (place.document_id != chunk.document_id) return false;
    const std::size_t shared = shared_bytes(read, place.span);
    const std::size_t smaller = std::min(chunk.span.size(), place.span.size());
    return shared > 0 && static_cast<double>(shared) >= overlap * static_cast<double>(smaller);
  });
}

double share(std::size_t part, std::size_t whole) { return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0; }

// An item as score_query is told of it.
std::string name_of(std::size_t item) { return "item " + std::to_string(item); }

std::size_t depth_of(const Metric& metric) {
  return metric.cutoff > 0 ? static_cast<std::size_t>(metric.cutoff) : std::numeric_limits<std::size_t>::max();
}

}  // namespace

bool share_half(Span a, Span b) {
  const std::size_t shared = shared_bytes(a, b);
  return shared > 0 && 2 * shared >= std::min(a.size(), b.size());
}

GoldRanking::GoldRanking(const std::vector<PlacedItem>& items, const std::vector<FoundChunk>& chunks, double overlap)
    : items_(items), chunks_(chunks), overlap_(overlap) {
  std::vector<std::size_t> by_grade(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    by_grade[i] = i;
    grades_.emplace(name_of(i), items[i].grade);
  }
  std::ranges::stable_sort(by_grade, [&](std::size_t a, std::size_t b) { return items[a].grade > items[b].grade; });
  std::vector<bool> covered(items.size(), false);
  std::vector<std::string> ranking;
  for (std::size_t rank = 0; rank < chunks.size(); ++rank) {
    std::vector<std::size_t>& added = adds_.emplace_back();
    for (const std::size_t i : by_grade)
      if (!covered[i] && covers(chunks[rank], chunks[rank].span, items[i], overlap)) {
        covered[i] = true;
        // Beside something relevant, what is judged irrelevant needs no place of its own.
        if (added.empty() || items[i].grade > 0) added.push_back(i);
      }
    // The places before were filled beyond this rank: what gives nothing is passed over until the ranks have caught up.
    if (added.empty() && ranking.size() > rank) continue;
    if (added.empty()) ranking.push_back("chunk " + std::to_string(rank));
    for (const std::size_t i : added) ranking.push_back(name_of(i));
  }
  for (std::size_t i = 0; i < ranking.size(); ++i) places_.push_back({ranking[i], -static_cast<double>(i)});
}

double GoldRanking::score(const Metric& metric) const {
  if (metric.kind != Metric::Kind::R && metric.kind != Metric::Kind::P) return score_query(metric, grades_, places_);
  const auto relevant = [&](std::size_t i) { return items_[i].grade >= metric.relevance; };
  const std::size_t depth = depth_of(metric);
  std::size_t found = 0, adding = 0, all = 0;
  for (std::size_t i = 0; i < items_.size(); ++i) all += relevant(i);
  for (std::size_t rank = 0; rank < adds_.size() && rank < depth; ++rank) {
    const auto here = static_cast<std::size_t>(std::ranges::count_if(adds_[rank], relevant));
    found += here;
    adding += here > 0;
  }
  return metric.kind == Metric::Kind::R ? share(found, all) : share(adding, depth);
}

double GoldRanking::recall_within(std::size_t tokens) const {
  std::vector<bool> covered(items_.size(), false);
  std::size_t left = tokens;
  for (const FoundChunk& chunk : chunks_) {
    if (left == 0) break;
    Span read = chunk.span;
    if (chunk.tokens > left) read.end = read.begin + static_cast<std::size_t>(static_cast<double>(read.size()) * share(left, chunk.tokens));
    left -= std::min(left, chunk.tokens);
    for (std::size_t i = 0; i < items_.size(); ++i) covered[i] = covered[i] || covers(chunk, read, items_[i], overlap_);
  }
  std::size_t found = 0, all = 0;
  for (std::size_t i = 0; i < items_.size(); ++i)
    if (items_[i].grade > 0) {
      ++all;
      found += covered[i];
    }
  return share(found, all);
}

double GoldRanking::byte_precision(std::size_t k) const {
  std::map<std::string, std::vector<Span>> gold;  // document -> what of its gold was read
  std::size_t read = 0;
  for (std::size_t rank = 0; rank < chunks_.size() && rank < k; ++rank) {
    read += chunks_[rank].span.size();
    for (const PlacedItem& item : items_)
      for (const GoldPlace& place : item.places)
        if (item.grade > 0 && place.document_id == chunks_[rank].document_id && shared_bytes(place.span, chunks_[rank].span) > 0)
          gold[place.document_id].push_back(
              {std::max(place.span.begin, chunks_[rank].span.begin), std::min(place.span.end, chunks_[rank].span.end)});
  }
  std::size_t useful = 0;
  for (auto& [document, spans] : gold) {
    std::ranges::sort(spans, {}, &Span::begin);
    std::size_t reached = 0;
    for (const Span& span : spans) {
      const std::size_t begin = std::max(span.begin, reached);
      if (span.end > begin) useful += span.end - begin;
      reached = std::max(reached, span.end);
    }
  }
  return share(useful, read);
}

}  // namespace rag
