#include "cli/eval/answer_report.h"

#include <fmt/format.h>

#include <iostream>

#include "cli/eval/metric_options.h"
#include "cli/terminal.h"
#include "core/listing.h"
#include "core/text.h"
#include "pipelines/eval/answers_file.h"

namespace rag::cli {
namespace {

constexpr double kWrongFrom = 0.5;  // of an answer's loss

bool is_wrong(const EvaluatedAnswer& one, const std::string& correct) {
  if (one.question.impossible) return !one.answer.abstained;
  return !one.values.contains(correct) || loss_of(one, correct) >= kWrongFrom;
}

void show(const AnswersEvaluation& evaluation, const std::string& correct, bool wrong_only) {
  for (const EvaluatedAnswer& one : evaluation.questions) {
    if (wrong_only && !is_wrong(one, correct)) continue;
    const std::string reference = one.question.impossible ? tr("(no answer)", "(답 없음)") : joined(one.question.references, " / ");
    std::cout << fmt::format("{} {}\n  = {}\n  > {}\n\n", escape_for_terminal(one.question.id), preview(one.question.text, 300), preview(reference, 300),
                             one.answer.abstained ? tr("(abstained)", "(답변 거절)") : preview(one.answer.text, 600));
  }
}

void print_line(const std::string& measure, const std::string& of, const std::optional<double>& value, const std::string& behind) {
  std::cout << fmt::format("{:<24} {:<16} {:>7} {}\n", measure, escape_for_terminal(of), value ? fmt::format("{:.4f}", *value) : "-", behind);
}

void print_text(const AnswersEvaluation& evaluation, bool per_query) {
  if (per_query)
    for (const EvaluatedAnswer& one : evaluation.questions)
      for (const auto& [measure, value] : one.values) print_line(measure, one.question.id, value, "");
  for (const MeasureMean& measure : evaluation.measures) print_line(measure.name, "all", measure.value, measure.value ? std::to_string(measure.count) : measure.reason.in(user_reads_korean()));
  std::cout << fmt::format("{:<24} {:<16} {:>7}\n", "questions", "all", evaluation.questions.size());
}

}  // namespace

void print_answers_evaluation(const AnswersEvaluation& evaluation, const std::string& correct, const po::variables_map& values) {
  if (values.count("out")) write_answers_evaluation(values["out"].as<std::string>(), evaluation);
  const bool per_query = values["per-query"].as<bool>();
  if (output_format(values, {"text", "json"}) == "json") {
    std::cout << answers_evaluation_json(evaluation, per_query) << '\n';
    return;
  }
  if (const std::string which = values["show"].as<std::string>(); which != "none") show(evaluation, correct, which == "wrong");
  print_text(evaluation, per_query);
  print_list(tr("judged questions without an answer (each counts as a refusal)", "개의 판정된 질문에 답이 없음 (각각 거절로 셈)"), evaluation.missing);
  print_list(tr("questions without references, nuggets or is_impossible (left out)", "개의 질문에 정답, 너깃, is_impossible이 없음 (뺌)"), evaluation.unjudged);
  print_list(tr("answers to no question of this set (left out)", "개의 답변에 해당하는 질문이 없음 (뺌)"), evaluation.unknown);
  for (const JudgeFailure& failure : evaluation.judge_failures)
    std::cerr << escape_for_terminal(fmt::format(fmt::runtime(tr("no {0} for {1}: {2}", "{1}의 {0} 값 없음: {2}")), failure.measure, failure.question, failure.problem)) << '\n';
  for (const Wording& note : evaluation.notes) std::cerr << escape_for_terminal(note.in(user_reads_korean())) << '\n';
}

void print_answer_times(const StageTimes& times) {
  const auto summary = times.summary();
  const auto total = summary.find("total"), generate = summary.find("generate");
  if (total == summary.end() || generate == summary.end()) return;
  std::cerr << fmt::format(fmt::runtime(tr("an answer: {:.1f} ms (50 %: {:.1f}, 95 %: {:.1f}, 99 %: {:.1f}), of that making it from the passages {:.1f}\n",
                                        "답변 하나: {:.1f} ms (50 %: {:.1f}, 95 %: {:.1f}, 99 %: {:.1f}), 그중 구절로 답을 만드는 데 {:.1f}\n")), total->second.mean, total->second.p50,
                           total->second.p95, total->second.p99, generate->second.mean);
}

}  // namespace rag::cli
