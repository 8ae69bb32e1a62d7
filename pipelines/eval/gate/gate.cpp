#include "pipelines/eval/gate/gate.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/error.h"
#include "pipelines/eval/compare/paired_queries.h"

namespace rag {
namespace {

std::string value_at(const std::map<std::string, std::string>& values, const std::string& key) {
  const auto at = values.find(key);
  return at == values.end() ? "" : at->second;
}

// The first characters of a fingerprint tell two apart as well as all.
std::string shown(const std::string& fingerprint) {
  if (fingerprint.empty()) return "nothing";
  return fingerprint.size() == 64 ? fingerprint.substr(0, 12) : fingerprint;
}

using Facts = std::map<std::string, std::string> Evaluation::*;

void require_same(const Evaluation& baseline, const Evaluation& current, const char* key, const char* what, const char* remedy, Facts facts = &Evaluation::fingerprints) {
  const std::string before = value_at(baseline.*facts, key), after = value_at(current.*facts, key);
  if (before == after) return;
  throw Error(ErrorKind::Mismatch, baseline.name + ": measured " + what + " " + shown(before) + ", this evaluation " + shown(after) +
                                       ", so the figures cannot be compared; " + remedy);
}

constexpr const char* kNewBaseline = "make a new baseline with 'rag eval baseline'";
constexpr const char* kAnswersBaseline = "make a new baseline with 'rag eval answers --out'";
constexpr const char* kAllowed = "--allow-model-change compares them all the same";

void require_comparable(const Evaluation& baseline, const Evaluation& current, bool allow_model_change) {
  require_one_kind({baseline, current});
  const char* remedy = baseline.of_answers ? kAnswersBaseline : kNewBaseline;
  require_same(baseline, current, "gold", baseline.of_answers ? "by the questions and answers" : "by the judgements", remedy);
  require_same(baseline, current, "queries", "with the questions", remedy);
  require_same(baseline, current, "corpus", "over the documents", remedy);
  require_same(baseline, current, "entailment", "with the entailment", remedy, &Evaluation::configuration);
  require_same(baseline, current, "judge", "by the judge", remedy, &Evaluation::configuration);
  if (allow_model_change) return;
  require_same(baseline, current, "encoder", "with the encoder", kAllowed);
  require_same(baseline, current, "reranker", "with the reranker", kAllowed);
  require_same(baseline, current, "generator", "with the generator", kAllowed, &Evaluation::configuration);
}

// Where two maps differ, by key.
void add_changes(const std::map<std::string, std::string>& before, const std::map<std::string, std::string>& after, std::vector<GateVerdict::Change>& changes) {
  std::set<std::string> keys;
  for (const auto* values : {&before, &after})
    for (const auto& [key, value] : *values) keys.insert(key);
  for (const std::string& key : keys)
    if (value_at(before, key) != value_at(after, key)) changes.push_back({key, value_at(before, key), value_at(after, key)});
}

GateCheck checked(const std::vector<Evaluation>& both, const PairedQueries& paired, const GateRules::MaxDrop& rule, const ResamplingOptions& resampling) {
  const PairedValues values = paired_values(both, paired, rule.metric);
  if (values.queries.empty()) throw Error(ErrorKind::Usage, "--max-drop " + rule.metric + ": no question has it in both " + both[0].name + " and " + both[1].name + "; name another measure");
  const std::vector<double>&before = values.values[0], &after = values.values[1];
  const auto differences = paired_differences(before, after);
  GateCheck check{.metric = rule.metric, .queries = values.queries.size(), .baseline = mean_of(before), .current = mean_of(after), .limit = rule.drop};
  check.drop = check.baseline - check.current;
  check.p = randomisation_test(differences, resampling).p_lower;
  check.worse = static_cast<std::size_t>(std::ranges::count_if(differences, [](double d) { return d < 0; }));
  check.better = static_cast<std::size_t>(std::ranges::count_if(differences, [](double d) { return d > 0; }));
  check.too_large = check.drop > check.limit + kRoundingDifference;
  return check;
}

}  // namespace

GateVerdict judge_gate(const Evaluation& baseline, const Evaluation& current, const EvaluationCost* cost, const GateRules& rules) {
  if (rules.max_drops.empty() && !rules.max_p95_ms) throw Error(ErrorKind::Usage, "a gate without a rule lets everything through; name one with --max-drop nDCG@10=0.01 or --max-p95-ms 80");
  require_comparable(baseline, current, rules.allow_model_change);
  const std::vector<Evaluation> both = {baseline, current};
  const PairedQueries paired = pair_queries(both, MissingQueries::Zero);
  GateVerdict verdict{.queries = paired.ids.size(), .p = rules.p};
  add_changes(baseline.configuration, current.configuration, verdict.changes);
  add_changes(baseline.fingerprints, current.fingerprints, verdict.changes);

  std::vector<double> p;
  for (const GateRules::MaxDrop& rule : rules.max_drops) {
    verdict.checks.push_back(checked(both, paired, rule, rules.resampling));
    p.push_back(verdict.checks.back().p);
  }
  const std::vector<double> adjusted = holm_adjusted(p);
  for (std::size_t i = 0; i < adjusted.size(); ++i) {
    GateCheck& check = verdict.checks[i];
    check.p = adjusted[i];
    check.passed = !check.too_large || (rules.p && check.p > *rules.p);
    verdict.passed = verdict.passed && check.passed;
  }
  if (rules.max_p95_ms) {
    const auto query = cost ? cost->stages_ms.find("query") : std::map<std::string, Percentiles>::const_iterator{};
    if (!cost || query == cost->stages_ms.end())
      throw Error(ErrorKind::Usage, "--max-p95-ms: nothing was timed; a file of an evaluation holds no times, so measure in the same command (without --current)");
    verdict.latency = {.p95_ms = query->second.p95, .limit_ms = *rules.max_p95_ms, .passed = query->second.p95 <= *rules.max_p95_ms};
    verdict.passed = verdict.passed && verdict.latency->passed;
  }
  return verdict;
}

}  // namespace rag
