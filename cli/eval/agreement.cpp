#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/eval/verbs.h"
#include "cli/options.h"
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
  return kappa ? fmt::format("{:.4f}", *kappa) : "-  (both give one grade throughout: chance would agree as well)";
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
    std::cout << fmt::format("judged by both   {}\nonly the first   {}\nonly the second  {}\n", agreement.both, agreement.only_first,
                             agreement.only_second);
    if (agreement.both > 0)
      std::cout << fmt::format("same grade       {:.4f}\nkappa            {}\nweighted kappa   {}\n", agreement.observed,
                               shown(agreement.kappa), shown(agreement.weighted_kappa));
    for (const auto& [pair, times] : agreement.grades) std::cout << fmt::format("  {} and {}: {}\n", pair.first, pair.second, times);
  }
  return agreement.both > 0 ? 0 : 1;
}

}  // namespace rag::cli
