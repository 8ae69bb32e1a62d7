#include <gtest/gtest.h>

#include <algorithm>

#include "core/error.h"
#include "made_evaluations.h"
#include "pipelines/eval/gate/gate.h"
#include "retrieve/eval/significance/random_stream.h"

namespace rag {
namespace {

using test::complaint_of;
using test::evaluation_with;

const std::vector<double> kBase(30, .6);

std::vector<double> lowered(double by, std::size_t every) {
  std::vector<double> values = kBase;
  for (std::size_t i = 0; i < values.size(); i += every) values[i] -= by;
  return values;
}

GateRules may_drop(double drop) { return {.max_drops = {{"nDCG@10", drop}}}; }

EvaluationCost taking(double p95) { return {.stages_ms = {{"query", {.mean = p95 / 2, .p50 = p95 / 2, .p95 = p95, .p99 = 2 * p95}}}}; }

bool passes(const std::vector<double>& current, const GateRules& rules) {
  return judge_gate(evaluation_with("base", kBase), evaluation_with("now", current), nullptr, rules).passed;
}

TEST(Gate, LetsThroughWhatDropsNoMoreThanIsAllowed) {
  EXPECT_TRUE(passes(kBase, may_drop(0)));
  EXPECT_TRUE(passes(lowered(.01, 1), may_drop(.01))) << "to the last digit, rounding is no drop";
  EXPECT_FALSE(passes(lowered(.0101, 1), may_drop(.01)));
  EXPECT_TRUE(passes(std::vector<double>(30, .9), may_drop(0)));
}

TEST(Gate, WithALevelFailsOnlyForWhatIsHardlyChance) {
  GateRules rules = may_drop(.01);
  rules.p = .05;
  EXPECT_TRUE(passes(lowered(.3, 15), rules)) << "two queries of thirty: p is .25";
  EXPECT_FALSE(passes(lowered(.3, 15), may_drop(.01)));
  EXPECT_FALSE(passes(lowered(.05, 2), rules)) << "fifteen queries, all in one direction";
  const GateVerdict verdict = judge_gate(evaluation_with("base", kBase), evaluation_with("now", lowered(.3, 15)), nullptr, rules);
  EXPECT_NE(verdict_lines(verdict, false)[0].find("may be chance"), std::string::npos);
  EXPECT_NE(verdict_lines(verdict, true)[0].find("우연일 수 있음"), std::string::npos);
}

TEST(Gate, HoldsTheTimeOfAQueryToItsLimit) {
  const Evaluation base = evaluation_with("base", kBase);
  const EvaluationCost slow = taking(81), quick = taking(80);
  GateRules rules;
  rules.max_p95_ms = 80;
  EXPECT_TRUE(judge_gate(base, base, &quick, rules).passed);
  EXPECT_FALSE(judge_gate(base, base, &slow, rules).passed);
  EXPECT_NE(complaint_of([&] { judge_gate(base, base, nullptr, rules); }).find("nothing was timed"), std::string::npos);
  EXPECT_NE(complaint_of([&] { judge_gate(base, base, nullptr, {}); }).find("--max-drop"), std::string::npos);
}

TEST(Gate, GivesNoFigureForAnotherCorpusGoldQuestionsOrModel) {
  const Evaluation base = evaluation_with("base", kBase);
  for (const char* key : {"corpus", "gold", "queries", "encoder", "reranker"}) {
    for (const bool absent : {false, true}) {
      Evaluation other = evaluation_with("now", kBase);
      if (absent)
        other.fingerprints.erase(key);
      else
        other.fingerprints[key] = "another";
      if (absent && !base.fingerprints.contains(key)) continue;
      try {
        judge_gate(base, other, nullptr, may_drop(1));
        FAIL() << key;
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Mismatch) << error.what();
        EXPECT_NE(std::string(error.what()).find(absent ? "nothing" : "another"), std::string::npos) << error.what();
      }
    }
  }
}

TEST(Gate, AllowsAnotherModelWhereAskedAndShowsWhatChanged) {
  Evaluation base = evaluation_with("base", kBase), now = evaluation_with("now", kBase);
  base.configuration = {{"mode", "hybrid"}, {"depth", "100"}};
  now.configuration = {{"mode", "dense"}, {"depth", "100"}};
  now.fingerprints["encoder"] = "larger";
  GateRules rules = may_drop(0);
  rules.allow_model_change = true;
  const GateVerdict verdict = judge_gate(base, now, nullptr, rules);
  EXPECT_TRUE(verdict.passed);
  ASSERT_EQ(verdict.changes.size(), 2U);
  EXPECT_EQ(verdict.changes[0].key, "mode");
  EXPECT_EQ(verdict.changes[1].after, "larger");
}

// The words, the JSON and the exit code all come from one verdict; here they are held against what the rules say, over many random cases.
TEST(Gate, SaysInEveryCaseWhatItsFiguresSay) {
  RandomStream random(21);
  int passed = 0;
  constexpr int kCases = 400;
  for (int round = 0; round < kCases; ++round) {
    std::vector<double> before, after;
    for (std::uint32_t i = 0, count = 1 + random.below(25); i < count; ++i) {
      before.push_back(random.below(11) / 10.0);
      after.push_back(random.below(3) == 0 ? random.below(11) / 10.0 : before.back());
    }
    GateRules rules = may_drop(random.below(6) / 50.0);
    if (random.below(2) == 0) rules.p = .02 + random.below(20) / 50.0;
    if (random.below(3) == 0) rules.max_p95_ms = 50;
    const EvaluationCost cost = taking(20 + random.below(60));
    const GateVerdict verdict = judge_gate(evaluation_with("base", before), evaluation_with("now", after), &cost, rules);
    const GateCheck& check = verdict.checks.at(0);

    double sum = 0;
    for (std::size_t i = 0; i < before.size(); ++i) sum += before[i] - after[i];
    const bool quality = sum / static_cast<double>(before.size()) <= check.limit + 1e-9 || (rules.p && check.p > *rules.p);
    const bool expected = quality && (!rules.max_p95_ms || cost.stages_ms.at("query").p95 <= 50);
    EXPECT_EQ(verdict.passed, expected);
    EXPECT_EQ(verdict_json(verdict).find("\"kind\":\"rag.gate_verdict\",\"passed\":true") != std::string::npos, expected);
    const auto lines = verdict_lines(verdict, false), korean = verdict_lines(verdict, true);
    EXPECT_EQ(lines.back().starts_with("verdict: passed"), expected);
    EXPECT_EQ(korean.back().starts_with("판정: 통과"), expected);
    const bool some_failed = std::ranges::any_of(lines.begin(), lines.end() - 1, [](const std::string& line) { return line.starts_with("FAILED"); });
    EXPECT_NE(some_failed, expected);
    passed += expected;
  }
  EXPECT_GT(passed, kCases / 5);
  EXPECT_LT(passed, kCases * 4 / 5);
}

}  // namespace
}  // namespace rag
