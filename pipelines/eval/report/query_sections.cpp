#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "pipelines/eval/compare/comparison_output.h"
#include "pipelines/eval/report/html_text.h"
#include "pipelines/eval/report/page_parts.h"

namespace rag {
namespace {

const std::string& first_metric(const ReportInput& input) {
  static const std::string kNone;
  if (input.comparison) return input.comparison->metrics.front();
  return input.evaluations.front().metrics.empty() ? kNone : input.evaluations.front().metrics.front();
}

// "<bdi>Title</bdi> <code>id</code>", and below it how a part begins.
std::string document_html(const Evaluation& evaluation, const std::string& document) {
  const auto at = evaluation.documents.find(document);
  if (at == evaluation.documents.end()) return html_isolated(document);
  const ShownDocument& shown = at->second;
  std::string html = shown.name().empty() ? html_isolated(document) : html_isolated(shown.name()) + " <code>" + html_escaped(document) + "</code>";
  if (!shown.extract.empty()) html += "<span class=\"extract\">" + html_isolated(shown.extract) + "</span>";
  return html;
}

std::string expected_list(const Evaluation& evaluation, const EvaluatedQuery& query) {
  std::string items;
  for (const auto& [document, grade] : query.relevant) {
    const bool found = std::ranges::any_of(query.found, [&](const ScoredDocument& one) { return one.document == document; });
    items += fmt::format("<li class=\"{}\">{} ({})</li>", found ? "hit" : "miss", document_html(evaluation, document), grade);
  }
  return items;
}

std::string found_list(const Evaluation& evaluation, const EvaluatedQuery& query) {
  std::string items;
  for (const ScoredDocument& document : query.found)
    items += (query.relevant.contains(document.document) ? "<li class=\"hit\">" : "<li>") + document_html(evaluation, document.document) + "</li>";
  return items;
}

std::string card(const EvaluatedQuery& query, const std::string& value, const std::string& lists) {
  return fmt::format("<div class=\"query\"><h4><span class=\"value\">{}</span><code>{}</code> {}</h4>{}</div>\n", value, html_escaped(query.id), html_isolated(query.text), lists);
}

std::string query_card(const ReportInput& input, const Evaluation& evaluation, const EvaluatedQuery& query, const std::string& metric) {
  const auto at = query.values.find(metric);
  const std::string value = at == query.values.end() ? say(input, "answered all the same", "답이 없는데 답함") : fmt::format("{} {:.4f}", html_escaped(metric), at->second);
  if (query.answered) return card(query, value, answer_lists(input, *query.answered));
  const std::string found = found_list(evaluation, query), expected = expected_list(evaluation, query);
  const auto or_nothing = [&](const std::string& items, const char* list) {
    return items.empty() ? fmt::format("<p class=\"soft\">{}</p>", say(input, "nothing", "없음")) : fmt::format("<{0}>{1}</{0}>", list, items);
  };
  return card(query, value,
              fmt::format("<div class=\"lists\"><div><h5>{}</h5>{}</div><div><h5>{}</h5>{}</div></div>", say(input, "expected (grade)", "찾아야 할 문서 (등급)"), or_nothing(expected, "ul"),
                          say(input, "found", "찾은 문서"), or_nothing(found, "ol")));
}

std::string worst_of(const ReportInput& input, const Evaluation& evaluation, const std::string& metric) {
  std::vector<const EvaluatedQuery*> order;
  for (const EvaluatedQuery& query : evaluation.queries)
    if (worth_of(query, metric) < 1 && (query.answered || !query.relevant.empty())) order.push_back(&query);
  std::ranges::stable_sort(order, {}, [&](const EvaluatedQuery* query) { return worth_of(*query, metric); });
  if (order.size() > input.worst) order.resize(input.worst);
  std::string cards;
  for (const EvaluatedQuery* query : order) cards += query_card(input, evaluation, *query, metric);
  return cards;
}

}  // namespace

std::string worst_section(const ReportInput& input) {
  const std::string metric = first_metric(input);
  std::string out = fmt::format("<h2>{}</h2>\n", input.evaluations.front().of_answers ? say(input, "The worst questions", "가장 나쁜 질문") : say(input, "The worst queries", "가장 나쁜 질문"));
  bool any = false;
  for (const Evaluation& evaluation : input.evaluations) {
    const std::string cards = worst_of(input, evaluation, metric);
    if (cards.empty()) continue;
    out += fmt::format("<details{}><summary>{}</summary>\n{}</details>\n", any ? "" : " open", html_isolated(evaluation.name), cards);
    any = true;
  }
  return any ? out : "";
}

std::string query_section(const ReportInput& input) {
  const std::string metric = first_metric(input);
  const bool two = input.comparison && input.evaluations.size() == 2;
  std::map<std::string, std::string> texts;
  std::map<std::string, std::map<std::size_t, double>> values;  // query -> system -> value
  for (std::size_t i = 0; i < input.evaluations.size(); ++i)
    for (const EvaluatedQuery& query : input.evaluations[i].queries) {
      if (!query.values.contains(metric)) continue;
      values[query.id][i] = query.values.at(metric);
      if (!query.text.empty()) texts.emplace(query.id, query.text);
    }
  std::string out = "<h2>" + html_escaped(fmt::format(fmt::runtime(say(input, "All queries, {}", "모든 질문, {}")), metric)) + "</h2>\n<div class=\"wide\" tabindex=\"0\"><table class=\"sortable\"><thead><tr>";
  out += fmt::format("<th scope=\"col\">{}</th><th scope=\"col\">{}</th>", say(input, "id", "번호"), say(input, "question", "질문"));
  for (const Evaluation& evaluation : input.evaluations) out += "<th scope=\"col\" class=\"figure\">" + html_isolated(evaluation.name) + "</th>";
  if (two) out += fmt::format("<th scope=\"col\" class=\"figure\">{}</th>", say(input, "difference", "차이"));
  out += "</tr></thead><tbody>\n";
  for (const auto& [id, by_system] : values) {
    out += "<tr><td><code>" + html_escaped(id) + "</code></td><td class=\"text\">" + html_isolated(texts.contains(id) ? texts.at(id) : "") + "</td>";
    for (std::size_t i = 0; i < input.evaluations.size(); ++i) out += by_system.contains(i) ? figure_cell(by_system.at(i)) : "<td class=\"figure\" data-value=\"-1\">–</td>";
    if (two && by_system.size() == 2) {
      const double difference = by_system.at(1) - by_system.at(0);
      out += fmt::format("<td class=\"figure {}\" data-value=\"{}\">{}</td>", difference > kRoundingDifference ? "better-ink" : difference < -kRoundingDifference ? "worse-ink" : "", difference,
                         signed_figure(difference));
    } else if (two) {
      out += "<td class=\"figure\" data-value=\"-2\">–</td>";
    }
    out += "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

}  // namespace rag
