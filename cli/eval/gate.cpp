#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iostream>
#include <optional>

#include "cli/eval/metric_options.h"
#include "cli/eval/retrieval.h"
#include "cli/eval/verbs.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "pipelines/eval/evaluation_file.h"
#include "pipelines/eval/gate/gate.h"
#include "retrieve/excerpt.h"

namespace rag::cli {
namespace {

constexpr const char* kEpilogue =
    "  rag eval gate --dataset DIR --baseline base.json --max-drop nDCG@10=0.01 --max-drop R@100=0.02\n"
    "  rag eval gate --dataset DIR --baseline base.json --max-drop nDCG@10=0.01 --p .05 --max-p95-ms 80 --json\n"
    "  rag eval gate --current now.json --baseline base.json --max-drop nDCG@10=0.01\n"
    "  rag eval gate --current answers.json --baseline answers-base.json --max-drop F1=0.01 --max-drop citation_recall=0.02\n\n"
    "Measures as 'rag eval retrieval' does, with the same options, or takes --current.  Exit code 0: passed; 3: failed; 4: measured over other\n"
    "documents, questions, judgements or (but for --allow-model-change) models than the baseline, so that the figures say nothing.\n"
    "Answers are measured by 'rag eval answers --out FILE', the baseline's and those of --current.\n";

po::options_description options_of() {
  po::options_description options = retrieval_options();
  options.add_options()("baseline", po::value<std::string>()->value_name("FILE"), "what 'rag eval baseline' wrote")(
      "current", po::value<std::string>()->value_name("FILE"), "an evaluation that is there, instead of measuring")(
      "max-drop", po::value<std::vector<std::string>>()->value_name("METRIC=DROP")->composing(), "fail where the metric's mean has fallen by more, repeatable")(
      "p", po::value<double>()->value_name("P"), "fail only where the drop is also significant: one-sided randomisation test, by Holm over the metrics")(
      "max-p95-ms", po::value<double>()->value_name("MS"), "fail where 95 % of the queries take longer")("allow-model-change", po::bool_switch(),
                                                                                                         "another encoder, reranker or generator of answers than the baseline's");
  return options;
}

GateRules::MaxDrop max_drop(const std::string& argument, const Evaluation& baseline) {
  const std::size_t mark = argument.rfind('=');  // AP(rel=2)=0.01
  double drop = -1;
  if (mark != std::string::npos) {
    const char *begin = argument.data() + mark + 1, *end = argument.data() + argument.size();
    const auto [stop, error] = std::from_chars(begin, end, drop);
    if (error != std::errc() || stop != end) drop = -1;
  }
  if (!(drop >= 0 && drop <= 1)) throw Error(ErrorKind::Usage, "--max-drop " + excerpt(argument) + ": expected METRIC=DROP with a drop from 0 to 1, such as nDCG@10=0.01");
  return {.metric = metric_called(argument.substr(0, mark), baseline), .drop = drop};
}

GateRules rules_of(const po::variables_map& values, const Evaluation& baseline) {
  GateRules rules{.allow_model_change = values["allow-model-change"].as<bool>()};
  if (values.count("max-drop"))
    for (const std::string& argument : values["max-drop"].as<std::vector<std::string>>()) rules.max_drops.push_back(max_drop(argument, baseline));
  if (values.count("p")) rules.p = values["p"].as<double>();
  if (rules.p && !(*rules.p > 0 && *rules.p < 1)) throw Error(ErrorKind::Usage, "--p: expected a number between 0 and 1, such as .05");
  if (values.count("max-p95-ms")) rules.max_p95_ms = values["max-p95-ms"].as<double>();
  if (rules.max_p95_ms && !(*rules.max_p95_ms > 0 && *rules.max_p95_ms < 1e9)) throw Error(ErrorKind::Usage, "--max-p95-ms: expected milliseconds above 0, such as 80");
  if (rules.max_drops.empty() && !rules.max_p95_ms)
    throw Error(ErrorKind::Usage, "rag eval gate: no rule, so everything would pass; name one with --max-drop nDCG@10=0.01 or --max-p95-ms 80");
  return rules;
}

std::vector<Metric> metrics_of_rules(const GateRules& rules) {
  std::vector<Metric> metrics;
  for (const GateRules::MaxDrop& rule : rules.max_drops) metrics.push_back(parse_metric(rule.metric));
  return metrics;
}

}  // namespace

int eval_gate(const Globals& globals, const std::vector<std::string>& arguments) {
  po::positional_options_description positional;
  positional.add("current", 1);
  const auto values = parse_options("eval gate", "eval gate --baseline FILE --max-drop METRIC=DROP [[--current] FILE | OPTIONS]", options_of(), positional, arguments, kEpilogue);
  const std::string format = output_format(values, {"text", "json"});
  if (!values.count("baseline")) throw Error(ErrorKind::Usage, "rag eval gate: wants --baseline FILE; 'rag eval baseline --out FILE' writes one");
  const Evaluation baseline = read_evaluation(values["baseline"].as<std::string>());
  const GateRules rules = rules_of(values, baseline);
  if (values.count("current") && rules.max_p95_ms)
    throw Error(ErrorKind::Usage, "--max-p95-ms and --current: a file of an evaluation holds no times; leave --current out to measure");

  if (baseline.of_answers && !values.count("current"))
    throw Error(ErrorKind::Usage, values["baseline"].as<std::string>() +
                                      ": an evaluation of answers; measure again with 'rag eval answers --out FILE' and name that file with --current FILE");
  MeasuredRetrieval measured;
  if (values.count("current")) {
    measured.evaluation = read_evaluation(values["current"].as<std::string>());
  } else {
    auto now = measure_as_asked(globals, values, values.count("metric") ? std::vector<Metric>{} : metrics_of_rules(rules));
    if (!now) return kGateFailed;
    measured = std::move(*now);
  }
  if (values.count("out") && values.count("current"))
    write_file_atomically(values["out"].as<std::string>(), read_file(values["current"].as<std::string>()));
  else if (values.count("out"))
    write_evaluation(values["out"].as<std::string>(), measured.evaluation);
  const GateVerdict verdict = judge_gate(baseline, measured.evaluation, values.count("current") ? nullptr : &measured.cost, rules);
  if (format == "json") {
    std::cout << verdict_json(verdict) << '\n';
  } else {
    for (const std::string& line : verdict_lines(verdict, user_reads_korean())) std::cout << escape_for_terminal(line) << '\n';
  }
  return verdict.passed ? 0 : kGateFailed;
}

}  // namespace rag::cli
