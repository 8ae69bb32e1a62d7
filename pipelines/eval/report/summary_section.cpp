#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "pipelines/eval/compare/comparison_output.h"
#include "pipelines/eval/report/html_text.h"
#include "pipelines/eval/report/page_parts.h"

namespace rag {
namespace {

const std::vector<std::string>& metrics_of(const ReportInput& input) {
  return input.comparison ? input.comparison->metrics : input.evaluations.front().metrics;
}

double mean(const ReportInput& input, std::size_t system, const std::string& metric) {
  return input.comparison ? input.comparison->systems[system].means.at(metric) : input.evaluations[system].means.at(metric);
}

std::string means_table(const ReportInput& input) {
  std::string out = "<div class=\"wide\" tabindex=\"0\"><table><thead><tr>";
  if (input.comparison) out += "<th></th>";
  out += fmt::format("<th scope=\"col\">{}</th>", say(input, "system", "시스템"));
  for (const std::string& metric : metrics_of(input)) out += "<th scope=\"col\" class=\"figure\">" + html_escaped(metric) + (input.comparison ? "<span class=\"gap\"></span></th>" : "</th>");
  out += "</tr></thead><tbody>\n";
  for (std::size_t i = 0; i < input.evaluations.size(); ++i) {
    out += "<tr>";
    if (input.comparison) out += "<td>" + system_letter(i) + "</td>";
    out += "<th scope=\"row\">" + html_isolated(input.evaluations[i].name) + "</th>";
    for (const std::string& metric : metrics_of(input)) {
      double best = mean(input, 0, metric);
      for (std::size_t other = 1; other < input.evaluations.size(); ++other) best = std::max(best, mean(input, other, metric));
      const double value = mean(input, i, metric);
      std::string letters;
      if (input.comparison)
        if (const auto at = input.comparison->systems[i].beats.find(metric); at != input.comparison->systems[i].beats.end()) letters = "<sup>" + at->second + "</sup>";
      out += fmt::format("<td class=\"figure{}\">{:.4f}{}</td>", input.evaluations.size() > 1 && value == best ? " best" : "", value,
                         input.comparison ? "<span class=\"gap\">" + letters + "</span>" : "");
    }
    out += "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

// The settings in which they differ, or all of a single one's.
std::string settings_table(const ReportInput& input) {
  std::set<std::string> keys;
  for (const Evaluation& evaluation : input.evaluations)
    for (const auto* values : {&evaluation.configuration, &evaluation.fingerprints})
      for (const auto& [key, value] : *values) keys.insert(key);
  const auto value_of = [](const Evaluation& evaluation, const std::string& key) -> std::string {
    for (const auto* values : {&evaluation.configuration, &evaluation.fingerprints})
      if (const auto at = values->find(key); at != values->end()) return at->second.size() == 64 ? at->second.substr(0, 12) : at->second;
    return "";
  };
  std::string rows;
  for (const std::string& key : keys) {
    std::string row = "<tr><th scope=\"row\">" + html_escaped(key) + "</th>";
    std::set<std::string> values;
    for (const Evaluation& evaluation : input.evaluations) {
      const std::string value = value_of(evaluation, key);
      values.insert(value);
      row += "<td>" + (value.empty() ? "–" : html_isolated(value)) + "</td>";
    }
    if (input.evaluations.size() == 1 ? !values.contains("") : values.size() > 1) rows += row + "</tr>\n";
  }
  if (rows.empty()) return "";
  std::string head = fmt::format("<th scope=\"col\">{}</th>", say(input, "setting", "설정"));
  for (const Evaluation& evaluation : input.evaluations) head += "<th scope=\"col\">" + html_isolated(evaluation.name) + "</th>";
  return fmt::format("<h2>{}</h2>\n", input.evaluations.size() == 1 ? say(input, "Settings", "설정") : say(input, "Where they differ", "설정의 차이")) +
         "<div class=\"wide\" tabindex=\"0\"><table><thead><tr>" + head + "</tr></thead><tbody>\n" + rows + "</tbody></table></div>\n";
}

// What may be concluded in the first metric, the others folded away.
std::string conclusions(const ReportInput& input) {
  const Comparison& comparison = *input.comparison;
  std::string first, others;
  for (const ComparedPair& pair : comparison.pairs)
    (pair.metric == comparison.metrics.front() ? first : others) += "<li>" + html_isolated(conclusion_of(comparison, pair, input.korean)) + "</li>\n";
  std::string out = fmt::format("<h2>{}</h2>\n<ul>\n{}</ul>\n", say(input, "What may be concluded", "결론"), first);
  if (!others.empty()) out += fmt::format("<details><summary>{}</summary>\n<ul>\n{}</ul>\n</details>\n", say(input, "The other metrics", "다른 지표"), others);
  return out;
}

std::string pairs_table(const ReportInput& input) {
  const Comparison& comparison = *input.comparison;
  std::string out = fmt::format("<details><summary>{}</summary>\n<div class=\"wide\" tabindex=\"0\"><table class=\"sortable\"><thead><tr>", say(input, "All comparisons in figures", "모든 비교의 수치"));
  out += fmt::format("<th scope=\"col\">{}</th><th scope=\"col\">{}</th>", say(input, "metric", "지표"), say(input, "pair", "쌍"));
  for (const char* head : {say(input, "difference", "차이"), say(input, "from", "하한"), say(input, "to", "상한"), "p", "p (Holm)", say(input, "p of t", "t의 p"), "d_z",
                           say(input, "detectable", "검출 한계"), say(input, "better", "승"), say(input, "equal", "무"), say(input, "worse", "패")})
    out += fmt::format("<th scope=\"col\" class=\"figure\">{}</th>", head);
  out += "</tr></thead><tbody>\n";
  const auto cell = [](bool there, double value) { return there ? figure_cell(value) : std::string("<td class=\"figure\" data-value=\"2\">–</td>"); };
  const auto count = [](std::size_t number) { return fmt::format("<td class=\"figure\">{}</td>", number); };
  for (const ComparedPair& pair : comparison.pairs) {
    const auto& [low, high] = pair.interval.value_or(Interval{});
    out += "<tr><td>" + html_escaped(pair.metric) + "</td><td>" + html_isolated(comparison.systems[pair.second].name) + " − " + html_isolated(comparison.systems[pair.first].name) + "</td>";
    out += fmt::format("<td class=\"figure {}\" data-value=\"{}\">{}</td>", !pair.significant ? "" : pair.difference > 0 ? "better-ink" : "worse-ink", pair.difference, signed_figure(pair.difference));
    out += cell(pair.interval.has_value(), low) + cell(pair.interval.has_value(), high) + figure_cell(pair.p) + figure_cell(pair.p_holm) + cell(pair.t.has_value(), pair.t.value_or(TTest{}).p) +
           cell(pair.effect.has_value(), pair.effect.value_or(EffectSize{}).d_z) + cell(pair.detectable.has_value(), pair.detectable.value_or(0));
    out += count(pair.wins) + count(pair.ties) + count(pair.losses) + "</tr>\n";
  }
  return out + "</tbody></table></div></details>\n";
}

std::string notes_list(const ReportInput& input) {
  std::set<std::string> seen;
  std::string items;
  const auto add = [&](const std::string& note) {
    if (seen.insert(note).second) items += "<li>" + html_isolated(note) + "</li>\n";
  };
  if (input.comparison)
    for (const Wording& note : input.comparison->notes) add(note.in(input.korean));
  for (const Evaluation& evaluation : input.evaluations) {
    if (!evaluation.missing.empty() && !input.comparison) add(fmt::format("{}: {} {}", evaluation.name, evaluation.missing.size(), evaluation.of_answers ? say(input, "judged questions without an answer, each counts as a refusal", "개 질문에 답이 없어 거절로 셈")
                                                                                                                                                  : say(input, "judged queries without an answer, each counts 0", "개 질문에 답이 없어 0으로 셈")));
    for (const Wording& note : evaluation.notes) add(evaluation.name + ": " + note.in(input.korean));
  }
  return items.empty() ? "" : fmt::format("<h3>{}</h3>\n<ul>\n{}</ul>\n", say(input, "To keep in mind", "유의할 점"), items);
}

}  // namespace

std::string figure_cell(double value) { return fmt::format("<td class=\"figure\" data-value=\"{}\">{:.4f}</td>", value, value); }

std::string summary_section(const ReportInput& input) {
  std::string out;
  if (input.comparison) {
    out += "<p class=\"soft\">" + html_escaped(method_of(*input.comparison, input.korean)) + "</p>\n";
  } else {
    out += fmt::format(fmt::runtime(say(input, "<p class=\"soft\">{} queries</p>\n", "<p class=\"soft\">질문 {}개</p>\n")), input.evaluations.front().queries.size());
  }
  if (input.comparison || !input.evaluations.front().of_answers) out += means_table(input);
  if (input.comparison) {
    out += fmt::format("<p class=\"soft\">{}</p>\n", say(input, "Bold: the highest mean. A raised letter names a system that this one is significantly better than.",
                                                           "굵은 글씨: 가장 높은 평균. 위 첨자: 이 시스템보다 유의하게 나쁜 시스템."));
    out += conclusions(input) + pairs_table(input);
  }
  out += figures_section(input);
  return out + notes_list(input) + settings_table(input);
}

}  // namespace rag
