#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "retrieve/eval/significance/distributions.h"
#include "retrieve/eval/significance/paired_tests.h"
#include "retrieve/eval/significance/random_stream.h"

// Expected values: scipy 1.17.1 and statsmodels 0.15.0; tests/nightly/compare_significance.py compares on fresh data.
namespace rag {
namespace {

const std::vector<double> kTwelve = {.12, -.05, .30, 0, .07, .22, -.11, .18, .04, .25, -.02, .16};

std::vector<double> made_differences(std::size_t count, double shift, std::uint64_t seed) {
  RandomStream random(seed);
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(shift + (static_cast<double>(random.below(2001)) - 1000) / 1000);
  return values;
}

void expect_near_relative(double value, double expected, double tolerance) { EXPECT_NEAR(value, expected, tolerance * std::abs(expected)); }

TEST(RandomStream, IsXoshiroOnEveryMachine) {
  RandomStream random(0);  // SplitMix64 of 0 begins with e220a8397b1dcdaf, 6e789e6aa1b965f4, 06c45d188009454f, f88bb8a8724c81ec
  EXPECT_EQ(random.next(), 0x99ec5f36cb75f2b4U);
  EXPECT_EQ(random.next(), 0xbf6e1f784956452aU);
  EXPECT_EQ(random.next(), 0x1a5f849d4933e6e0U);
}

TEST(RandomStream, GivesEachNumberBelowABoundAsOften) {
  RandomStream random(3);
  std::vector<int> seen(7);
  for (int i = 0; i < 70000; ++i) ++seen[random.below(7)];
  for (const int times : seen) EXPECT_NEAR(times, 10000, 400);
}

TEST(Distributions, AgreeWithScipy) {
  expect_near_relative(incomplete_beta(.5, .5, .3), 0.36901011956554536, 1e-12);
  expect_near_relative(incomplete_beta(2, 3, .4), 0.5248, 1e-12);
  expect_near_relative(incomplete_beta(19.5, .5, .9), 0.043983786916772225, 1e-12);
  expect_near_relative(incomplete_beta(500, .5, .999), 0.31731044730971725, 1e-11);
  expect_near_relative(incomplete_beta(.5, 500, 1e-4), 0.24811637042903145, 1e-11);
  expect_near_relative(incomplete_beta(.1, 7, .02), 0.8487649743957225, 1e-12);
  expect_near_relative(student_t_two_sided(2, 9), 0.07655282377070101, 1e-12);
  expect_near_relative(student_t_two_sided(-12.7, 1), 0.050024327689344165, 1e-12);
  expect_near_relative(student_t_two_sided(3.5, 999), 0.0004857951649752979, 1e-11);
  expect_near_relative(student_t_two_sided(40, 5), 1.8411962171772954e-07, 1e-11);
  expect_near_relative(student_t_critical(.05, 1), 12.706204736174705, 1e-11);
  expect_near_relative(student_t_critical(.001, 9), 4.780912585931139, 1e-11);
  expect_near_relative(normal_quantile(.025), -1.9599639845400545, 1e-12);
  expect_near_relative(normal_quantile(.9), 1.2815515655446004, 1e-12);
  expect_near_relative(normal_quantile(1e-10), -6.361340902404056, 1e-12);
  EXPECT_NEAR(normal_quantile(.5), 0, 1e-14);
}

TEST(Distributions, KnowWhatSoManyQueriesCanShow) {
  expect_near_relative(detectable_effect(3, .05, .8), 3.264043552819638, 1e-6);
  expect_near_relative(detectable_effect(5, .05, .8), 1.6819970833232674, 1e-6);
  expect_near_relative(detectable_effect(40, .05, .8), 0.45425711232469046, 1e-6);
  expect_near_relative(detectable_effect(40, .05 / 7, .8), 0.5857969053277188, 1e-6);
  expect_near_relative(detectable_effect(1000, .05, .8), 0.08867907559, 1e-6);  // by integration: statsmodels stops at .088681
}

TEST(PairedTests, AgreeWithScipyAndStatsmodels) {
  const auto t = paired_t_test(kTwelve);
  ASSERT_TRUE(t);
  expect_near_relative(t->t, 2.5985678256542677, 1e-12);
  expect_near_relative(t->p, 0.024757138152195, 1e-12);
  const auto effect = effect_size(kTwelve);
  ASSERT_TRUE(effect);
  expect_near_relative(effect->d_z, 0.7501419168244959, 1e-12);
  expect_near_relative(effect->hedges_g, 0.6976018344249746, 1e-12);
  expect_near_relative(detectable_difference(kTwelve, .05, .8).value(), 0.11451600206484698, 1e-6);
  const std::vector<double> adjusted = holm_adjusted(std::vector<double>{.01, .04, .03, .005, .04, .5});
  const std::vector<double> expected = {.05, .12, .12, .03, .12, .5};
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(adjusted[i], expected[i], 1e-15);
}

TEST(RandomisationTest, CountsEveryAssignmentOfFewDifferences) {
  const RandomisationTest test = randomisation_test(kTwelve, {});
  EXPECT_TRUE(test.exact);
  EXPECT_DOUBLE_EQ(test.p, 0.0302734375);  // scipy's permutation_test, all 4096
  EXPECT_DOUBLE_EQ(test.p_lower, 0.98779296875);
}

TEST(RandomisationTest, OfManyDifferencesIsNearTheTTestAndNeverZero) {
  const std::vector<double> differences = made_differences(200, .13, 5);
  const RandomisationTest test = randomisation_test(differences, {});
  EXPECT_FALSE(test.exact);
  const auto t = paired_t_test(differences);
  ASSERT_GT(t->t, 1);
  EXPECT_NEAR(test.p, t->p, .015);
  EXPECT_NEAR(test.p_lower, 1 - t->p / 2, .015);
  EXPECT_DOUBLE_EQ(randomisation_test(std::vector<double>(50, .5), {.resamples = 999}).p, 1.0 / 1000);
}

TEST(BootstrapInterval, IsScipysBca) {
  const auto interval = bootstrap_interval(kTwelve, .95, {.resamples = 200000});
  ASSERT_TRUE(interval);
  EXPECT_NEAR(interval->low, 0.02666667, .0015);  // scipy.stats.bootstrap, 1,000,000 resamples
  EXPECT_NEAR(interval->high, 0.16583333, .0015);
}

TEST(BootstrapInterval, HoldsTheTruthAboutAsOftenAsItPromises) {
  int held = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const auto interval = bootstrap_interval(made_differences(40, .2, seed), .95, {.resamples = 1000, .seed = seed});
    held += interval->low <= .2 && .2 <= interval->high;
  }
  EXPECT_GE(held, 270);
  EXPECT_LE(held, 297);
}

TEST(PairedTests, FindsAsManyFalseDifferencesAsAlphaAllows) {
  int by_t = 0, by_signs = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    const std::vector<double> differences = made_differences(30, 0, seed);
    by_t += paired_t_test(differences)->p <= .05;
    by_signs += randomisation_test(differences, {.resamples = 400, .seed = seed}).p <= .05;
  }
  EXPECT_NEAR(by_t, 50, 21);  // three standard deviations
  EXPECT_NEAR(by_signs, 50, 21);
}

