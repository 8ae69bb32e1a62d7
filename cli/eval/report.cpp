#include <iostream>

#include "cli/eval/compared_files.h"
#include "cli/eval/verbs.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "core/file.h"
#include "core/listing.h"
#include "core/text.h"
#include "pipelines/eval/report/report.h"

namespace rag::cli {
namespace {

constexpr const char* kEpilogue =
    "  rag eval report --html out.html hybrid.json                       one evaluation\n"
    "  rag eval report --html out.html lexical.json hybrid.json          compared, as 'rag eval compare' does\n"
    "  rag eval report --html out.html A.json B.json --points A.cost.json --points B.cost.json   with cost beside quality\n\n"
    "The page is one file that needs no network and nothing else.  --points is what 'rag eval retrieval --json' prints, or a file of points\n"
    "(docs/formats/evaluation.md).  FILEs may be what 'rag eval answers --out' writes, too: then the page shows answers instead of rankings, and the plot\n"
    "of risk and coverage, which --answers adds to a page of rankings.\n";

po::options_description options_of() {
  po::options_description options("Options");
  options.add_options()("file", po::value<std::vector<std::string>>()->value_name("[NAME=]FILE"), "an evaluation or a run, one or more; NAME is what the page calls it")(
      "html", po::value<std::string>()->value_name("FILE"), "the page to write")("title", po::value<std::string>()->value_name("TEXT")->default_value(""), "its title")(
      "lang", po::value<std::string>()->value_name("en|ko"), "its language; default: yours")(
      "points", po::value<std::vector<std::string>>()->value_name("FILE")->composing(), "cost and quality of one system or several, repeatable")(
      "cost", po::value<std::string>()->value_name("NAME")->default_value("p95_ms"), "which cost is plotted: p50_ms, p95_ms, p99_ms, peak_memory_bytes, index_bytes")(
      "answers", po::value<std::vector<std::string>>()->value_name("FILE")->composing(), "an evaluation of answers, repeatable")(
      "worst", po::value<std::size_t>()->value_name("N")->default_value(10), "queries shown for each system");
  add_compared_options(options);
  return options;
}

std::vector<std::string> files_named(const po::variables_map& values, const char* option) {
  return values.count(option) ? values[option].as<std::vector<std::string>>() : std::vector<std::string>{};
}

}  // namespace

int eval_report(const Globals&, const std::vector<std::string>& arguments) {
  po::positional_options_description positional;
  positional.add("file", -1);
  const auto values = parse_options("eval report", "eval report --html FILE [NAME=]FILE... [OPTIONS]", options_of(), positional, arguments, kEpilogue);
  if (!values.count("html")) throw Error(ErrorKind::Usage, "rag eval report: wants --html FILE, the page to write");
  const std::vector<std::string> files = files_named(values, "file");
  if (files.empty()) throw Error(ErrorKind::Usage, "rag eval report: wants an evaluation or more; 'rag eval retrieval --out FILE' and 'rag eval answers --out FILE' write one");

  ReportInput input{.title = values["title"].as<std::string>(), .evaluations = read_compared(files, values), .worst = values["worst"].as<std::size_t>()};
  input.korean = (values.count("lang") ? choice("--lang", values["lang"].as<std::string>(), {"en", "ko"}) : user_reads_korean() ? "ko" : "en") == std::string("ko");
  input.cost = choice("--cost", values["cost"].as<std::string>(), {"p50_ms", "p95_ms", "p99_ms", "peak_memory_bytes", "index_bytes"});
  for (const std::string& file : files_named(values, "points"))
    for (CostPoint& point : read_points(file)) input.points.push_back(std::move(point));
  for (const std::string& file : files_named(values, "answers")) input.risk_curves.push_back(read_risk_curve(file));
  if (input.evaluations.size() > 1) {
    const auto progress = make_progress_bar();
    input.comparison = compare_evaluations(input.evaluations, {.metrics = compared_metrics(values, input.evaluations), .missing = missing_queries(values)}, *progress);
  } else if (const auto metrics = compared_metrics(values, input.evaluations); !metrics.empty()) {
    input.evaluations.front().metrics = metrics;
  }
  const std::filesystem::path page = values["html"].as<std::string>();
  write_file_atomically(page, report_html(input));
  std::cerr << escape_for_terminal(page.string()) << (input.evaluations.size() > 1 ? ": compared " : ": ") << counted(input.evaluations.size(), "evaluation") << '\n';
  return 0;
}

}  // namespace rag::cli
