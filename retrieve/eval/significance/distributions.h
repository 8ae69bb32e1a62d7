#pragma once

namespace rag {

// The regularised incomplete beta function I_x(a, b), for a, b > 0 and 0 <= x <= 1: the continued fraction of DLMF 8.17.22, evaluated by
// the modified method of Lentz (Thompson and Barnett 1986), on the side of the mean where it converges quickly.  About 1e-13 relative.
double incomplete_beta(double a, double b, double x);

// P(|T| >= |t|) of Student's t with `df` > 0 degrees of freedom: I_{df/(df + t^2)}(df/2, 1/2).  An infinite t gives 0.
double student_t_two_sided(double t, double df);

// The t that |T| exceeds with probability `alpha`, 0 < alpha < 1.
double student_t_critical(double alpha, double df);

double normal_cdf(double z);
// The z with normal_cdf(z) == p, 0 < p < 1.
double normal_quantile(double p);

// The standardised mean difference |mean| / sd that a two-sided paired t test of `queries` pairs finds with probability `power` at level
// `alpha`: where the non-central t distribution says so (Cohen 1988, chapter 2), integrated over the sample's deviation by Simpson's rule.
// `queries` >= 2; 0 < alpha < power < 1.
double detectable_effect(double queries, double alpha, double power);

}  // namespace rag