TEST(PairedTests, SayNothingWhereNothingCanBeSaid) {
  const std::vector<double> none, one = {.3}, zeros(40, 0.0), constant(40, .25), rounded = {.3 - .2, .4 - .3, .5 - .4};
  for (const auto& differences : {none, one}) {
    EXPECT_FALSE(paired_t_test(differences));
    EXPECT_FALSE(effect_size(differences));
    EXPECT_FALSE(bootstrap_interval(differences, .95, {}));
    EXPECT_FALSE(detectable_difference(differences, .05, .8));
    EXPECT_DOUBLE_EQ(randomisation_test(differences, {}).p, 1) << "one difference can as well have the other sign";
  }
  EXPECT_DOUBLE_EQ(paired_t_test(zeros)->p, 1);
  EXPECT_DOUBLE_EQ(randomisation_test(zeros, {}).p_lower, 1);
  EXPECT_DOUBLE_EQ(effect_size(zeros)->d_z, 0);
  EXPECT_DOUBLE_EQ(bootstrap_interval(zeros, .95, {})->high, 0);
  EXPECT_FALSE(paired_t_test(constant));
  EXPECT_FALSE(effect_size(constant));
  EXPECT_FALSE(paired_t_test(rounded)) << "a spread of 1e-17 is no spread";
  EXPECT_DOUBLE_EQ(bootstrap_interval(constant, .95, {})->low, .25);
  EXPECT_LT(randomisation_test(constant, {}).p, .001);
}

TEST(PairedTests, NeverGivesWhatIsNoNumber) {
  RandomStream random(11);
  for (int round = 0; round < 60; ++round) {
    std::vector<double> differences(1 + random.below(8));
    for (double& difference : differences) difference = (static_cast<double>(random.below(5)) - 2) * std::pow(10.0, -static_cast<double>(random.below(12)));
    differences = paired_differences(std::vector<double>(differences.size(), 0.0), differences);
    const auto t = paired_t_test(differences);
    if (t) {
      EXPECT_TRUE(std::isfinite(t->t) && t->p >= 0 && t->p <= 1);
    }
    const auto interval = bootstrap_interval(differences, .95, {.resamples = 50});
    if (interval) {
      EXPECT_TRUE(std::isfinite(interval->low) && interval->low <= interval->high);
    }
    const auto effect = effect_size(differences);
    if (effect) {
      EXPECT_TRUE(std::isfinite(effect->d_z) && std::isfinite(effect->hedges_g));
    }
    const auto detectable = detectable_difference(differences, .05 / 40, .8);
    if (detectable) {
      EXPECT_TRUE(std::isfinite(*detectable) && *detectable > 0);
    }
    const RandomisationTest test = randomisation_test(differences, {.resamples = 50});
    EXPECT_TRUE(test.p > 0 && test.p <= 1 && test.p_lower > 0 && test.p_lower <= 1);
  }
}

TEST(PairedDifferences, TakesRoundingForATie) {
  const std::vector<double> first = {.1 + .2, .5}, second = {.3, .6};
  EXPECT_EQ(paired_differences(first, second)[0], 0);
  EXPECT_NEAR(paired_differences(first, second)[1], .1, 1e-15);
}

TEST(Holm, CorrectsNothingOfOneAndKeepsTheOrderOfMany) {
  EXPECT_EQ(holm_adjusted(std::vector<double>{.03}), std::vector<double>{.03});
  EXPECT_TRUE(holm_adjusted(std::vector<double>{}).empty());
  RandomStream random(2);
  std::vector<double> p(50);
  for (double& value : p) value = static_cast<double>(random.below(1000)) / 1000;
  const std::vector<double> adjusted = holm_adjusted(p);
  for (std::size_t i = 0; i < p.size(); ++i) {
    EXPECT_GE(adjusted[i], p[i]);
    for (std::size_t j = 0; j < p.size(); ++j) EXPECT_TRUE(p[i] >= p[j] || adjusted[i] <= adjusted[j]);
  }
}

}  // namespace
}  // namespace rag
