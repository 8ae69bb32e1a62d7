#include <gtest/gtest.h>

#include <algorithm>

#include "made_evaluations.h"
#include "pipelines/eval/compare/comparison.h"
#include "pipelines/eval/compare/comparison_output.h"
#include "retrieve/eval/significance/random_stream.h"
#include "tests/silent_progress.h"

namespace rag {
namespace {

using test::complaint_of;
using test::evaluation_with;
using test::Silent;

Comparison compare(const std::vector<Evaluation>& evaluations, const CompareOptions& options = {}) {
  Silent silent;
  return compare_evaluations(evaluations, options, silent);
}

std::vector<double> raised(std::vector<double> values, double by) {
  for (std::size_t i = 0; i < values.size(); ++i) values[i] += by * (i % 4 == 0 ? 2 : 1);
  return values;
}

const std::vector<double> kLow(24, .2);

TEST(Comparison, NamesTheBetterSystemAndHowSureThatIs) {
  const Comparison comparison = compare({evaluation_with("낱말", kLow), evaluation_with("혼합", raised(kLow, .1))});
  ASSERT_EQ(comparison.pairs.size(), 1U);
  const ComparedPair& pair = comparison.pairs[0];
  EXPECT_NEAR(pair.difference, .125, 1e-12);
  EXPECT_EQ(pair.wins, 24U);
  EXPECT_TRUE(pair.significant);
  EXPECT_EQ(comparison.systems[1].beats.at("nDCG@10"), "a");
  EXPECT_FALSE(comparison.systems[0].beats.contains("nDCG@10"));
  EXPECT_NE(conclusion_of(comparison, pair, false).find("혼합 is better than 낱말 by 0.1250"), std::string::npos) << conclusion_of(comparison, pair, false);
  EXPECT_NE(conclusion_of(comparison, pair, true).find("혼합이(가) 낱말보다 0.1250 좋습니다"), std::string::npos) << conclusion_of(comparison, pair, true);
}

TEST(Comparison, NeverCallsSystemsEqualButSaysWhatWouldHaveBeenSeen) {
  std::vector<double> other = kLow;
  for (std::size_t i = 0; i < other.size(); ++i) other[i] += i % 2 == 0 ? .1 : -.08;
  const Comparison comparison = compare({evaluation_with("a", kLow), evaluation_with("b", other)});
  const std::string words = conclusion_of(comparison, comparison.pairs[0], false);
  EXPECT_FALSE(comparison.pairs[0].significant);
  EXPECT_NE(words.find("not shown to differ"), std::string::npos) << words;
  EXPECT_NE(words.find("with 24 queries only differences above about 0.0"), std::string::npos) << words;
  const Comparison same = compare({evaluation_with("a", kLow), evaluation_with("b", kLow)});
  EXPECT_NE(conclusion_of(same, same.pairs[0], false).find("do not tell them apart"), std::string::npos);
  for (const bool korean : {false, true})
    for (const Comparison* made : {&comparison, &same}) EXPECT_EQ(conclusion_of(*made, made->pairs[0], korean).find("equal"), std::string::npos);
}

TEST(Comparison, SaysWhereTooFewQueriesDifferForAnyOutcome) {
  std::vector<double> other = kLow;
  for (int i = 0; i < 4; ++i) other[static_cast<std::size_t>(i)] += .3;
  const Comparison comparison = compare({evaluation_with("a", kLow), evaluation_with("b", other)});
  EXPECT_NE(conclusion_of(comparison, comparison.pairs[0], false).find("only 4 queries differ, too few for any outcome"), std::string::npos);
  const Comparison one = compare({evaluation_with("a", {.1}), evaluation_with("b", {.9})});
  EXPECT_EQ(one.pairs[0].p_holm, 1);
  EXPECT_NE(conclusion_of(one, one.pairs[0], false).find("nothing can be concluded"), std::string::npos);
}

TEST(Comparison, CorrectsOverAllThatWasCompared) {
  RandomStream random(4);
  std::vector<Evaluation> evaluations;
  for (const char* name : {"a", "b", "c", "d"}) {
    std::vector<double> values;
    for (int i = 0; i < 30; ++i) values.push_back(static_cast<double>(random.below(1000)) / 1000);
    evaluations.push_back(evaluation_with(name, values));
  }
  const Comparison every = compare(evaluations), one = compare(evaluations, {.against = 2});
  EXPECT_EQ(every.pairs.size(), 6U);
  EXPECT_EQ(one.pairs.size(), 3U);
  const auto least = std::ranges::min_element(every.pairs, {}, &ComparedPair::p);
  EXPECT_DOUBLE_EQ(least->p_holm, std::min(1.0, 6 * least->p));
  for (const ComparedPair& pair : one.pairs) EXPECT_TRUE(pair.first == 2U);
}

TEST(Comparison, ShowsTheQueriesThatChangedMostWithBothLists) {
  std::vector<double> other = kLow;
  other[7] = .9;
  other[3] = 0;
  const Comparison comparison = compare({evaluation_with("a", kLow), evaluation_with("b", other)}, {.changed = 2});
  ASSERT_EQ(comparison.changed.size(), 2U);
  EXPECT_EQ(comparison.changed[0].id, "q008");
  EXPECT_EQ(comparison.changed[1].id, "q004");
  EXPECT_EQ(comparison.changed[1].first_found.size(), 2U);
  EXPECT_EQ(comparison.changed[1].second_found.size(), 1U);
  EXPECT_EQ(comparison.changed[1].text, "질문 004");
}

TEST(Comparison, NamesTheDocumentsOfTheQueriesThatChangedAndNoOthers) {
  std::vector<double> other = kLow;
  other[7] = .9;
  std::vector<Evaluation> evaluations = {evaluation_with("a", kLow), evaluation_with("b", other)};
  evaluations[1].documents = {{"right", {.title = "휴가 | 안내"}}, {"elsewhere", {.title = "Not in any list"}}};
  const Comparison comparison = compare(evaluations);
  ASSERT_EQ(comparison.documents.size(), 1U);
  EXPECT_EQ(comparison.documents.at("right").title, "휴가 | 안내");
  EXPECT_NE(comparison_markdown(comparison, false).find("**right 휴가 \\| 안내** ✓"), std::string::npos) << comparison_markdown(comparison, false);
  EXPECT_NE(comparison_json(comparison).find("\"documents\":{\"right\":{\"title\":\"휴가 | 안내\""), std::string::npos);
}

TEST(Comparison, PrintsTheSameBytesEachTimeAndEscapesNames) {
  const std::vector<Evaluation> evaluations = {evaluation_with("a|<b>", kLow), evaluation_with("=1,\"x\"", raised(kLow, .05))};
  const Comparison comparison = compare(evaluations);
  EXPECT_EQ(comparison_json(comparison), comparison_json(compare(evaluations)));
  EXPECT_NE(comparison_csv(comparison).find("\"=1,\"\"x\"\"\""), std::string::npos);
  const std::string markdown = comparison_markdown(comparison, false);
  EXPECT_NE(markdown.find("a\\|&lt;b&gt;"), std::string::npos) << markdown;
  EXPECT_EQ(comparison_json(comparison).find("nan"), std::string::npos);
}

TEST(PairQueries, RefusesWhatCannotBeComparedAndSaysWhatToDo) {
  const Evaluation first = evaluation_with("first", kLow);
  Evaluation shorter = evaluation_with("shorter", std::vector<double>(20, .2)), other_gold = first, other_relevant = first, cut = first, twice = first;
  other_gold.fingerprints["gold"] = "another";
  other_gold.name = other_relevant.name = "other";
  other_relevant.queries[2].relevant = {{"left", 1}};
  cut.fingerprints.erase("corpus");
  cut.missing = {"q002", "q003"};
  twice.queries.push_back(twice.queries[0]);
  const auto complaint = [&](const Evaluation& other, MissingQueries missing) { return complaint_of([&] { pair_queries({first, other}, missing); }); };
  EXPECT_NE(complaint(shorter, MissingQueries::Error).find("--missing leave-out"), std::string::npos);
  EXPECT_NE(complaint(shorter, MissingQueries::Zero).find("--missing leave-out"), std::string::npos) << "its gold is not known";
  EXPECT_NE(complaint(other_gold, MissingQueries::Error).find("judged by other gold"), std::string::npos);
  EXPECT_NE(complaint(other_relevant, MissingQueries::LeaveOut).find("query q003"), std::string::npos);
  EXPECT_NE(complaint(cut, MissingQueries::Error).find("has no answer to 2 of the judged queries (q002 q003)"), std::string::npos);
  EXPECT_NE(complaint(twice, MissingQueries::LeaveOut).find("a second time"), std::string::npos);
  EXPECT_EQ(complaint(cut, MissingQueries::Zero), "");
}

TEST(PairQueries, LeavesOutOnlyWhereAskedAndSaysHowMany) {
  Evaluation first = evaluation_with("first", kLow), shorter = evaluation_with("shorter", std::vector<double>(20, .4));
  shorter.fingerprints["gold"] = "shorter";
  first.missing = {"q001"};
  const Comparison comparison = compare({first, shorter}, {.missing = MissingQueries::LeaveOut});
  EXPECT_EQ(comparison.queries, 19U);
  EXPECT_EQ(comparison.left_out.size(), 5U);
  ASSERT_FALSE(comparison.notes.empty());
  EXPECT_NE(comparison.notes.back().english.find("5 queries are left out"), std::string::npos);
}

TEST(Comparison, RefusesMetricsNobodyMeasured) {
  const std::vector<Evaluation> evaluations = {evaluation_with("a", kLow, "AP"), evaluation_with("b", kLow, "RR")};
  EXPECT_NE(complaint_of([&] { compare(evaluations); }).find("no metric in common"), std::string::npos);
  EXPECT_NE(complaint_of([&] { compare(evaluations, {.metrics = {"AP"}}); }).find("b: has no AP"), std::string::npos);
  EXPECT_NE(complaint_of([&] { compare({evaluations[0], evaluations[0]}); }).find("NAME=FILE"), std::string::npos);
}

}  // namespace
}  // namespace rag
