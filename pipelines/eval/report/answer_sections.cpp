#include <fmt/format.h>

#include <algorithm>

#include "pipelines/eval/report/html_text.h"
#include "pipelines/eval/report/page_parts.h"

namespace rag {
namespace {

const MeasureMean* figure_of(const Evaluation& evaluation, const std::string& measure) {
  const auto at = std::ranges::find(evaluation.figures, measure, &MeasureMean::name);
  return at == evaluation.figures.end() ? nullptr : &*at;
}

// "0.7500 (40)"; "–" with the reason behind it where there is no mean.
std::string figure_html(const ReportInput& input, const MeasureMean* figure) {
  if (!figure) return "<td class=\"figure\">–</td>";
  if (!figure->value) return "<td class=\"figure\">– <span class=\"soft\">" + html_escaped(figure->reason.in(input.korean)) + "</span></td>";
  return fmt::format("<td class=\"figure\" data-value=\"{}\">{:.4f} <span class=\"soft\">({})</span></td>", *figure->value, *figure->value, figure->count);
}

std::string expected_html(const ReportInput& input, const GoldQuestion& question) {
  if (question.impossible) return fmt::format("<p class=\"soft\">{}</p>", say(input, "the documents do not answer: right is to refuse", "문서에 답이 없음: 거절이 정답"));
  std::string items;
  for (const std::string& reference : question.references) items += "<li>" + html_isolated(reference) + "</li>";
  for (const Nugget& nugget : question.nuggets)
    items += "<li>" + html_isolated(nugget.text) + (nugget.vital ? "" : fmt::format(" <span class=\"soft\">({})</span>", say(input, "good to have", "있으면 좋음"))) + "</li>";
  return "<ul>" + items + "</ul>";
}

std::string given_html(const ReportInput& input, const GivenAnswer& answer) {
  if (answer.abstained) return fmt::format("<p class=\"soft\">{} {}</p>", say(input, "refused", "답변 거절"), html_isolated(answer.reason));
  std::string html = "<p>" + html_isolated(answer.text) + "</p>", items;
  for (const GivenCitation& citation : answer.citations) {
    const std::string& name = citation.uri.empty() ? citation.document : citation.uri;
    items += "<li>" + (citation.number > 0 ? fmt::format("[{}] ", citation.number) : "") + "<code>" + html_escaped(name) + "</code><span class=\"extract\">" + html_isolated(citation.quote) +
             "</span></li>";
  }
  return html + (items.empty() ? fmt::format("<p class=\"soft\">{}</p>", say(input, "nothing cited", "인용 없음")) : "<ul>" + items + "</ul>");
}

}  // namespace

std::string figures_section(const ReportInput& input) {
  std::vector<std::string> measures;
  for (const Evaluation& evaluation : input.evaluations)
    for (const MeasureMean& figure : evaluation.figures)
      if (std::ranges::find(measures, figure.name) == measures.end()) measures.push_back(figure.name);
  if (measures.empty()) return "";
  std::string table = fmt::format("<div class=\"wide\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">{}</th>", say(input, "measure", "지표"));
  for (const Evaluation& evaluation : input.evaluations) table += "<th scope=\"col\" class=\"figure\">" + html_isolated(evaluation.name) + "</th>";
  table += "</tr></thead><tbody>\n";
  for (const std::string& measure : measures) {
    table += "<tr><th scope=\"row\">" + html_escaped(measure) + "</th>";
    for (const Evaluation& evaluation : input.evaluations) table += figure_html(input, figure_of(evaluation, measure));
    table += "</tr>\n";
  }
  table += "</tbody></table></div>\n";
  const std::string about = fmt::format("<p class=\"soft\">{}</p>\n", say(input, "In brackets: what the mean is over. Each system by itself, over all questions that have the measure.",
                                                                          "괄호: 평균을 낸 질문이나 답변의 수. 시스템마다 그 지표가 있는 모든 질문에 대해 따로 계산."));
  if (!input.comparison) return about + table;
  return fmt::format("<details><summary>{}</summary>\n", say(input, "All figures of each system", "시스템별 모든 수치")) + about + table + "</details>\n";
}

std::string answer_lists(const ReportInput& input, const AnsweredQuestion& answered) {
  return fmt::format("<div class=\"lists\"><div><h5>{}</h5>{}</div><div><h5>{}</h5>{}</div></div>", say(input, "expected", "정답"), expected_html(input, answered.question),
                     say(input, "answered", "답변"), given_html(input, answered.answer));
}

double worth_of(const EvaluatedQuery& query, const std::string& metric) {
  if (const auto at = query.values.find(metric); at != query.values.end()) return at->second;
  if (!query.answered) return 1;
  const auto right = query.values.find("refusal_accuracy");  // an unanswerable question that was answered is as wrong as can be
  return query.answered->question.impossible && right != query.values.end() ? right->second : 1;
}

}  // namespace rag
