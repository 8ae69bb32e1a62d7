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

// A term of the question as one segment sees it.
struct SegmentTerm {
  double weight = 0;        // idf times how often the question asks, in units of 1 / WeightedQuery::scale
  bool characters = false;  // of a script that is indexed by characters, not by words
  TermPostings postings;
};

// BM25 in whole numbers of 2^-40 (of a coarser unit where a question repeats its terms a million times).  Whole numbers add up
// to the same sum in any order, so a chunk's score does not depend on the way the search took, and equal chunks score equally.
class Bm25 {
 public:
  Bm25(const Bm25Options& options, const CollectionStatistics& statistics);

  std::int64_t score(const SegmentTerm& term, std::uint32_t frequency, std::uint32_t length) const {
    const double tf = frequency;
    return static_cast<std::int64_t>(term.weight * (tf / (tf + norm(term, length))));
  }
  // At least the score of any posting within the impact.
  std::int64_t bound(const SegmentTerm& term, const Impact& impact) const {
    const double tf = impact.max_frequency;
    return static_cast<std::int64_t>(term.weight * (tf / (tf + norm(term, impact.min_length))) * (1 + 1e-12)) + 1;
  }

 private:
  double norm(const SegmentTerm& term, std::uint32_t length) const {
    return (term.characters ? characters_k1_ : k1_) * (base_ + slope_ * length);
  }

  double k1_;
  double characters_k1_;
  double base_;
  double slope_;
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
