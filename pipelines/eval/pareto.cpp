#include "pipelines/eval/pareto.h"

#include <algorithm>
#include <numeric>

namespace rag {

std::vector<std::size_t> pareto_front(const std::vector<QualityAtCost>& tried) {
  std::vector<std::size_t> order(tried.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    return tried[a].cost != tried[b].cost ? tried[a].cost < tried[b].cost : tried[a].quality > tried[b].quality;
  });
  std::vector<std::size_t> front;
  for (const std::size_t candidate : order)
    if (front.empty() || tried[candidate].quality > tried[front.back()].quality) front.push_back(candidate);
  return front;
}

}  // namespace rag
