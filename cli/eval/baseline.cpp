#include "cli/eval/metric_options.h"
#include "cli/eval/retrieval.h"
#include "cli/eval/verbs.h"
#include "core/error.h"

namespace rag::cli {
namespace {

constexpr const char* kEpilogue =
    "  rag eval baseline --dataset DIR --out base.json         measures, and writes every query's values, the configuration and the fingerprints\n"
    "  rag eval gate --dataset DIR --baseline base.json --max-drop nDCG@10=0.01\n\n"
    "Options are those of 'rag eval retrieval'.  The file belongs beside the code it guards: the same command writes the same bytes.\n";

}  // namespace

int eval_baseline(const Globals& globals, const std::vector<std::string>& arguments) {
  const auto values = parse_options("eval baseline", "eval baseline --dataset DIR | --queries FILE --qrels FILE --out FILE [OPTIONS]", retrieval_options(), {}, arguments, kEpilogue);
  output_format(values, {"text", "json"});
  if (!values.count("out")) throw Error(ErrorKind::Usage, "rag eval baseline: wants --out FILE, where 'rag eval gate --baseline FILE' will look for it");
  const auto measured = measure_as_asked(globals, values);
  if (!measured) return kGateFailed;
  print_evaluation(measured->evaluation, &measured->cost, values);
  return 0;
}

}  // namespace rag::cli
