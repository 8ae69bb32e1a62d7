#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/listing.h"
#include "pipelines/eval/compare/comparison_output.h"
#include "pipelines/eval/gate/gate.h"
#include "pipelines/json_output.h"

namespace rag {
namespace {

using Json = nlohmann::ordered_json;

// Why a check came out as it did.
std::string reason(const GateCheck& check, const std::optional<double>& level, bool korean) {
  if (!check.too_large) return korean ? "허용 범위" : "within what is allowed";
  if (!level) return korean ? "허용보다 큰 하락" : "more than is allowed";
  return fmt::format(fmt::runtime(check.passed ? (korean ? "허용보다 큰 하락이지만 우연일 수 있음 (단측 p {} > {:g})" : "more than is allowed, but it may be chance (one-sided p {} > {:g})")
                                               : (korean ? "허용보다 큰 하락이며 유의함 (단측 p {} <= {:g})" : "more than is allowed, and significant (one-sided p {} <= {:g})")),
                     p_figure(check.p), *level);
}

const char* mark(bool passed, bool korean) { return passed ? (korean ? "통과" : "passed") : (korean ? "실패" : "FAILED"); }

std::string or_nothing(const std::string& value, bool korean) { return value.empty() ? (korean ? "없음" : "nothing") : value; }

}  // namespace

std::vector<std::string> verdict_lines(const GateVerdict& verdict, bool korean) {
  std::vector<std::string> lines;
  for (const GateVerdict::Change& change : verdict.changes)
    lines.push_back(fmt::format(fmt::runtime(korean ? "바뀐 설정 {}: {} -> {}" : "changed {}: {} -> {}"), change.key, or_nothing(change.before, korean), or_nothing(change.after, korean)));
  std::vector<std::string> failed;
  for (const GateCheck& check : verdict.checks) {
    lines.push_back(fmt::format(fmt::runtime(korean ? "{}: {} {:.4f} -> {:.4f} ({}), 허용 하락 {:g}: {}; 나빠진 질문 {}개, 좋아진 질문 {}개"
                                                    : "{}: {} {:.4f} -> {:.4f} ({}), a drop of {:g} is allowed: {}; {} queries worse, {} better"),
                                mark(check.passed, korean), check.metric, check.baseline, check.current, signed_figure(-check.drop), check.limit,
                                reason(check, verdict.p, korean), check.worse, check.better));
    if (check.queries < verdict.queries)
      lines.back() += fmt::format(fmt::runtime(korean ? "; 질문 {}개 중 {}개로 계산 (나머지는 한쪽에 값이 없음)" : "; over {1} of the {0} questions, for the others one side has no value"), verdict.queries,
                                  check.queries);
    if (!check.passed) failed.push_back(check.metric);
  }
  if (verdict.latency) {
    lines.push_back(fmt::format(fmt::runtime(korean ? "{}: 질문의 95 % 시간 {:.1f} ms, 허용 {:g} ms" : "{}: 95 % of the queries take up to {:.1f} ms, {:g} ms are allowed"),
                                mark(verdict.latency->passed, korean), verdict.latency->p95_ms, verdict.latency->limit_ms));
    if (!verdict.latency->passed) failed.push_back("p95");
  }
  lines.push_back(fmt::format(fmt::runtime(verdict.passed ? (korean ? "판정: 통과 (질문 {}개)" : "verdict: passed ({} queries)")
                                                          : (korean ? "판정: 실패 (질문 {}개): {}" : "verdict: FAILED ({} queries): {}")),
                              verdict.queries, joined(failed)));
  return lines;
}

std::string verdict_json(const GateVerdict& verdict) {
  Json checks = Json::array(), changes = Json::array();
  for (const GateCheck& check : verdict.checks)
    checks.push_back({{"metric", check.metric},
                      {"passed", check.passed},
                      {"queries", check.queries},
                      {"baseline", check.baseline},
                      {"current", check.current},
                      {"drop", check.drop},
                      {"max_drop", check.limit},
                      {"p", check.p},
                      {"worse", check.worse},
                      {"better", check.better}});
  for (const GateVerdict::Change& change : verdict.changes) changes.push_back({{"key", change.key}, {"before", change.before}, {"after", change.after}});
  Json out = {{"schema_version", kSchemaVersion},
              {"kind", "rag.gate_verdict"},
              {"passed", verdict.passed},
              {"queries", verdict.queries},
              {"level", verdict.p ? Json(*verdict.p) : Json()},
              {"checks", checks},
              {"latency", Json()},
              {"changes", changes}};
  if (verdict.latency) out["latency"] = {{"passed", verdict.latency->passed}, {"p95_ms", verdict.latency->p95_ms}, {"max_p95_ms", verdict.latency->limit_ms}};
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace rag
