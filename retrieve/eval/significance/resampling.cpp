#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/interrupt.h"
#include "retrieve/eval/significance/distributions.h"
#include "retrieve/eval/significance/paired_tests.h"
#include "retrieve/eval/significance/random_stream.h"

namespace rag {
namespace {

// Of the sums under other signs: how many are as low, as high and as far from 0 as the one that was observed.
struct Extremes {
  double observed = 0;
  double slack = 0;  // sums of the same differences in another order are equal but for this
  std::uint64_t sums = 0, lower = 0, far = 0;

  void add(double sum) {
    ++sums;
    lower += sum <= observed + slack;
    far += std::abs(sum) >= std::abs(observed) - slack;
  }
};

void add_all_signs(std::span<const double> differences, double sum, Extremes& extremes) {
  if (differences.empty()) return extremes.add(sum);
  add_all_signs(differences.subspan(1), sum + differences.front(), extremes);
  add_all_signs(differences.subspan(1), sum - differences.front(), extremes);
}

double sum_with_random_signs(std::span<const double> differences, RandomStream& random) {
  double sum = 0;
  std::uint64_t signs = 0;
  for (std::size_t i = 0; i < differences.size(); ++i) {
    if (i % 64 == 0) signs = random.next();
    sum += (signs >> (i % 64)) & 1 ? differences[i] : -differences[i];
  }
  return sum;
}

std::vector<double> resampled_means(std::span<const double> values, const ResamplingOptions& options) {
  RandomStream random(options.seed);
  std::vector<double> means;
  means.reserve(options.resamples);
  for (std::size_t i = 0; i < options.resamples; ++i) {
    if (i % 256 == 0) throw_if_interrupted();
    double sum = 0;
    for (std::size_t j = 0; j < values.size(); ++j) sum += values[random.below(static_cast<std::uint32_t>(values.size()))];
    means.push_back(sum / static_cast<double>(values.size()));
  }
  std::ranges::sort(means);
  return means;
}

// A share of sorted values, between two of them by straight line.
double quantile(const std::vector<double>& sorted, double share) {
  const double at = std::clamp(share, 0.0, 1.0) * static_cast<double>(sorted.size() - 1);
  const std::size_t below = static_cast<std::size_t>(at), above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

// The skewness of the mean by the jackknife, which for a mean comes down to its values' own.
double acceleration(std::span<const double> values, double mean) {
  double squares = 0, cubes = 0;
  for (const double value : values) {
    squares += (value - mean) * (value - mean);
    cubes += (value - mean) * (value - mean) * (value - mean);
  }
  return cubes / (6 * std::pow(squares, 1.5));
}

}  // namespace

RandomisationTest randomisation_test(std::span<const double> all, const ResamplingOptions& options) {
  std::vector<double> differences;  // a 0 has no sign to turn
  std::ranges::copy_if(all, std::back_inserter(differences), [](double difference) { return difference != 0; });
  if (differences.empty()) return {.p = 1, .p_lower = 1, .exact = true};
  Extremes extremes{.observed = std::accumulate(differences.begin(), differences.end(), 0.0)};
  for (const double difference : differences) extremes.slack += 1e-10 * std::abs(difference);

  const bool exact = differences.size() <= kExactDifferences;
  if (exact) {
    add_all_signs(differences, 0, extremes);
  } else {
    RandomStream random(options.seed);
    extremes.add(extremes.observed);  // the +1 of (b + 1) / (B + 1): what was observed is one of the assignments
    for (std::size_t i = 0; i < options.resamples; ++i) {
      if (i % 256 == 0) throw_if_interrupted();
      extremes.add(sum_with_random_signs(differences, random));
    }
  }
  const double sums = static_cast<double>(extremes.sums);
  return {.p = static_cast<double>(extremes.far) / sums, .p_lower = static_cast<double>(extremes.lower) / sums, .exact = exact};
}

std::optional<Interval> bootstrap_interval(std::span<const double> differences, double confidence, const ResamplingOptions& options) {
  if (differences.size() < 2) return std::nullopt;
  const double mean = std::accumulate(differences.begin(), differences.end(), 0.0) / static_cast<double>(differences.size());
  const auto [least, most] = std::ranges::minmax(differences);
  if (most - least <= kRoundingDifference) return Interval{mean, mean};

  const std::vector<double> means = resampled_means(differences, options);
  // Where as many resamples lie above the mean as below it, there is no bias; those that equal it count half.
  const double slack = 1e-10 * std::max(std::abs(least), std::abs(most));
  const auto below = std::ranges::lower_bound(means, mean - slack) - means.begin(), not_above = std::ranges::upper_bound(means, mean + slack) - means.begin();
  const double count = static_cast<double>(means.size());
  const double share = std::clamp(static_cast<double>(below + not_above) / (2 * count), 0.5 / count, 1 - 0.5 / count);
  const double bias = normal_quantile(share), skew = acceleration(differences, mean), tail = normal_quantile((1 - confidence) / 2);
  const auto bound = [&](double z) {
    const double shrink = 1 - skew * (bias + z);
    return quantile(means, shrink > 0 ? normal_cdf(bias + (bias + z) / shrink) : z > 0 ? 1 : 0);
  };
  return Interval{bound(tail), bound(-tail)};
}

}  // namespace rag
