#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "retrieve/eval/gold.h"

namespace rag {

// How far two people agree on what answers.
struct Agreement {
  std::size_t both = 0;                               // judged by both
  std::size_t only_first = 0, only_second = 0;        // judged by one of them alone: says nothing about agreement
  std::map<std::pair<int, int>, std::size_t> grades;  // (first's grade, second's) -> how often
  double observed = 0;                                // share of the same grade; 0 where nothing was judged by both
  // Cohen, "A Coefficient of Agreement for Nominal Scales", 1960: agreement beyond chance, 1 is perfect, 0 is chance.  Nothing where both
  // give one and the same grade throughout, or nothing was judged by both: then chance would agree as well.
  std::optional<double> kappa;
  // The same with disagreements weighted by the square of how far the grades are apart (Cohen 1968); for grades 0 to 3.
  std::optional<double> weighted_kappa;
};

// Two judgements are about the same where query and document are, and the spans share half of the smaller one, or page or quote are the
// same.
Agreement agreement_of(const std::vector<GoldItem>& first, const std::vector<GoldItem>& second);

}  // namespace rag
