#include "retrieve/eval/significance/paired_tests.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include "retrieve/eval/significance/distributions.h"

namespace rag {
namespace {

struct Moments {
  double mean = 0;
  double deviation = 0;  // of the sample, divisor n - 1; exactly 0 where all values are the same but for rounding
};

Moments moments_of(std::span<const double> values) {
  if (values.empty()) return {};
  const double count = static_cast<double>(values.size());
  Moments moments{.mean = std::accumulate(values.begin(), values.end(), 0.0) / count};
  const auto [least, most] = std::ranges::minmax(values);
  if (most - least <= kRoundingDifference) return moments;
  double squares = 0;
  for (const double value : values) squares += (value - moments.mean) * (value - moments.mean);
  moments.deviation = std::sqrt(squares / (count - 1));
  return moments;
}

bool all_zero(std::span<const double> values) {
  return std::ranges::all_of(values, [](double value) { return value == 0; });
}

}  // namespace

std::vector<double> paired_differences(std::span<const double> first, std::span<const double> second) {
  assert(first.size() == second.size());
  std::vector<double> differences;
  differences.reserve(first.size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    const double difference = second[i] - first[i];
    differences.push_back(std::abs(difference) <= kRoundingDifference ? 0 : difference);
  }
  return differences;
}

std::optional<TTest> paired_t_test(std::span<const double> differences) {
  if (differences.size() < 2) return std::nullopt;
  const double count = static_cast<double>(differences.size());
  const Moments moments = moments_of(differences);
  if (moments.deviation == 0) {
    if (!all_zero(differences)) return std::nullopt;
    return TTest{.t = 0, .df = count - 1, .p = 1};
  }
  const double t = moments.mean / (moments.deviation / std::sqrt(count));
  return TTest{.t = t, .df = count - 1, .p = student_t_two_sided(t, count - 1)};
}

std::optional<EffectSize> effect_size(std::span<const double> differences) {
  if (differences.size() < 3) return std::nullopt;
  const Moments moments = moments_of(differences);
  if (moments.deviation == 0) return all_zero(differences) ? std::optional(EffectSize{}) : std::nullopt;
  const double df = static_cast<double>(differences.size()) - 1, d_z = moments.mean / moments.deviation;
  const double correction = std::exp(std::lgamma(df / 2) - std::lgamma((df - 1) / 2)) / std::sqrt(df / 2);
  return EffectSize{.d_z = d_z, .hedges_g = d_z * correction};
}

std::optional<double> detectable_difference(std::span<const double> differences, double alpha, double power) {
  const Moments moments = moments_of(differences);
  if (differences.size() < 2 || moments.deviation == 0) return std::nullopt;
  return moments.deviation * detectable_effect(static_cast<double>(differences.size()), alpha, power);
}

std::vector<double> holm_adjusted(std::span<const double> p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return p[i]; });
  std::vector<double> adjusted(p.size());
  double largest = 0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    largest = std::max(largest, p[order[rank]] * static_cast<double>(order.size() - rank));
    adjusted[order[rank]] = std::min(1.0, largest);
  }
  return adjusted;
}

}  // namespace rag
