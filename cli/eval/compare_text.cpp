#include "cli/eval/compare_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <tuple>

#include "cli/terminal.h"
#include "core/text.h"
#include "pipelines/eval/compare/comparison_output.h"

namespace rag::cli {
namespace {

constexpr std::size_t kName = 24, kFigure = 12, kDocument = 44;

std::string name_of(const Comparison& comparison, std::size_t system) { return preview(comparison.systems[system].name, kName - 2); }

void print_means(const Comparison& comparison) {
  std::string head = padded(tr("system", "시스템"), kName + 3);
  for (const std::string& metric : comparison.metrics) head += padded(metric, kFigure);
  std::cout << bold(head) << '\n';
  for (std::size_t i = 0; i < comparison.systems.size(); ++i) {
    const ComparedSystem& system = comparison.systems[i];
    std::string line = system_letter(i) + "  " + padded(name_of(comparison, i), kName);
    for (const std::string& metric : comparison.metrics) {
      const auto beats = system.beats.find(metric);
      line += padded(fmt::format("{:.4f} {}", system.means.at(metric), beats == system.beats.end() ? "" : beats->second), std::max(kFigure, metric.size() + 1));
    }
    std::cout << line << '\n';
  }
  std::cout << faint(tr("a letter behind a figure: significantly better than that system", "값 뒤의 글자: 그 시스템보다 유의하게 좋음")) << "\n\n";
}

void print_pairs(const Comparison& comparison, const std::string& metric) {
  std::cout << bold(padded(metric, kName + 4) + padded(tr("difference", "차이"), kFigure) + padded(tr("interval", "신뢰구간"), 20) + padded("p", 9) + padded("p (Holm)", 10) +
                    padded("t", 9) + padded(tr("p of t", "t의 p"), 9) + padded("d_z", 9) + padded(tr("detectable", "검출 한계"), 12) +
                    tr("better/equal/worse", "승/무/패"))
            << '\n';
  for (const ComparedPair& pair : comparison.pairs) {
    if (pair.metric != metric) continue;
    std::cout << padded(fmt::format("{} - {}  {}", system_letter(pair.second), system_letter(pair.first), name_of(comparison, pair.second)), kName + 4)
              << padded(signed_figure(pair.difference) + (pair.significant ? " *" : ""), kFigure)
              << padded(pair.interval ? signed_figure(pair.interval->low) + " " + signed_figure(pair.interval->high) : "-", 20) << padded(p_figure(pair.p), 9)
              << padded(p_figure(pair.p_holm), 10) << padded(pair.t ? fmt::format("{:.3f}", pair.t->t) : "-", 9) << padded(pair.t ? p_figure(pair.t->p) : "-", 9)
              << padded(pair.effect ? fmt::format("{:+.3f}", pair.effect->d_z) : "-", 9) << padded(pair.detectable ? fmt::format("{:.4f}", *pair.detectable) : "-", 12)
              << fmt::format("{}/{}/{}\n", pair.wins, pair.ties, pair.losses);
  }
  for (const ComparedPair& pair : comparison.pairs)
    if (pair.metric == metric) std::cout << "  " << escape_for_terminal(conclusion_of(comparison, pair, user_reads_korean())) << '\n';
  std::cout << '\n';
}

// As much of a line as a column holds: Hangul and its like take two places.
std::string in_columns(const std::string& text, std::size_t columns) {
  const std::string line = preview(text, 4 * columns);
  std::size_t width = 0;
  for (std::size_t i = 0; i < line.size();) {
    const std::size_t begin = i;
    width += is_cjk(next_code_point(line, i)) ? 2 : 1;
    if (width > columns) return line.substr(0, begin) + "...";
  }
  return line;
}

// The end of a name that is too long: chunks and pages of one file differ there ("...handbook.pdf#1200-1800").
std::string end_in_columns(const std::string& name, std::size_t columns) {
  std::size_t begin = 0;
  while (columns_of(std::string_view(name).substr(begin)) + 3 > columns) next_code_point(name, begin);
  return "..." + name.substr(begin);
}

// "d17 What the leave policy says".
std::string named(const Comparison& comparison, const std::string& document) {
  const auto shown = comparison.documents.find(document);
  const std::string name = shown == comparison.documents.end() ? "" : shown->second.name();
  return name.empty() ? document : document + " " + name;
}

std::string listed(const Comparison& comparison, const ChangedQuery& query, const std::vector<ScoredDocument>& found, std::size_t at) {
  if (at >= found.size()) return "";
  constexpr std::size_t kRoom = kDocument - 6;
  const std::string id = escape_for_terminal(found[at].document);
  return (query.relevant.contains(found[at].document) ? "* " : "  ") +
         (columns_of(id) > kRoom ? end_in_columns(id, kRoom) : in_columns(named(comparison, found[at].document), kRoom));
}

std::string answer_of(const GivenAnswer& answer) {
  if (answer.abstained) return tr("(refused)", "(답변 거절)");
  std::string cited;
  for (const GivenCitation& citation : answer.citations) {
    const std::string name = preview(citation.uri.empty() ? citation.document : citation.uri, kDocument);
    if (cited.find(name) == std::string::npos) cited += (cited.empty() ? "  [" : ", ") + name;
  }
  return preview(answer.text, 300) + (cited.empty() ? "" : cited + "]");
}

void print_changed_answers(const Comparison& comparison, const ChangedQuery& query) {
  std::string expected;
  for (const std::string& reference : query.first_answer->question.references) expected += (expected.empty() ? "" : " / ") + reference;
  if (query.first_answer->question.impossible) expected = tr("(the documents do not answer)", "(문서에 답이 없음)");
  std::cout << bold(escape_for_terminal(query.id)) << "  " << preview(query.text, 100) << '\n' << "   = " << preview(expected, 300) << '\n';
  for (const auto& [system, value, answer] : {std::tuple(query.first, query.first_value, &query.first_answer->answer), std::tuple(query.second, query.second_value, &query.second_answer->answer)})
    std::cout << "   " << padded(fmt::format("{} {:.4f}", name_of(comparison, system), value), kName + 8) << answer_of(*answer) << '\n';
}

// A chunk ("handbook.pdf#1200-1800"), which covers gold of pages and spans without bearing its name.
bool is_part(const ScoredDocument& found) {
  const std::size_t mark = found.document.rfind('#');
  return mark != std::string::npos && found.document.find('-', mark) != std::string::npos &&
         found.document.find_first_not_of("0123456789-", mark + 1) == std::string::npos;
}

void print_changed(const Comparison& comparison, const ChangedQuery& query) {
  if (query.first_answer && query.second_answer) return print_changed_answers(comparison, query);
  std::cout << bold(escape_for_terminal(query.id)) << "  " << preview(query.text, 100) << '\n'
            << "   " << padded(fmt::format("{} {:.4f}", name_of(comparison, query.first), query.first_value), kDocument)
            << fmt::format("{} {:.4f}\n", name_of(comparison, query.second), query.second_value);
  for (std::size_t i = 0; i < std::max(query.first_found.size(), query.second_found.size()); ++i)
    std::cout << fmt::format("{:>2} ", i + 1) << padded(listed(comparison, query, query.first_found, i), kDocument) << listed(comparison, query, query.second_found, i) << '\n';
  const bool parts = std::ranges::any_of(query.first_found, is_part) || std::ranges::any_of(query.second_found, is_part);
  std::string lacking;
  for (const auto& [document, grade] : query.relevant) {
    const auto is_it = [&](const ScoredDocument& found) { return found.document == document; };
    if (parts || (std::ranges::none_of(query.first_found, is_it) && std::ranges::none_of(query.second_found, is_it))) lacking += (lacking.empty() ? " " : ", ") + preview(named(comparison, document), 2 * kDocument);
  }
  if (!lacking.empty())
    std::cout << "   " << (parts ? tr("relevant:", "관련 있음:") : tr("relevant, in neither list:", "관련 있으나 어느 쪽에도 없음:")) << lacking << '\n';
}

}  // namespace

void print_comparison(const Comparison& comparison) {
  print_means(comparison);
  for (const std::string& metric : comparison.metrics) print_pairs(comparison, metric);
  const bool answers = !comparison.changed.empty() && comparison.changed.front().first_answer;
  if (answers)
    std::cout << fmt::format(fmt::runtime(tr("Questions that changed most in {} (=: expected):\n", "가장 많이 달라진 질문, {} (=: 정답):\n")), comparison.metrics.front());
  else if (!comparison.changed.empty())
    std::cout << fmt::format(fmt::runtime(tr("Queries that changed most in {} (* relevant):\n", "가장 많이 달라진 질문, {} (* 관련 있음):\n")), comparison.metrics.front());
  for (const ChangedQuery& query : comparison.changed) print_changed(comparison, query);
  std::cerr << method_of(comparison, user_reads_korean()) << '\n';
  for (const Wording& note : comparison.notes) std::cerr << escape_for_terminal(note.in(user_reads_korean())) << '\n';
}

}  // namespace rag::cli
