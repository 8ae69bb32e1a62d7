#include "cli/model_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <optional>

#include "cli/terminal.h"
#include "core/error.h"
#include "core/listing.h"
#include "core/text.h"
#include "models/golden_texts.h"
#include "pipelines/check_model.h"
#include "pipelines/json_output.h"
#include "pipelines/text_lines.h"
#include "retrieve/eval/lines.h"

namespace rag::cli {
namespace {

std::vector<std::string> texts_of(const po::variables_map& values) {
  if (!values.count("texts")) return golden_texts();
  const std::string file = values["texts"].as<std::string>();
  std::vector<std::string> texts;
  for_each_line(file, [&](std::string_view line, std::size_t) { texts.push_back(text_of_line(std::string(line))); });
  if (texts.empty()) throw Error(ErrorKind::Usage, file + ": no text in it, expected one a line");
  return texts;
}

// Columns of a terminal, right-aligned as figures are.
std::string cell(const std::string& text, std::size_t columns) {
  const std::size_t filled = padded(text, columns).size();
  return std::string(filled - std::min(filled, text.size()), ' ') + text;
}

void print_precisions(const ModelCheck& check) {
  std::cout << padded("", 8) << cell(tr("cosine mean", "코사인 평균"), 13) << cell(tr("5 %", "하위 5 %"), 11)
            << cell(tr("least", "최소"), 11) << cell(tr("same neighbours", "같은 이웃"), 18) << cell(tr("texts/s", "텍스트/초"), 12) << '\n';
  for (const PrecisionCost& cost : check.precisions)
    std::cout << fmt::format("{:<8}{:>13.5f}{:>11.5f}{:>11.5f}{:>17.1f}%{:>12.1f}\n", precision_name(cost.precision), cost.agreement.cosine_mean,
                             cost.agreement.cosine_p05, cost.agreement.cosine_min, 100 * cost.agreement.neighbours, cost.texts_per_s);
}

void print_verdict(const ModelCheck& check, const Int8Verdict& verdict, const CheckLimits& limits) {
  const bool korean = user_reads_korean();
  const double cosine = check.precisions.back().agreement.cosine_mean;
  if (verdict.turns_vectors)
    std::cout << (korean ? fmt::format("int8의 평균 코사인이 {:.5f}로 기준 {:g}보다 낮습니다\n", cosine, limits.min_cosine)
                         : fmt::format("int8: mean cosine {:.5f}, at least {:g} is wanted\n", cosine, limits.min_cosine));
  if (verdict.finds_less)
    std::cout << (korean ? fmt::format("int8에서 nDCG@10이 허용치 {:g}보다 더 떨어집니다\n", limits.max_ndcg_loss)
                         : fmt::format("int8: nDCG@10 falls by more than {:g}\n", limits.max_ndcg_loss));
  if (verdict.safe())
    std::cout << tr("int8 is safe with this model\n", "이 모델은 int8로 써도 됩니다\n");
  else
    std::cout << tr("int8 is not safe with this model; use --precision fp32\n", "이 모델은 int8로 쓰면 안 됩니다. --precision fp32를 쓰세요\n");
}

void print_check(const ModelCheck& check) {
  const std::string model = escape_for_terminal(check.model);
  std::cout << (user_reads_korean() ? fmt::format("{}: 텍스트 {}개, fp32와 비교\n", model, check.texts)
                                    : fmt::format("{}: {}, beside fp32\n", model, counted(check.texts, "text")));
  print_precisions(check);
  if (check.dataset)
    std::cout << fmt::format("{}: nDCG@10 fp32 {:.4f}, int8 {:.4f} ({:+.4f})\n", escape_for_terminal(check.dataset->name), check.dataset->fp32,
                             check.dataset->int8, check.dataset->int8 - check.dataset->fp32);
}

}  // namespace

void add_check_options(po::options_description& options) {
  const CheckLimits limits;
  options.add_options()("dataset", po::value<std::string>()->value_name("DIR"),
                        "check: also nDCG@10 on this collection in the BEIR layout, in fp32 and int8; minutes the first time, its indexes "
                        "are kept in the cache of 'rag eval'")(
      "texts", po::value<std::string>()->value_name("FILE"),
      "check: compare the vectors of these texts, one a line or a JSON string a line; default: some of our own in English, Korean and code")(
      "min-cosine", po::value<double>()->value_name("X")->default_value(limits.min_cosine, "0.99"),
      "check: exit code 3 where the mean cosine of int8 to fp32 is below; larger refuses more models")(
      "max-ndcg-loss", po::value<double>()->value_name("X")->default_value(limits.max_ndcg_loss, "0.002"),
      "check: exit code 3 where nDCG@10 falls by more in int8; larger lets more go")(
      "threads", po::value<std::size_t>()->value_name("N"), "check: threads of the encoder; default: all cores");
}

int check_model_command(const std::string& model, const po::variables_map& values, const Globals& globals, bool json) {
  const std::vector<std::string> texts = texts_of(values);
  const std::size_t threads = pick<std::size_t>(values, "threads", globals.config.threads, 0);
  const auto progress = make_progress_bar();
  std::optional<DatasetCost> dataset;
  if (values.count("dataset")) dataset = check_on_dataset(model, values["dataset"].as<std::string>(), threads, *progress);
  ModelCheck check = check_model(model, texts, threads, *progress);
  check.dataset = dataset;
  const CheckLimits limits{.min_cosine = values["min-cosine"].as<double>(), .max_ndcg_loss = values["max-ndcg-loss"].as<double>()};
  const Int8Verdict verdict = judge_int8(check, limits);
  if (json) {
    std::cout << model_check_json(check, verdict) << '\n';
  } else {
    print_check(check);
    print_verdict(check, verdict, limits);
  }
  return verdict.safe() ? 0 : 3;
}

}  // namespace rag::cli
