#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/progress.h"
#include "pipelines/eval/compare/paired_queries.h"
#include "retrieve/eval/significance/paired_tests.h"

namespace rag {

enum class SignificanceTest { Randomisation, StudentT };

struct CompareOptions {
  std::vector<std::string> metrics;    // canonical names; empty: all that every evaluation has
  std::optional<std::size_t> against;  // only pairs with this system; nothing: every pair
  MissingQueries missing = MissingQueries::Error;
  SignificanceTest test = SignificanceTest::Randomisation;  // whose p-values Holm's correction and the letters go by
  double alpha = 0.05;                                      // intervals are at 1 - alpha
  ResamplingOptions resampling;
  std::size_t changed = 5;  // queries shown for each pair with the first, those that differ most in the first metric
};

struct ComparedSystem {
  std::string name;
  std::map<std::string, double> means;         // metric -> over the paired queries in which every system has it
  std::map<std::string, std::string> beats;    // metric -> letters of the systems it is significantly better than
  std::size_t counted_zero = 0;                // queries it does not answer
};

// Two systems in one metric; differences are second minus first.
struct ComparedPair {
  std::string metric;
  std::size_t first = 0, second = 0;
  std::size_t queries = 0;  // in which every system has the metric
  double difference = 0;    // of the means
  std::optional<TTest> t;
  RandomisationTest randomisation;
  std::optional<Interval> interval;  // BCa
  std::optional<EffectSize> effect;
  std::optional<double> detectable;  // the smallest difference that would be found with probability kPower, after correction
  std::size_t wins = 0, ties = 0, losses = 0;  // queries in which the second is better, equal, worse
  double p = 1;          // of the chosen test; 1 where it says nothing
  double p_holm = 1;     // corrected over all comparisons made
  bool significant = false;
};
inline constexpr double kPower = 0.8;

// A query two systems differ in.
struct ChangedQuery {
  std::string id, text;
  std::size_t first = 0, second = 0;  // systems
  double first_value = 0, second_value = 0;
  std::map<std::string, int> relevant;
  std::vector<ScoredDocument> first_found, second_found;
  std::shared_ptr<const AnsweredQuestion> first_answer, second_answer;  // of evaluations of answers
};

struct Comparison {
  std::vector<ComparedSystem> systems;  // in the order they were named; the first is 'a'
  std::vector<std::string> metrics;
  std::size_t queries = 0;          // paired
  std::vector<ComparedPair> pairs;  // metric by metric
  std::vector<ChangedQuery> changed;
  std::map<std::string, ShownDocument> documents;  // of those that `changed` names
  std::vector<std::string> left_out;
  std::vector<Wording> notes;  // what makes the comparison less than it seems, a line each
  SignificanceTest test = SignificanceTest::Randomisation;
  double alpha = 0.05;
  ResamplingOptions resampling;
};

// 'a' ... 'z', 'A' ... 'Z' for the systems in their order; kMostSystems of them.
inline constexpr std::size_t kMostSystems = 52;
std::string system_letter(std::size_t system);

// Compares at least two evaluations over the queries they share.  The same input gives the same result, to the last digit.
// A measure of answers is compared over the questions in which every system has it; the notes say how many those are.
// Throws Error(Usage) as pair_queries does, and where a metric is missing, there are too many systems or two of one name.
Comparison compare_evaluations(const std::vector<Evaluation>& evaluations, const CompareOptions& options, Progress& progress);

}  // namespace rag
