#include "index/lexical_query.h"

#include <algorithm>

#include "core/error.h"

namespace rag {
namespace {

constexpr int kScaleBits = 40;
constexpr int kSumBits = 61;  // no sum of scores may pass this

double idf(double chunks, double with_term) { return std::log(1 + (chunks - with_term + 0.5) / (with_term + 0.5)); }

}  // namespace

Bm25::Bm25(const Bm25Options& options, const CollectionStatistics& statistics) {
  if (!(options.k1 >= 0 && options.k1 <= 1000) || !(options.b >= 0 && options.b <= 1))
    throw Error(ErrorKind::Usage, "BM25: k1 " + std::to_string(options.k1) + ", b " + std::to_string(options.b) +
                                      ", expected k1 from 0 to 1000 and b from 0 to 1");
  const double average =
      statistics.total_length == 0 ? 1.0 : static_cast<double>(statistics.total_length) / static_cast<double>(statistics.chunks);
  norm_base_ = options.k1 * (1 - options.b);
  norm_slope_ = options.k1 * options.b / average;
}

WeightedQuery weigh_query(std::vector<std::string> terms, std::span<const LexicalFile* const> segments,
                          const CollectionStatistics& statistics) {
  WeightedQuery query;
  query.by_segment.resize(segments.size());
  std::sort(terms.begin(), terms.end());
  double known = 0;
  for (std::size_t i = 0, next = 0; i < terms.size(); i = next) {
    while (next < terms.size() && terms[next] == terms[i]) ++next;
    std::uint64_t with_term = 0;
    for (std::size_t s = 0; s < segments.size(); ++s) {
      const std::optional<TermPostings> postings = find_term(*segments[s], terms[i]);
      if (!postings) continue;
      with_term += postings->count;
      query.by_segment[s].push_back({static_cast<double>(i), *postings});  // the weight is known when all segments were asked
    }
    const double weight = static_cast<double>(next - i) * idf(static_cast<double>(statistics.chunks), static_cast<double>(with_term));
    query.total += weight;
    if (with_term == 0) continue;
    known += weight;
    for (std::vector<SegmentTerm>& segment : query.by_segment)
      if (!segment.empty() && segment.back().weight == static_cast<double>(i)) segment.back().weight = weight;
  }
  query.scale = std::ldexp(1.0, std::min(kScaleBits, kSumBits - static_cast<int>(std::ceil(std::log2(std::max(known, 1.0))))));
  for (std::vector<SegmentTerm>& segment : query.by_segment)
    for (SegmentTerm& term : segment) term.weight *= query.scale;
  return query;
}

}  // namespace rag
