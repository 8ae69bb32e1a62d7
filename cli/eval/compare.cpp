#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "cli/eval/compare_text.h"
#include "cli/eval/compared_files.h"
#include "cli/eval/verbs.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "core/listing.h"
#include "pipelines/eval/compare/comparison_output.h"

namespace rag::cli {
namespace {

constexpr const char* kEpilogue =
    "  rag eval compare lexical.json hybrid.json               files that 'rag eval retrieval --out' wrote\n"
    "  rag eval compare extractive.json llama.json -m F1       files that 'rag eval answers --out' wrote\n"
    "  rag eval compare old.run new.run --qrels F -m nDCG@10   runs of any systems\n"
    "  rag eval compare A B C --against B --format md          as tables for a pull request\n\n"
    "p-values are of the randomisation test (--test t: of Student's), corrected by Holm over all comparisons made: with --against, of one system\n"
    "with the others; without, of every pair.  The same command prints the same bytes.  docs/evaluation.md says how to read it.\n";

po::options_description options_of() {
  po::options_description options("Options");
  options.add_options()("file", po::value<std::vector<std::string>>()->value_name("[NAME=]FILE"), "an evaluation or a run, two or more; NAME is what tables call it");
  add_compared_options(options);
  const ResamplingOptions resampling;
  options.add_options()("against", po::value<std::string>()->value_name("NAME"), "compare the others with this one only")(
      "test", po::value<std::string>()->value_name("randomisation|t")->default_value("randomisation"),
      "whose p-values are corrected and judged by")(
      "alpha", po::value<double>()->value_name("A")->default_value(.05, ".05"), "what is called significant; intervals are at 1 - A")(
      "resamples", po::value<std::size_t>()->value_name("N")->default_value(resampling.resamples), "of bootstrap and randomisation; more are steadier and slower")(
      "seed", po::value<std::uint64_t>()->value_name("N")->default_value(resampling.seed), "of both")(
      "changed", po::value<std::size_t>()->value_name("N")->default_value(5), "queries shown that changed most");
  add_format_options(options, "text, json, md or csv");
  return options;
}

CompareOptions compare_options(const po::variables_map& values) {
  CompareOptions options{.metrics = {}, .missing = missing_queries(values)};
  const std::string test = choice("--test", values["test"].as<std::string>(), {"randomisation", "t"});
  options.test = test == "t" ? SignificanceTest::StudentT : SignificanceTest::Randomisation;
  options.alpha = values["alpha"].as<double>();
  if (!(options.alpha > 0 && options.alpha <= .5)) throw Error(ErrorKind::Usage, "--alpha: expected a number above 0 and up to .5, such as .05");
  options.resampling = {.resamples = values["resamples"].as<std::size_t>(), .seed = values["seed"].as<std::uint64_t>()};
  constexpr std::size_t kLeast = 100, kMost = 10'000'000;
  if (options.resampling.resamples < kLeast || options.resampling.resamples > kMost)
    throw Error(ErrorKind::Usage, fmt::format("--resamples {}: expected {} to {}", options.resampling.resamples, kLeast, kMost));
  options.changed = values["changed"].as<std::size_t>();
  return options;
}

std::size_t system_called(const std::string& name, const std::vector<Evaluation>& evaluations) {
  const auto at = std::ranges::find(evaluations, name, &Evaluation::name);
  if (at != evaluations.end()) return static_cast<std::size_t>(at - evaluations.begin());
  throw Error(ErrorKind::Usage, "--against " + name + ": no such system, there are " + joined(evaluations, ", ", &Evaluation::name));
}

}  // namespace

int eval_compare(const Globals&, const std::vector<std::string>& arguments) {
  po::positional_options_description positional;
  positional.add("file", -1);
  const auto values = parse_options("eval compare", "eval compare [NAME=]FILE [NAME=]FILE... [OPTIONS]", options_of(), positional, arguments, kEpilogue);
  const std::string format = output_format(values, {"text", "json", "md", "csv"});
  CompareOptions options = compare_options(values);
  if (!values.count("file") || values["file"].as<std::vector<std::string>>().size() < 2)
    throw Error(ErrorKind::Usage, "rag eval compare: wants two files or more, evaluations or runs; 'rag eval retrieval --out FILE' writes one");
  const std::vector<Evaluation> evaluations = read_compared(values["file"].as<std::vector<std::string>>(), values);
  options.metrics = compared_metrics(values, evaluations);
  if (values.count("against")) options.against = system_called(values["against"].as<std::string>(), evaluations);
  const auto progress = make_progress_bar();
  const Comparison comparison = compare_evaluations(evaluations, options, *progress);
  if (format == "json") std::cout << comparison_json(comparison) << '\n';
  if (format == "csv") std::cout << comparison_csv(comparison);
  if (format == "md") std::cout << comparison_markdown(comparison, user_reads_korean());
  if (format == "text") print_comparison(comparison);
  return 0;
}

}  // namespace rag::cli
