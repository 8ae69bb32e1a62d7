#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "pipelines/eval/compare/comparison_output.h"

namespace rag {
namespace {

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

template <typename Value>
std::string csv_number(bool there, const Value& value) {
  return there ? fmt::format("{}", value) : "";  // shortest that reads back the same
}

// What Markdown and the HTML in it would take for their own.
std::string markdown(const std::string& text) {
  std::string escaped;
  for (const char c : collapse_white_space(escape_for_terminal(text))) {
    if (c == '<' || c == '>' || c == '&') {
      escaped += c == '<' ? "&lt;" : c == '>' ? "&gt;" : "&amp;";
      continue;
    }
    if (std::string_view("\\`*_{}[]()#+!|~@").find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string listed(const Comparison& comparison, const ChangedQuery& query, const std::vector<ScoredDocument>& found, std::size_t at) {
  if (at >= found.size()) return "";
  std::string name = markdown(found[at].document);
  if (const auto shown = comparison.documents.find(found[at].document); shown != comparison.documents.end() && !shown->second.name().empty())
    name += " " + markdown(shown->second.name());
  return query.relevant.contains(found[at].document) ? "**" + name + "** ✓" : name;
}

// "27 days\\[1\\] (leave.md)": an answer with the documents it cites.
std::string answer_cell(const GivenAnswer& answer, bool korean) {
  if (answer.abstained) return korean ? "(답변 거절)" : "(refused)";
  std::vector<std::string> cited;
  for (const GivenCitation& citation : answer.citations) {
    const std::string& name = citation.uri.empty() ? citation.document : citation.uri;
    if (std::ranges::find(cited, name) == cited.end()) cited.push_back(name);
  }
  std::string out = markdown(answer.text);
  for (std::size_t i = 0; i < cited.size(); ++i) out += (i == 0 ? " (" : ", ") + markdown(cited[i]) + (i + 1 == cited.size() ? ")" : "");
  return out;
}

std::string changed_answers(const Comparison& comparison, const ChangedQuery& query, bool korean) {
  std::string expected;
  for (const std::string& reference : query.first_answer->question.references) expected += (expected.empty() ? "" : " / ") + markdown(reference);
  if (query.first_answer->question.impossible) expected = korean ? "(문서에 답이 없음)" : "(the documents do not answer)";
  return fmt::format("\n**{}** {}\n\n| | {} | |\n|---|--:|---|\n| {} | | {} |\n| {} | {:.4f} | {} |\n| {} | {:.4f} | {} |\n", markdown(query.id), markdown(query.text),
                     markdown(comparison.metrics.front()), korean ? "정답" : "expected", expected, markdown(comparison.systems[query.first].name), query.first_value,
                     answer_cell(query.first_answer->answer, korean), markdown(comparison.systems[query.second].name), query.second_value,
                     answer_cell(query.second_answer->answer, korean));
}

std::string changed_table(const Comparison& comparison, const ChangedQuery& query, bool korean) {
  if (query.first_answer && query.second_answer) return changed_answers(comparison, query, korean);
  std::string out = fmt::format("\n**{}** {} — {} {:.4f} → {} {:.4f}\n\n| | {} | {} |\n|--:|---|---|\n", markdown(query.id), markdown(query.text),
                                markdown(comparison.systems[query.first].name), query.first_value, markdown(comparison.systems[query.second].name),
                                query.second_value, markdown(comparison.systems[query.first].name), markdown(comparison.systems[query.second].name));
  for (std::size_t i = 0; i < std::max(query.first_found.size(), query.second_found.size()); ++i)
    out += fmt::format("| {} | {} | {} |\n", i + 1, listed(comparison, query, query.first_found, i), listed(comparison, query, query.second_found, i));
  return out;
}

}  // namespace

std::string comparison_csv(const Comparison& comparison) {
  std::string out =
      "metric,first,second,first_mean,second_mean,difference,low,high,p,p_holm,significant,p_randomisation,exact,t,df,p_t,d_z,hedges_g,detectable,wins,ties,losses,queries\r\n";
  for (const ComparedPair& pair : comparison.pairs) {
    const ComparedSystem &first = comparison.systems[pair.first], &second = comparison.systems[pair.second];
    const TTest t = pair.t.value_or(TTest{});
    const Interval interval = pair.interval.value_or(Interval{});
    const EffectSize effect = pair.effect.value_or(EffectSize{});
    out += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\r\n", csv_field(pair.metric), csv_field(first.name), csv_field(second.name),
                       first.means.at(pair.metric), second.means.at(pair.metric), pair.difference, csv_number(pair.interval.has_value(), interval.low),
                       csv_number(pair.interval.has_value(), interval.high), pair.p, pair.p_holm, pair.significant, pair.randomisation.p, pair.randomisation.exact,
                       csv_number(pair.t.has_value(), t.t), csv_number(pair.t.has_value(), t.df), csv_number(pair.t.has_value(), t.p),
                       csv_number(pair.effect.has_value(), effect.d_z), csv_number(pair.effect.has_value(), effect.hedges_g),
                       csv_number(pair.detectable.has_value(), pair.detectable.value_or(0)), pair.wins, pair.ties, pair.losses, pair.queries);
  }
  return out;
}

std::string comparison_markdown(const Comparison& comparison, bool korean) {
  const auto tr = [&](const char* english, const char* hangul) { return korean ? hangul : english; };
  std::string out = fmt::format("| | {} |", tr("system", "시스템")), rule = "|---|---|";
  for (const std::string& metric : comparison.metrics) {
    out += " " + markdown(metric) + " |";
    rule += "--:|";
  }
  out += "\n" + rule + "\n";
  for (std::size_t i = 0; i < comparison.systems.size(); ++i) {
    const ComparedSystem& system = comparison.systems[i];
    out += fmt::format("| {} | {} |", system_letter(i), markdown(system.name));
    for (const std::string& metric : comparison.metrics) {
      const auto beats = system.beats.find(metric);
      out += fmt::format(" {:.4f}{} |", system.means.at(metric), beats == system.beats.end() ? "" : " <sup>" + beats->second + "</sup>");
    }
    out += '\n';
  }
  out += fmt::format("\n{}\n\n| {} | {} | {} | {} | p | p (Holm) | {} |\n|---|---|--:|--:|--:|--:|--:|\n", tr("A raised letter names a system that this one is significantly better than.",
                     "위 첨자는 이 시스템보다 유의하게 나쁜 시스템입니다."), tr("metric", "지표"), tr("pair", "쌍"), tr("difference", "차이"), tr("interval", "신뢰구간"),
                     tr("better/equal/worse", "승/무/패"));
  for (const ComparedPair& pair : comparison.pairs)
    out += fmt::format("| {} | {} − {} | {}{} | {} | {} | {} | {}/{}/{} |\n", markdown(pair.metric), markdown(comparison.systems[pair.second].name),
                       markdown(comparison.systems[pair.first].name), signed_figure(pair.difference), pair.significant ? " \\*" : "",
                       pair.interval ? signed_figure(pair.interval->low) + " … " + signed_figure(pair.interval->high) : "", p_figure(pair.p), p_figure(pair.p_holm), pair.wins,
                       pair.ties, pair.losses);
  out += '\n';
  for (const ComparedPair& pair : comparison.pairs) out += "- " + markdown(conclusion_of(comparison, pair, korean)) + "\n";
  for (const Wording& note : comparison.notes) out += "- " + markdown(note.in(korean)) + "\n";
  out += "\n<sub>" + markdown(method_of(comparison, korean)) + "</sub>\n";
  if (!comparison.changed.empty())
    out += fmt::format("\n<details><summary>{}</summary>\n", tr("Queries that changed most", "가장 많이 달라진 질문"));
  for (const ChangedQuery& query : comparison.changed) out += changed_table(comparison, query, korean);
  if (!comparison.changed.empty()) out += "\n</details>\n";
  return out;
}

}  // namespace rag
