#include "index/lexical_query.h"

#include <algorithm>

#include "core/error.h"
#include "core/text.h"
#include "index/analyzer_scan.h"

namespace rag {
namespace {

constexpr int kScaleBits = 40;
constexpr int kSumBits = 61;  // no sum of scores may pass this

bool is_characters(std::string_view term) {
  std::size_t begin = 0;
  const CharacterClass kind = term.empty() ? CharacterClass::Break : class_of(next_code_point(term, begin));
  return kind == CharacterClass::Hangul || kind == CharacterClass::Han || kind == CharacterClass::Unspaced;
}

double idf(double chunks, double with_term) { return std::log(1 + (chunks - with_term + 0.5) / (with_term + 0.5)); }

}  // namespace

Bm25::Bm25(const Bm25Options& options, const CollectionStatistics& statistics) {
  const auto is_k1 = [](double k1) { return k1 >= 0 && k1 <= 1000; };
  if (!is_k1(options.k1) || !is_k1(options.characters_k1) || !(options.b >= 0 && options.b <= 1))
    throw Error(ErrorKind::Usage, "BM25: k1 " + std::to_string(options.k1) + " and " + std::to_string(options.characters_k1) + ", b " +
                                      std::to_string(options.b) + ", expected k1 from 0 to 1000 and b from 0 to 1");
  const double average =
      statistics.total_length == 0 ? 1.0 : static_cast<double>(statistics.total_length) / static_cast<double>(statistics.chunks);
  k1_ = options.k1;
  characters_k1_ = options.characters_k1;
  base_ = 1 - options.b;
  slope_ = options.b / average;
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
      query.by_segment[s].push_back(
          {static_cast<double>(i), is_characters(terms[i]), *postings});  // the weight is known when all segments were asked
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
