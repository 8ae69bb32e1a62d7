#include "retrieve/eval/agreement.h"

#include <algorithm>

#include "retrieve/eval/gold_metrics.h"

namespace rag {
namespace {

bool about_the_same(const GoldItem& a, const GoldItem& b) {
  if (a.query != b.query || a.document != b.document) return false;
  if (a.span && b.span) return share_half(*a.span, *b.span);
  return a.page == b.page && a.quote == b.quote && a.span.has_value() == b.span.has_value();
}

// 1 - observed disagreement / disagreement by chance, each pair of grades weighing as `weight` says.
template <typename Weight>
std::optional<double> beyond_chance(const Agreement& agreement, Weight weight) {
  std::map<int, double> first, second;
  for (const auto& [pair, times] : agreement.grades) {
    first[pair.first] += static_cast<double>(times);
    second[pair.second] += static_cast<double>(times);
  }
  double observed = 0, chance = 0;
  for (const auto& [pair, times] : agreement.grades) observed += weight(pair.first, pair.second) * static_cast<double>(times);
  for (const auto& [a, a_times] : first)
    for (const auto& [b, b_times] : second) chance += weight(a, b) * a_times * b_times / static_cast<double>(agreement.both);
  if (chance <= 0) return std::nullopt;
  return 1 - observed / chance;
}

}  // namespace

Agreement agreement_of(const std::vector<GoldItem>& first, const std::vector<GoldItem>& second) {
  Agreement agreement;
  std::vector<bool> matched(second.size(), false);
  std::map<std::string, std::vector<std::size_t>> of_query;
  for (std::size_t i = 0; i < second.size(); ++i) of_query[second[i].query].push_back(i);
  for (const GoldItem& item : first) {
    const auto candidates = of_query.find(item.query);
    std::optional<std::size_t> same;
    if (candidates != of_query.end())
      for (const std::size_t i : candidates->second)
        if (!same && !matched[i] && about_the_same(item, second[i])) same = i;
    if (!same) {
      ++agreement.only_first;
      continue;
    }
    matched[*same] = true;
    ++agreement.both;
    ++agreement.grades[{item.grade, second[*same].grade}];
  }
  agreement.only_second = static_cast<std::size_t>(std::ranges::count(matched, false));
  std::size_t equal = 0;
  for (const auto& [pair, times] : agreement.grades) equal += pair.first == pair.second ? times : 0;
  if (agreement.both == 0) return agreement;
  agreement.observed = static_cast<double>(equal) / static_cast<double>(agreement.both);
  agreement.kappa = beyond_chance(agreement, [](int a, int b) { return a == b ? 0.0 : 1.0; });
  agreement.weighted_kappa = beyond_chance(agreement, [](int a, int b) { return static_cast<double>(a - b) * (a - b); });
  return agreement;
}

}  // namespace rag
