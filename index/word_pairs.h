#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "index/lexical_index.h"

namespace rag {

// What a pair's weight needs from the whole collection.
struct TermStatistics {
  std::uint64_t chunks = 0;
  double average_length = 1;  // of a chunk, in terms
  std::function<std::uint64_t(const std::string& term)> chunks_with_term;
};

// BM25 over pairs: neighbours in the question that are neighbours in the text, in this order ("Northwind Standard", "prior
// authorization"), as in the sequential dependence model (Metzler and Croft 2005).  One score for each text.
//
// No index of pairs is kept.  In how many chunks a pair occurs is estimated from `texts`, which should be the question's best
// candidates: the chunks with its rarer term, times the share of the texts with both terms in which they are neighbours.
std::vector<double> word_pair_scores(std::span<const std::string> question, std::span<const std::vector<std::string>> texts,
                                     const TermStatistics& statistics, const Bm25Options& options);

}  // namespace rag
