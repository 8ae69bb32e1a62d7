#include <future>

#include "cli/eval/metric_options.h"
#include "cli/eval/verbs.h"
#include "core/error.h"
#include "pipelines/eval/fingerprints.h"
#include "pipelines/eval/import/foreign_run.h"
#include "retrieve/eval/self_hits.h"

namespace rag::cli {
namespace {

constexpr const char* kEpilogue =
    "  rag eval score --qrels F --run F -m nDCG@10 -m 'AP(rel=2)'\n\n"
    "The run may come from any system: query id, Q0, document id, rank, score, name; or JSON of Elasticsearch, LlamaIndex, LangChain (see 'rag eval\n"
    "import --help').  Computed as trec_eval -c does: linear gains, ties by\n"
    "score, then document id, descending; a judged query without an answer counts 0 and is reported.\n";

}  // namespace

int eval_score(const Globals&, const std::vector<std::string>& arguments) {
  po::options_description options("Options");
  options.add_options()("qrels", po::value<std::string>()->value_name("FILE"), "judgements: TSV (query-id, corpus-id, score) or TREC's four columns")(
      "run", po::value<std::string>()->value_name("FILE"), "a run file, TREC's six columns, or another engine's JSON")(
      "queries", po::value<std::string>()->value_name("FILE"), "the questions, for --out and for answers without ids: JSON Lines with _id and text, or id TAB text");
  add_metric_option(options);
  add_report_options(options);
  const auto values = parse_options("eval score", "eval score --qrels FILE --run FILE [OPTIONS]", options, {}, arguments, kEpilogue);
  output_format(values, {"text", "json"});
  if (!values.count("qrels") || !values.count("run")) throw Error(ErrorKind::Usage, "rag eval score: wants --qrels FILE and --run FILE");
  const auto metrics = metrics_of(values);
  auto judgements = std::async(std::launch::async, [&] { return read_qrels(values["qrels"].as<std::string>()); });
  const auto queries = values.count("queries") ? read_queries(values["queries"].as<std::string>()) : std::vector<EvalQuery>{};
  ForeignRun read = read_any_run(values["run"].as<std::string>(), {.queries = queries, .query_id = "", .document_field = ""});
  Run& run = read.run;
  Qrels qrels = judgements.get();
  if (values["drop-self-hits"].as<bool>()) drop_self_hits(qrels), drop_self_hits(run);
  EvalReport report = evaluate(qrels, run, metrics, !values.count("out") && !values["per-query"].as<bool>());
  Evaluation evaluation = values.count("out") ? evaluation_of(std::move(report), metrics, queries, qrels, run) : figures_of(std::move(report), metrics);
  evaluation.name = values["name"].as<std::string>();
  evaluation.version = RAG_VERSION;
  evaluation.notes = std::move(read.notes);
  if (values.count("out")) evaluation.fingerprints["gold"] = fingerprint_of(qrels);  // a fifth of the time, and nobody else reads it
  if (values["drop-self-hits"].as<bool>()) evaluation.configuration["self-hits"] = "dropped";
  print_evaluation(evaluation, nullptr, values);
  return 0;
}

}  // namespace rag::cli
