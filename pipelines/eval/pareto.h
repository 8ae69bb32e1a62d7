#pragma once

#include <cstddef>
#include <vector>

namespace rag {

// Something that was tried: how good it is (more is better) and what it costs (less is better).
struct QualityAtCost {
  double quality = 0;
  double cost = 0;
};

// Which of them no other one beats, that is: has at least the quality at no more cost, and is better in one of the two.  Of equal ones the
// first counts.  By cost, ascending.
std::vector<std::size_t> pareto_front(const std::vector<QualityAtCost>& tried);

}  // namespace rag
