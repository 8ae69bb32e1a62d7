#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pipelines/eval/evaluation.h"
#include "retrieve/eval/significance/paired_tests.h"

namespace rag {

// What a gate lets through.
struct GateRules {
  struct MaxDrop {
    std::string metric;  // canonical name
    double drop = 0;     // of the mean against the baseline's, 0 or more
  };
  std::vector<MaxDrop> max_drops;
  std::optional<double> p;           // a drop larger than allowed fails only where it is also significant at this level
  std::optional<double> max_p95_ms;  // of a whole query
  bool allow_model_change = false;   // another encoder or reranker than the baseline's
  ResamplingOptions resampling;
};

struct GateCheck {
  std::string metric;
  std::size_t queries = 0;           // those that have the metric in both evaluations: of measures of answers perhaps not all
  double baseline = 0, current = 0;  // means over them
  double drop = 0;                   // baseline - current
  double limit = 0;
  double p = 1;  // one-sided randomisation test of "the system has become worse", by Holm over the gate's metrics
  std::size_t worse = 0, better = 0;  // queries
  bool too_large = false;             // drop > limit
  bool passed = true;
};

struct LatencyCheck {
  double p95_ms = 0, limit_ms = 0;
  bool passed = true;
};

struct GateVerdict {
  bool passed = true;  // all of the checks
  std::size_t queries = 0;
  std::vector<GateCheck> checks;
  std::optional<LatencyCheck> latency;
  std::optional<double> p;  // of the rules
  struct Change {
    std::string key, before, after;  // "" where one side has no such setting
  };
  std::vector<Change> changes;  // of configuration and of what the index was made with: what a gate is for, so shown and let through
};

// The one place that decides.  Differences up to kRoundingDifference beyond a limit are rounding and pass.
//
// Throws Error(Mismatch), naming what differs and what to do, where the figures would say nothing: another corpus, other questions or gold than
// the baseline's, or one side does not say; another encoder, reranker or generator of answers, but for `allow_model_change`; answers measured by another
// entailment or judge.  Throws Error(Usage) for one side of answers and the other of retrieval, and for rules that cannot be checked: none at all,
// a metric that one side lacks or that no question has in both, a limit in milliseconds without `cost`.
GateVerdict judge_gate(const Evaluation& baseline, const Evaluation& current, const EvaluationCost* cost, const GateRules& rules);

// For people, a line a check and the verdict last; for programs (docs/formats/json.md).
std::vector<std::string> verdict_lines(const GateVerdict& verdict, bool korean);
std::string verdict_json(const GateVerdict& verdict);

}  // namespace rag
