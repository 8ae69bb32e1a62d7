#include "cli/eval/metric_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "cli/terminal.h"
#include "core/error.h"
#include "core/listing.h"
#include "core/text.h"
#include "pipelines/eval/evaluation_file.h"
#include "pipelines/json_output.h"
#include "retrieve/excerpt.h"

namespace rag::cli {
namespace {

void print_cost(const EvaluationCost& cost) {
  const auto query = cost.stages_ms.find("query");
  if (query == cost.stages_ms.end()) return;
  std::cerr << fmt::format(fmt::runtime(tr("a query: {:.1f} ms (50 %: {:.1f}, 95 %: {:.1f}, 99 %: {:.1f})", "질문 하나: {:.1f} ms (50 %: {:.1f}, 95 %: {:.1f}, 99 %: {:.1f})")), query->second.mean, query->second.p50, query->second.p95,
                           query->second.p99);
  for (const auto& [stage, ms] : cost.stages_ms)
    if (stage != "query" && ms.mean >= 0.05) std::cerr << fmt::format(", {} {:.1f}", stage, ms.mean);
  std::cerr << fmt::format(fmt::runtime(tr("; {:.0f} queries/s, memory {}, index {}", "; 초당 질문 {:.0f}개, 메모리 {}, 색인 {}")), cost.queries_per_s, human_bytes(cost.peak_memory_bytes), human_bytes(cost.index_bytes));
  if (cost.chunks_per_s > 0) std::cerr << fmt::format(fmt::runtime(tr(", {:.0f} chunks/s", ", 초당 청크 {:.0f}개")), cost.chunks_per_s);
  if (cost.context_tokens > 0) std::cerr << fmt::format(fmt::runtime(tr("; the first ten chunks: {:.0f} tokens, {:.0f} bytes a question", "; 처음 청크 열 개: 질문당 토큰 {:.0f}개, {:.0f}바이트")), cost.context_tokens, cost.context_bytes);
  std::cerr << '\n';
}

}  // namespace

void print_list(const char* what, const std::vector<std::string>& items) {
  if (items.empty()) return;
  std::cerr << fmt::format(fmt::runtime(tr("{} {}:", "{}{}:")), items.size(), what);
  for (std::size_t i = 0; i < std::min<std::size_t>(5, items.size()); ++i) std::cerr << ' ' << escape_for_terminal(items[i]);
  std::cerr << (items.size() > 5 ? " ...\n" : "\n");
}

void add_metric_option(po::options_description& options) {
  options.add_options()("metric,m", po::value<std::vector<std::string>>()->value_name("METRIC")->composing(),
                        "a measure, repeatable; default: nDCG@10 RR@10 R@100 AP P@5 Success@1 Success@5");
  add_gain_options(options);
}

void add_gain_options(po::options_description& options) {
  options.add_options()("gain", po::value<std::string>()->value_name("linear|exp")->default_value("linear"), "what nDCG gives for a grade g: g, or 2^g - 1")(
      "drop-self-hits", po::bool_switch(), "leave out documents named as the query is (ArguAna, Quora)");
}

std::string metric_called(const std::string& name, const Evaluation& evaluation) {
  const auto has = [&](const std::string& metric) { return std::ranges::find(evaluation.metrics, metric) != evaluation.metrics.end(); };
  if (has(name)) return name;
  if (!evaluation.of_answers) {
    const std::string known = parse_metric(name).name;
    if (!has(known)) throw Error(ErrorKind::Usage, evaluation.name + ": has no " + known + "; measure it with -m '" + known + "'");
    return known;
  }
  const std::map<std::string, std::string> short_names = {{"em", "squad_em"}, {"f1", "squad_f1"}, {"rouge-l", "rouge_l"}, {"rougel", "rouge_l"}};
  const std::string folded = fold_case(name);
  if (const auto at = short_names.find(folded); at != short_names.end() && has(at->second)) return at->second;
  if (has(folded)) return folded;
  throw Error(ErrorKind::Usage, evaluation.name + ": has no measure " + excerpt(name) + " that could be compared; it has " + joined(evaluation.metrics));
}

std::vector<Metric> metrics_of(const po::variables_map& values) {
  std::vector<std::string> names = {"nDCG@10", "RR@10", "R@100", "AP", "P@5", "Success@1", "Success@5"};
  if (values.count("metric")) names = values["metric"].as<std::vector<std::string>>();
  const bool exponential = choice("--gain", values["gain"].as<std::string>(), {"linear", "exp"}) == "exp";
  std::vector<Metric> metrics;
  for (const std::string& name : names) {
    Metric metric = exponential ? with_exponential_gain(parse_metric(name)) : parse_metric(name);
    if (std::ranges::find(metrics, metric.name, &Metric::name) == metrics.end()) metrics.push_back(std::move(metric));
  }
  return metrics;
}

void add_report_options(po::options_description& options) {
  options.add_options()("per-query", po::bool_switch(), "each query's values too")(
      "out", po::value<std::string>()->value_name("FILE"), "write the evaluation, query by query, for 'rag eval compare' and others")(
      "name", po::value<std::string>()->value_name("NAME")->default_value(""), "what tables call it; default: the name of the file");
  add_format_options(options, "text or json");
}

void print_evaluation(const Evaluation& evaluation, const EvaluationCost* cost, const po::variables_map& values) {
  if (values.count("out")) write_evaluation(values["out"].as<std::string>(), evaluation);
  const bool per_query = values["per-query"].as<bool>();
  if (output_format(values, {"text", "json"}) == "json") {
    std::cout << eval_json(evaluation, cost, per_query) << '\n';
    return;
  }
  if (per_query)
    for (const EvaluatedQuery& query : evaluation.queries)
      for (const std::string& metric : evaluation.metrics)
        std::cout << fmt::format("{:<20} {:<16} {:.4f}\n", metric, escape_for_terminal(query.id), query.values.at(metric));
  for (const std::string& metric : evaluation.metrics) std::cout << fmt::format("{:<20} {:<16} {:.4f}\n", metric, "all", evaluation.means.at(metric));
  std::cout << fmt::format("{:<20} {:<16} {}\n", "queries", "all", evaluation.judged);
  print_list(tr("judged queries without an answer (each counts 0)", "개의 판정된 질문에 답이 없음 (각각 0으로 셈)"), evaluation.missing);
  print_list(tr("queries without judgements (left out)", "개의 질문에 판정이 없음 (뺌)"), evaluation.unjudged);
  print_list(tr("judged queries with nothing relevant", "개의 판정된 질문에 정답이 없음"), evaluation.without_relevant);
  for (const Wording& note : evaluation.notes) std::cerr << escape_for_terminal(note.in(user_reads_korean())) << '\n';
  if (cost) print_cost(*cost);
}

}  // namespace rag::cli
