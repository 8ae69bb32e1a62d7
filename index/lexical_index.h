#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "index/hit.h"

namespace rag {

// Okapi BM25 (Robertson and Zaragoza 2009), for each term of the question, as often as it is asked:
//     idf * tf / (tf + k1 * (1 - b + b * length / average length)),  idf = ln(1 + (N - df + 0.5) / (df + 0.5))
// Terms that are characters of Hangul, Han, kana or an unspaced script have a k1 of their own: a pair of characters comes back by chance,
// as part of other words, so that seeing it again says little.  The defaults are measured (docs/formats/lexical.md).
struct Bm25Options {
  double k1 = 1.5;             // of words; larger: repeated ones count more
  double characters_k1 = 0.2;  // of characters
  double b = 0.75;             // 0: length does not matter; 1: in full
};

// The inverted lists of one snapshot.  Deleted chunks are never returned.
class LexicalIndex {
 public:
  virtual ~LexicalIndex() = default;
  // The `k` chunks of largest score above 0, best first, ties by chunk id.  Only chunks in `allowed` (all where it is null).
  // A query without a single known term finds nothing.
  virtual std::vector<Hit> search(std::string_view query, std::size_t k, const ChunkSet* allowed,
                                  const Bm25Options& options = {}) const = 0;
  // What a chunk would score that is about nothing but the query: the sum of its terms' weights, those included that no chunk has.
  // No score reaches it; a chunk of average length that has each term once scores 1 / (1 + k1) of it, each term with its own k1.
  virtual double weight(std::string_view query) const = 0;
  // The score of each of these chunks, in order; 0 where no term occurs.
  virtual std::vector<double> score(std::string_view query, std::span<const ChunkId> chunks, const Bm25Options& options = {}) const = 0;
  // What word_pair_scores() gives these texts: text_with_context() of the query's best candidates.
  virtual std::vector<double> score_pairs(std::string_view query, std::span<const std::string> texts,
                                          const Bm25Options& options = {}) const = 0;
};

}  // namespace rag
