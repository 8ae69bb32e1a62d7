#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "core/span.h"
#include "retrieve/eval/gold_places.h"
#include "retrieve/eval/metrics.h"

namespace rag {

// A chunk that was found for a question.
struct FoundChunk {
  std::string label;  // "leave/faq.md#0-512"
  std::string document_id;
  Span span;
  std::size_t tokens = 0;  // of the encoder that the index was made with
};

// A chunk covers an item where it shares at least this part of the smaller of the two with one of the item's places: most of a sentence
// that is gold lies in it, or most of it lies on a page that is gold.
inline constexpr double kOverlap = 0.5;

// The same rule for two spans of one document.
bool share_half(Span a, Span b);

// What a ranking of chunks finds of a question's items.  Each item counts once, at the first chunk that covers it; a chunk that covers
// nothing, or only what was covered before it, takes up a rank and gives nothing (the novelty of alpha-nDCG with alpha 1: Clarke et al.,
// SIGIR 2008).
//
// A chunk that is the first to cover several items fills as many places of the ranking, the better grades first, and what comes behind
// stands behind them: so the ideal ranking, one item a place, is the same however documents are cut, and no chunking can exceed 1.
class GoldRanking {
 public:
  GoldRanking(const std::vector<PlacedItem>& items, const std::vector<FoundChunk>& chunks, double overlap = kOverlap);

  // R@k counts items that the first k chunks cover, P@k chunks among the first k that are the first to cover an item.  Every other measure
  // is taken over the places above as over documents.
  double score(const Metric& metric) const;

  // Share of the items (grade of 1 or more) covered by as many of the best chunks as fit into so many tokens; the last one is cut there.
  double recall_within(std::size_t tokens) const;

  // Share of the bytes of the first k chunks that belong to an item's place; text that two chunks share counts once as gold and twice as
  // read.
  double byte_precision(std::size_t k) const;

 private:
  const std::vector<PlacedItem>& items_;
  const std::vector<FoundChunk>& chunks_;
  double overlap_;
  std::vector<std::vector<std::size_t>> adds_;  // for each chunk, the items it is the first to cover, by grade
  std::map<std::string, int> grades_;           // of the items, by a name of their own
  std::vector<ScoredDocument> places_;
};

}  // namespace rag
