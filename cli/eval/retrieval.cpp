#include "cli/eval/retrieval.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/eval/collection_index.h"
#include "cli/eval/hygiene.h"
#include "cli/eval/metric_options.h"
#include "cli/eval/verbs.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "pipelines/eval/measure_gold.h"
#include "pipelines/eval/measure_retrieval.h"

namespace rag::cli {
namespace {

constexpr const char* kEpilogue =
    "  rag eval retrieval --dataset DIR            corpus.jsonl, queries.jsonl, qrels/test.tsv (the BEIR layout)\n"
    "  rag eval retrieval --queries F --qrels F    over an index you have (--index); judgements name documents by id or by uri\n"
    "  rag eval retrieval --queries F              the same where each question's line says what answers it (\"evidence\": [{\"file\", \"page\"}])\n"
    "  rag eval retrieval --queries F --gold F     gold of pages, spans or quotes: the same for every chunking (docs/formats/gold.md)\n\n"
    "The cache is $XDG_CACHE_HOME/rag/eval (~/.cache/rag/eval), one index for each corpus, encoder, precision and chunking; it may be deleted.\n\n"
    "Metrics (-m, repeatable): nDCG@10, AP, RR@10, P@5, R@100, R_cap@10, Success@1, Rprec, Bpref, infAP, RBP(p=0.8), Judged@10, Hole@10; computed as\n"
    "trec_eval -c does: linear gains (--gain exp: 2^grade - 1),\n"
    "ties by score, then document id, descending; a judged query without an answer counts 0 and is reported.\n"
    "--one-chunk makes every document one chunk, so that encoders can be compared with published figures.\n";

GoldMeasureOptions gold_options(MeasureOptions measure, const po::variables_map& values) {
  GoldMeasureOptions options{.measure = std::move(measure), .overlap = values["overlap"].as<double>(), .budgets = {500, 1000, 2000}};
  if (!(options.overlap > 0 && options.overlap <= 1)) throw Error(ErrorKind::Usage, fmt::format("--overlap {}: expected a share above 0 and up to 1", options.overlap));
  if (values.count("budget")) options.budgets = values["budget"].as<std::vector<std::size_t>>();
  for (const std::size_t tokens : options.budgets)
    if (tokens == 0) throw Error(ErrorKind::Usage, "--budget 0: expected a number of tokens from 1");
  return options;
}

// What is right for each question.
struct Judged {
  std::string name;            // of the file
  Qrels qrels;                 // of documents; of gold that names parts, the documents these lie in
  std::vector<GoldItem> gold;  // empty where judgements stand in a file of their own
};

Judged judgements_of(const po::variables_map& values, const std::filesystem::path& qrels_file, const std::filesystem::path& queries_file) {
  if (!values.count("gold") && !qrels_file.empty()) return {.name = qrels_file.string(), .qrels = read_qrels(qrels_file), .gold = {}};
  Judged judged{.name = values.count("gold") ? values["gold"].as<std::string>() : queries_file.string(), .qrels = {}, .gold = {}};
  judged.gold = values.count("gold") ? read_gold(judged.name) : gold_in_questions(judged.name);
  if (judged.gold.empty())
    throw Error(ErrorKind::Usage, judged.name + ": says of no question what answers it (\"evidence\", \"spans\" or \"documents\"); give --qrels or --gold as well");
  judged.qrels = qrels_of(judged.gold);
  return judged;
}

// Gold of parts ranks chunks; judgements, and gold that names only documents, rank documents.
MeasuredRetrieval measure(const std::vector<EvalQuery>& queries, const std::string& queries_name, const Judged& judged, const MeasureOptions& options,
                          const po::variables_map& values, Progress& progress) {
  if (!judged.gold.empty() && !judges_documents_only(judged.gold))
    return measure_gold({.queries = queries, .gold = judged.gold, .queries_name = queries_name, .gold_name = judged.name}, gold_options(options, values), progress);
  return measure_retrieval({.queries = queries, .qrels = judged.qrels, .queries_name = queries_name, .qrels_name = judged.name}, options, progress);
}

}  // namespace

po::options_description retrieval_options() {
  po::options_description options("Options");
  add_index_option(options);
  add_collection_options(options);
  options.add_options()("gold", po::value<std::string>()->value_name("FILE"), "what answers each query, instead of --qrels: documents, pages, spans or quotes")(
      "overlap", po::value<double>()->value_name("SHARE")->default_value(kOverlap, "0.5"), "with --gold: a chunk counts that shares so much of the smaller of the two with it")(
      "budget", po::value<std::vector<std::size_t>>()->value_name("TOKENS")->composing(), "with --gold: recall within so many tokens of context, repeatable; default: 500 1000 2000");
  add_metric_option(options);
  options.add_options()("depth", po::value<std::size_t>()->value_name("N")->default_value(100), "documents kept per query; with --gold chunks")(
      "run-out", po::value<std::string>()->value_name("FILE"), "write the run as TREC's six columns")(
      "limit", po::value<std::size_t>()->value_name("N")->default_value(0), "only the first N judged queries: for a quick look, not for a result");
  options.add_options()("no-check", po::bool_switch(), "do not look through the collection first ('rag eval check')");
  add_hygiene_options(options);
  add_report_options(options);
  add_search_options(options);
  add_chunk_options(options);
  add_model_options(options);
  return options;
}

std::optional<MeasuredRetrieval> measure_as_asked(const Globals& globals, const po::variables_map& values, std::vector<Metric> metrics) {
  if (values.count("gold") && values.count("qrels")) throw Error(ErrorKind::Usage, "rag eval: both --gold and --qrels say what is right; give one of them");
  if (values.count("gold")) gold_options({}, values);  // before hours of work
  const auto progress = make_progress_bar();
  MeasureOptions options{.depth = std::max<std::size_t>(1, values["depth"].as<std::size_t>()),
                         .first = values["limit"].as<std::size_t>(),
                         .drop_self_hits = values["drop-self-hits"].as<bool>(),
                         .metrics = metrics.empty() ? metrics_of(values) : std::move(metrics)};
  options.retrieve = retrieve_options(values, globals.config, options.depth);
  count_every_copy(values, options.retrieve);
  options.retrieve.vectors.device = named_device(options.retrieve.vectors.device);  // a large index has lists on the processor, and is searched exactly on a GPU

  std::filesystem::path queries_file, qrels_file, answers_file, index;
  std::string dataset_name, split;
  double chunks_per_s = 0;
  const std::string named = index_option(values, globals);
  if (values.count("dataset")) {
    const BeirDataset dataset = open_beir_dataset(values["dataset"].as<std::string>(), values["split"].as<std::string>());
    queries_file = dataset.queries;
    qrels_file = dataset.qrels;
    answers_file = dataset.answers;
    dataset_name = dataset.name;
    split = dataset.split;
    options.drop_self_hits |= dataset.drop_self_hits;
    if (named.empty()) {
      const CorpusIndex made = collection_index(dataset, values, globals, *progress);
      index = made.directory;
      if (made.report.seconds > 0) chunks_per_s = static_cast<double>(made.report.chunks_embedded) / made.report.seconds;
    } else {
      index = existing_index(named, globals.config);
    }
  } else {
    if (!values.count("queries"))
      throw Error(ErrorKind::Usage, "rag eval: name a collection with --dataset DIR, or files with --queries and --qrels or --gold");
    index = existing_index(named, globals.config);
  }
  if (values.count("queries")) queries_file = values["queries"].as<std::string>();
  if (values.count("qrels")) qrels_file = values["qrels"].as<std::string>();
  const std::vector<EvalQuery> queries = read_queries(queries_file);
  const Judged judged = judgements_of(values, qrels_file, queries_file);

  const Hygiene hygiene = look_before_measuring(index, queries, judged.qrels, answers_file, values, *progress);
  if (hygiene.refused) return std::nullopt;

  options.looked_through = hygiene.looked;
  options.session = session_options(values, globals.config, index);
  if (values.count("dataset")) options.session.model.clear();  // the index was made with it
  options.session.embedder = evaluated_encoding(values, globals.config);
  options.session.cross_encoder.precision = options.session.embedder.precision;
  MeasuredRetrieval measured = measure(queries, queries_file.string(), judged, options, values, *progress);
  measured.evaluation.name = values["name"].as<std::string>();
  measured.evaluation.version = RAG_VERSION;
  measured.evaluation.dataset = dataset_name;
  measured.evaluation.split = split;
  measured.evaluation.findings = hygiene.lines;
  measured.cost.chunks_per_s = chunks_per_s;
  if (values.count("run-out")) write_run(values["run-out"].as<std::string>(), measured.run, "rag");
  return measured;
}

int eval_retrieval(const Globals& globals, const std::vector<std::string>& arguments) {
  const auto values = parse_options("eval retrieval", "eval retrieval --dataset DIR | --queries FILE --qrels FILE [OPTIONS]", retrieval_options(), {}, arguments, kEpilogue);
  output_format(values, {"text", "json"});  // before hours of work
  const auto measured = measure_as_asked(globals, values);
  if (!measured) return kGateFailed;
  print_evaluation(measured->evaluation, &measured->cost, values);
  return 0;
}

}  // namespace rag::cli
