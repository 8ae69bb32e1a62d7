#include "retrieve/eval/significance/distributions.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rag {
namespace {

// Where a monotone function of x crosses zero within [low, high]: bisection until no double lies between.  These are asked for a few times
// a comparison, so nothing faster is needed and nothing can run away.
template <typename Rising>
double root_of(const Rising& rising, double low, double high) {
  for (int i = 0; i < 2000; ++i) {
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    (rising(middle) < 0 ? low : high) = middle;
  }
  return low + (high - low) / 2;
}

double beta_fraction(double a, double b, double x) {
  constexpr double kTiny = 1e-300;
  const auto away_from_zero = [](double value) { return std::abs(value) < kTiny ? kTiny : value; };
  double c = 1, d = 1 / away_from_zero(1 - (a + b) * x / (a + 1)), fraction = d;
  for (int m = 1; m <= 10000; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away_from_zero(1 + even * d);
    c = away_from_zero(1 + even / c);
    fraction *= c * d;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away_from_zero(1 + odd * d);
    c = away_from_zero(1 + odd / c);
    fraction *= c * d;
    if (std::abs(c * d - 1) < 1e-15) break;
  }
  return fraction;
}

// P(|T'| > critical) of the non-central t: the mean of Phi(shift - critical s) + Phi(-shift - critical s) over s = sqrt(chi^2 / df).
double power_of(double shift, double critical, double df) {
  const double width = 10 / std::sqrt(2 * df), begin = std::max(0.0, 1 - width), end = 1 + width;
  const double log_scale = std::log(2.0) + df / 2 * std::log(df / 2) - std::lgamma(df / 2);
  constexpr int kSteps = 400;  // even
  const double step = (end - begin) / kSteps;
  double sum = 0;
  for (int i = 0; i <= kSteps; ++i) {
    const double s = begin + i * step;
    if (s <= 0 && df > 1) continue;
    const double density = std::exp(log_scale + (df > 1 ? (df - 1) * std::log(s) : 0) - df * s * s / 2);
    const double found = normal_cdf(shift - critical * s) + normal_cdf(-shift - critical * s);
    sum += (i == 0 || i == kSteps ? 1 : i % 2 == 1 ? 4 : 2) * density * found;
  }
  return sum * step / 3;
}

}  // namespace

double incomplete_beta(double a, double b, double x) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const double front = std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x));
  if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(a, b, x) / a;
  return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

double student_t_two_sided(double t, double df) {
  if (std::isinf(t)) return 0;
  return incomplete_beta(df / 2, 0.5, df / (df + t * t));
}

double student_t_critical(double alpha, double df) {
  double high = 1;
  while (student_t_two_sided(high, df) > alpha && high < 1e300) high *= 2;
  return root_of([&](double t) { return alpha - student_t_two_sided(t, df); }, 0, high);
}

double normal_cdf(double z) { return std::erfc(-z / std::sqrt(2.0)) / 2; }

double normal_quantile(double p) {
  if (p > 0.5) return -normal_quantile(1 - p);  // the lower tail keeps its digits
  return root_of([&](double z) { return normal_cdf(z) - p; }, -39, 0);
}

double detectable_effect(double queries, double alpha, double power) {
  const double df = queries - 1, critical = student_t_critical(alpha, df);
  double high = 1;
  while (power_of(high, critical, df) < power && high < 1e300) high *= 2;
  return root_of([&](double shift) { return power_of(shift, critical, df) - power; }, 0, high) / std::sqrt(queries);
}

}  // namespace rag
