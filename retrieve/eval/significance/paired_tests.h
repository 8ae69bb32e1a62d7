#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace rag {

// What can be said of two systems that answered the same queries, from the differences (second minus first) of one metric.
//
// Which test to believe: Smucker, Allan and Carterette, "A comparison of statistical significance tests for information retrieval
// evaluation", CIKM 2007, who find randomisation, bootstrap and t test in agreement and advise the first.

// Differences this small are rounding of equal values.  `paired_differences` makes them 0, so that a tie is a tie.
inline constexpr double kRoundingDifference = 1e-9;
std::vector<double> paired_differences(std::span<const double> first, std::span<const double> second);  // of the same length

struct TTest {
  double t = 0;
  double df = 0;
  double p = 1;  // two-sided
};
// Student's paired t test.  t is 0 and p is 1 where all differences are 0.  Nothing for fewer than two differences, and where they are all the
// same but not 0: t would be infinite, and p a statement about a spread that was not seen.
std::optional<TTest> paired_t_test(std::span<const double> differences);

struct ResamplingOptions {
  std::size_t resamples = 10000;  // more make the p-values and intervals steadier, and take as much longer
  std::uint64_t seed = 20070611;  // the same one gives the same results on every machine
};

struct RandomisationTest {
  double p = 1;        // two-sided: as large a mean difference, in either direction
  double p_lower = 1;  // one-sided: a mean difference as low
  bool exact = false;  // every assignment of signs was looked at, not a sample of them
};
// Fisher's randomisation test on the mean: were both systems alike, each difference could as well have the other sign.  Up to
// kExactDifferences that are not 0, all assignments are counted; beyond, `resamples` random ones, with p = (b + 1) / (B + 1) (Davison and
// Hinkley 1997, section 4.2; Phipson and Smyth 2010), which is never 0.  No differences: p is 1.
inline constexpr std::size_t kExactDifferences = 20;
RandomisationTest randomisation_test(std::span<const double> differences, const ResamplingOptions& options);

struct Interval {
  double low = 0, high = 0;
};
// The bootstrap interval of the mean difference at `confidence` (.95): queries are drawn with replacement, bias-corrected and accelerated
// (BCa; Efron, "Better bootstrap confidence intervals", JASA 1987).  One point where all differences are the same; nothing for fewer than two.
std::optional<Interval> bootstrap_interval(std::span<const double> differences, double confidence, const ResamplingOptions& options);

struct EffectSize {
  double d_z = 0;       // Cohen's: mean difference / standard deviation of the differences
  double hedges_g = 0;  // d_z without its bias in small samples (Hedges 1981, exact factor)
};
// 0 where all differences are 0.  Nothing for fewer than three differences and where they are all the same but not 0.
std::optional<EffectSize> effect_size(std::span<const double> differences);

// The smallest mean difference that a paired t test of that many queries, with differences that scatter as these do, would find with
// probability `power` at two-sided level `alpha`.  Nothing for fewer than two differences and where they do not scatter.
std::optional<double> detectable_difference(std::span<const double> differences, double alpha, double power);

// p-values for as many tests at once, in the order of `p`: Holm, "A simple sequentially rejective multiple test procedure", 1979.
// Comparing them with alpha keeps the chance of even one false finding below alpha, however the tests depend on each other.
std::vector<double> holm_adjusted(std::span<const double> p);

}  // namespace rag
