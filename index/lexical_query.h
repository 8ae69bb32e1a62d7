#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "index/lexical_index.h"
#include "index/lexical_terms.h"

namespace rag {

// What the score of one chunk needs from the whole collection.
struct CollectionStatistics {
  std::uint64_t chunks = 0;
  std::uint64_t total_length = 0;
};

// BM25 in whole numbers of 2^-40 (of a coarser unit where a question repeats its terms a million times).  Whole numbers add up
// to the same sum in any order, so a chunk's score does not depend on the way the search took, and equal chunks score equally.
class Bm25 {
 public:
  Bm25(const Bm25Options& options, const CollectionStatistics& statistics);

  // `weight`: idf times how often the question asks, times scale().
  std::int64_t score(double weight, std::uint32_t frequency, std::uint32_t length) const {
    const double tf = frequency;
    return static_cast<std::int64_t>(weight * (tf / (tf + norm(length))));
  }
  // At least the score of any posting within the impact.
  std::int64_t bound(double weight, const Impact& impact) const {
    const double tf = impact.max_frequency;
    return static_cast<std::int64_t>(weight * (tf / (tf + norm(impact.min_length))) * (1 + 1e-12)) + 1;
  }
  double norm(std::uint32_t length) const { return norm_base_ + norm_slope_ * length; }

 private:
  double norm_base_;
  double norm_slope_;
};

// A term of the question as one segment sees it.
struct SegmentTerm {
  double weight = 0;  // in units of 1 / WeightedQuery::scale
  TermPostings postings;
};

// The terms of a question, weighted by the whole collection, with their postings in every segment.
struct WeightedQuery {
  double total = 0;                                  // weights of all terms, unknown ones too, not scaled
  double scale = 1;                                  // score = whole number / scale
  std::vector<std::vector<SegmentTerm>> by_segment;  // in the same order in each, absent terms left out
};

WeightedQuery weigh_query(std::vector<std::string> terms, std::span<const LexicalFile* const> segments,
                          const CollectionStatistics& statistics);

}  // namespace rag
