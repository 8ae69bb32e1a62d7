#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/eval/verbs.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "pipelines/json_output.h"
#include "retrieve/eval/agreement.h"

namespace rag::cli {
namespace {

constexpr const char* kEpilogue =
    "  rag eval agreement mine.jsonl yours.jsonl\n\n"
    "Cohen's kappa over what both have judged: 1 is perfect agreement, 0 what chance gives.  The weighted one counts grades that lie far "
    "apart for more.\n";

std::string shown(const std::optional<double>& kappa) {
  return kappa ? fmt::format("{:.4f}", *kappa) : tr("-  (both give one grade throughout: chance would agree as well)", "-  (둘 다 한 등급만 줌: 우연도 그만큼 일치함)");
}

void print_json(const Agreement& agreement) {
  nlohmann::ordered_json grades = nlohmann::ordered_json::array();
  for (const auto& [pair, times] : agreement.grades) grades.push_back({{"first", pair.first}, {"second", pair.second}, {"times", times}});
  nlohmann::ordered_json out = {{"schema_version", kSchemaVersion},
                                {"both", agreement.both},
                                {"only_first", agreement.only_first},
                                {"only_second", agreement.only_second},
                                {"observed", agreement.observed}};
  out["kappa"] = agreement.kappa ? nlohmann::ordered_json(*agreement.kappa) : nlohmann::ordered_json();
  out["weighted_kappa"] = agreement.weighted_kappa ? nlohmann::ordered_json(*agreement.weighted_kappa) : nlohmann::ordered_json();
  out["grades"] = grades;
  std::cout << out.dump() << '\n';
}

}  // namespace

int eval_agreement(const Globals&, const std::vector<std::string>& arguments) {
  po::options_description options("Options");
  add_format_options(options, "text or json");
  options.add_options()("file", po::value<std::vector<std::string>>(), "");
  po::positional_options_description positional;
  positional.add("file", -1);
  const auto values = parse_options("eval agreement", "eval agreement FIRST SECOND [OPTIONS]", options, positional, arguments, kEpilogue);
  const bool json = output_format(values, {"text", "json"}) == "json";
  const auto files = values.count("file") ? values["file"].as<std::vector<std::string>>() : std::vector<std::string>{};
  if (files.size() != 2) throw Error(ErrorKind::Usage, "rag eval agreement: wants two gold files, one of each person");
  const Agreement agreement = agreement_of(read_gold(files[0]), read_gold(files[1]));
  if (json) {
    print_json(agreement);
  } else {
    const auto line = [](const char* what, const std::string& figure) { std::cout << padded(what, 17) << figure << '\n'; };
    line(tr("judged by both", "둘 다 판정"), std::to_string(agreement.both));
    line(tr("only the first", "첫째만 판정"), std::to_string(agreement.only_first));
    line(tr("only the second", "둘째만 판정"), std::to_string(agreement.only_second));
    if (agreement.both > 0) {
      line(tr("same grade", "같은 등급"), fmt::format("{:.4f}", agreement.observed));
      line("kappa", shown(agreement.kappa));
      line(tr("weighted kappa", "가중 kappa"), shown(agreement.weighted_kappa));
    }
    for (const auto& [pair, times] : agreement.grades) std::cout << fmt::format(fmt::runtime(tr("  {} and {}: {}\n", "  {}와(과) {}: {}\n")), pair.first, pair.second, times);
  }
  return agreement.both > 0 ? 0 : 1;
}

}  // namespace rag::cli
