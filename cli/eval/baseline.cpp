#include <iostream>

#include "cli/eval/metric_options.h"
#include "cli/eval/retrieval.h"
#include "cli/eval/verbs.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "core/file.h"
#include "core/listing.h"
#include "core/text.h"
#include "pipelines/eval/evaluation_file.h"

namespace rag::cli {
namespace {

constexpr const char* kEpilogue =
    "  rag eval baseline --dataset DIR --out base.json         measures, and writes every query's values, the configuration and the fingerprints\n"
    "  rag eval gate --dataset DIR --baseline base.json --max-drop nDCG@10=0.01\n"
    "  rag eval baseline --current answers.json --out base.json   keeps an evaluation that is there: of answers ('rag eval answers --out'), or of retrieval\n\n"
    "Options are those of 'rag eval retrieval'.  The file belongs beside the code it guards: the same command writes the same bytes.\n";

po::options_description options_of() {
  po::options_description options = retrieval_options();
  options.add_options()("current", po::value<std::string>()->value_name("FILE"), "an evaluation that is there, of retrieval or of answers, instead of measuring");
  return options;
}

// A gate wants to know what the evaluation was judged by.
void keep(const std::filesystem::path& current, const std::filesystem::path& out) {
  const Evaluation evaluation = read_evaluation(current);
  if (!evaluation.fingerprints.contains("gold"))
    throw Error(ErrorKind::Usage, current.string() + ": does not say what it was judged by, so no gate could compare with it; measure again with --out");
  write_file_atomically(out, read_file(current));
  std::cerr << escape_for_terminal(out.string()) << ": " << counted(evaluation.queries.size(), "question") << '\n';
}

}  // namespace

int eval_baseline(const Globals& globals, const std::vector<std::string>& arguments) {
  po::positional_options_description positional;
  positional.add("current", 1);  // named as compare and report name theirs
  const auto values = parse_options("eval baseline", "eval baseline --dataset DIR | --queries FILE --qrels FILE | [--current] FILE --out FILE [OPTIONS]", options_of(), positional, arguments, kEpilogue);
  output_format(values, {"text", "json"});
  if (!values.count("out")) throw Error(ErrorKind::Usage, "rag eval baseline: wants --out FILE, where 'rag eval gate --baseline FILE' will look for it");
  if (values.count("current")) {
    keep(values["current"].as<std::string>(), values["out"].as<std::string>());
    return 0;
  }
  const auto measured = measure_as_asked(globals, values);
  if (!measured) return kGateFailed;
  print_evaluation(measured->evaluation, &measured->cost, values);
  return 0;
}

}  // namespace rag::cli
