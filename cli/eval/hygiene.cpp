#include "cli/eval/hygiene.h"

#include <iostream>

#include "cli/terminal.h"
#include "core/error.h"
#include "core/text.h"

namespace rag::cli {
namespace {

// Answers are of no use to the figures, so a file of another kind under that name does not stop them.
std::vector<ExpectedAnswer> if_readable(const std::filesystem::path& answers, const std::vector<EvalQuery>& queries) try {
  return read_expected_answers(answers, queries);
} catch (const Error& error) {
  std::cerr << escape_for_terminal(error.what()) << tr("; not looked at\n", "; 살펴보지 않음\n");
  return {};
}

}  // namespace

void add_hygiene_options(po::options_description& options) {
  options.add_options()("strict", po::bool_switch(), "exit code 3 where the collection has a blemish")(
      "ignore", po::value<std::vector<std::string>>()->value_name("KIND")->composing(), "a kind of finding that is no blemish, such as near-copies; repeatable");
}

std::vector<std::string> ignored_kinds(const po::variables_map& values) {
  return values.count("ignore") ? values["ignore"].as<std::vector<std::string>>() : std::vector<std::string>{};
}

Hygiene look_before_measuring(const std::filesystem::path& index, const std::vector<EvalQuery>& queries, const Qrels& qrels,
                              const std::filesystem::path& answers, const po::variables_map& values, Progress& progress) {
  if (values["no-check"].as<bool>()) return {};
  CollectionReport report = check_collection(*open_index_reader(index), queries, qrels, if_readable(answers, queries), progress);
  leave_out(ignored_kinds(values), report);
  Hygiene hygiene{.lines = {}, .looked = true};
  for (const Finding& finding : report.findings) {
    const Wording line = line_of(finding);
    hygiene.lines.push_back(line.english);
    if (!finding.only_a_note) std::cerr << escape_for_terminal(line.in(user_reads_korean())) << '\n';  // notes are listed behind the figures
  }
  hygiene.refused = values["strict"].as<bool>() && is_blemished(report);
  if (hygiene.refused) std::cerr << tr("--strict: not measured; mend the collection, or name what may be with --ignore KIND\n", "--strict: 측정하지 않음; 컬렉션을 고치거나, 괜찮은 종류를 --ignore KIND로 지정하세요\n");
  return hygiene;
}

}  // namespace rag::cli
