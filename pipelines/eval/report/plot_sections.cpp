#include <fmt/format.h>

#include <algorithm>

#include "pipelines/eval/compare/comparison_output.h"
#include "pipelines/eval/report/html_text.h"
#include "pipelines/eval/report/page_parts.h"
#include "pipelines/eval/report/plot.h"

namespace rag {
namespace {

struct Cost {
  const char *name, *english, *korean;
  double unit;  // what one step on the axis is
};
constexpr Cost kCosts[] = {{"p50_ms", "milliseconds a query (half of them take less)", "질문당 시간(ms), 중앙값", 1},
                           {"p95_ms", "milliseconds a query (95 % take less)", "질문당 시간(ms), 95 %", 1},
                           {"p99_ms", "milliseconds a query (99 % take less)", "질문당 시간(ms), 99 %", 1},
                           {"peak_memory_bytes", "memory, MB", "메모리(MB)", 1e6},
                           {"index_bytes", "index, MB", "색인 크기(MB)", 1e6}};

Cost cost_called(const std::string& name) {
  const auto at = std::ranges::find(kCosts, name, [](const Cost& cost) { return std::string(cost.name); });
  return at == std::end(kCosts) ? Cost{name.c_str(), name.c_str(), name.c_str(), 1} : *at;
}

// The first metric of the report that points have too, else the first that they have.
std::string plotted_metric(const ReportInput& input) {
  for (const std::string& metric : input.comparison ? input.comparison->metrics : input.evaluations.front().metrics)
    if (std::ranges::any_of(input.points, [&](const CostPoint& point) { return point.quality.contains(metric); })) return metric;
  for (const CostPoint& point : input.points)
    if (!point.quality.empty()) return point.quality.begin()->first;
  return "";
}

std::string points_table(const ReportInput& input, const std::string& metric, const Cost& cost, const std::vector<bool>& front) {
  std::string out = fmt::format("<div class=\"wide\" tabindex=\"0\"><table class=\"sortable\"><thead><tr><th scope=\"col\">{}</th><th scope=\"col\" class=\"figure\">{}</th>"
                                "<th scope=\"col\" class=\"figure\">{}</th><th scope=\"col\">{}</th></tr></thead><tbody>\n",
                                say(input, "system", "시스템"), html_escaped(metric), html_escaped(say(input, cost.english, cost.korean)), say(input, "on the front", "파레토 최적"));
  for (std::size_t i = 0; i < input.points.size(); ++i) {
    const CostPoint& point = input.points[i];
    if (!point.quality.contains(metric) || !point.cost.contains(cost.name)) continue;
    out += "<tr><th scope=\"row\">" + html_isolated(point.name) + "</th>" + figure_cell(point.quality.at(metric));
    const double value = point.cost.at(cost.name) / cost.unit;
    out += fmt::format("<td class=\"figure\" data-value=\"{}\">{:.1f}</td><td>{}</td></tr>\n", value, value, front[i] ? "✓" : "");
  }
  return out + "</tbody></table></div>\n";
}

}  // namespace

std::string difference_section(const ReportInput& input) {
  if (!input.comparison) {
    const Evaluation& only = input.evaluations.front();
    if (only.metrics.empty()) return "";
    std::vector<double> values;
    for (const EvaluatedQuery& query : only.queries)
      if (const auto at = query.values.find(only.metrics.front()); at != query.values.end()) values.push_back(at->second);
    const std::string title = fmt::format(fmt::runtime(say(input, "How {} spreads over the queries", "질문별 {}의 분포")), only.metrics.front());
    return "<h2>" + html_escaped(title) + "</h2>\n" +
           histogram_of_values({"values", title, fmt::format("{}", values.size()) + say(input, " queries", "개 질문"), only.metrics.front(), say(input, "queries", "질문 수")}, values);
  }
  const Comparison& comparison = *input.comparison;
  std::string out = fmt::format("<h2>{}</h2>\n", html_escaped(fmt::format(fmt::runtime(say(input, "Differences query by query, {}", "질문별 차이, {}")), comparison.metrics.front())));
  int number = 0;
  const PairedQueries paired = pair_queries(input.evaluations, comparison.left_out.empty() ? MissingQueries::Zero : MissingQueries::LeaveOut);
  const PairedValues values = paired_values(input.evaluations, paired, comparison.metrics.front());
  for (const ComparedPair& pair : comparison.pairs) {
    if (pair.metric != comparison.metrics.front() || pair.first != comparison.pairs.front().first) continue;
    const std::string &first = comparison.systems[pair.first].name, &second = comparison.systems[pair.second].name;
    const std::string title = fmt::format(fmt::runtime(say(input, "{} minus {}", "{} − {}")), second, first);
    const std::string counts = fmt::format(fmt::runtime(say(input, "{} queries better, {} equal, {} worse; mean difference {}", "나아진 질문 {}개, 같은 질문 {}개, 나빠진 질문 {}개; 평균 차이 {}")),
                                           pair.wins, pair.ties, pair.losses, signed_figure(pair.difference));
    const auto differences = paired_differences(values.values[pair.first], values.values[pair.second]);
    out += "<h3>" + html_isolated(title) + "</h3>\n<p class=\"soft\">" + html_escaped(counts) + "</p>\n";
    out += histogram_of_differences({"difference" + std::to_string(number++), title, counts, say(input, "difference of a query", "질문 하나의 차이"), say(input, "queries", "질문 수")}, differences);
  }
  return out;
}

std::string cost_section(const ReportInput& input) {
  const std::string metric = plotted_metric(input);
  const Cost cost = cost_called(input.cost);
  const std::vector<bool> front = points_on_front(input.points, metric, cost.name);
  std::vector<PlotPoint> dots;
  for (std::size_t i = 0; i < input.points.size(); ++i)
    if (const CostPoint& point = input.points[i]; point.quality.contains(metric) && point.cost.contains(cost.name))
      dots.push_back({.x = point.cost.at(cost.name) / cost.unit, .y = point.quality.at(metric), .label = point.name, .marked = front[i]});
  if (dots.empty()) return "";
  const std::string title = say(input, "Cost beside quality", "비용과 품질");
  const std::string description = say(input, "Full dots: no other is both better and cheaper. The line joins them.", "채워진 점: 더 좋으면서 더 싼 것이 없는 설정. 선이 이들을 잇습니다.");
  return "<h2>" + title + "</h2>\n" + scatter_plot({"cost", title, description, say(input, cost.english, cost.korean), metric}, dots) + "<p class=\"soft\">" + description + "</p>\n" +
         points_table(input, metric, cost, front);
}

std::string risk_section(const ReportInput& input) {
  std::vector<PlotCurve> curves;
  for (const Evaluation& evaluation : input.evaluations)
    if (!evaluation.risk_coverage.empty()) curves.push_back({evaluation.name, evaluation.risk_coverage});
  for (const RiskCurve& curve : input.risk_curves) curves.push_back({curve.name, curve.points});
  if (curves.empty()) return "";
  const std::string title = say(input, "Risk and coverage of answers", "답변의 위험과 응답률");
  const std::string description = say(input, "Share of wrong answers among those given, as more questions are answered. Lower is better.", "더 많은 질문에 답할수록 틀린 답이 차지하는 비율. 낮을수록 좋습니다.");
  return "<h2>" + title + "</h2>\n" + curve_plot({"risk", title, description, say(input, "coverage: share of questions answered", "응답률: 답한 질문의 비율"),
                                                 say(input, "risk: share of answers wrong", "위험: 틀린 답의 비율")}, curves) +
         "<p class=\"soft\">" + description + "</p>\n";
}

}  // namespace rag
