#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "cli/eval/hygiene.h"
#include "cli/eval/metric_options.h"
#include "cli/eval/verbs.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "pipelines/eval/corpus_index.h"
#include "pipelines/eval/measure_retrieval.h"
#include "pipelines/open_model.h"

namespace rag::cli {
namespace {

constexpr const char* kEpilogue =
    "  rag eval retrieval --dataset DIR            corpus.jsonl, queries.jsonl, qrels/test.tsv (the BEIR layout)\n"
    "  rag eval retrieval --queries F --qrels F    over an index you have (--index); judgements name documents by id or by uri\n\n"
    "The cache is $XDG_CACHE_HOME/rag/eval (~/.cache/rag/eval), one index for each corpus, encoder, precision and chunking; it may be deleted.\n\n"
    "Metrics (-m, repeatable): nDCG@10, AP, RR@10, P@5, R@100, R_cap@10, Success@1, Rprec, Bpref, infAP, RBP(p=0.8), Judged@10, Hole@10; computed as\n"
    "trec_eval -c does: linear gains (--gain exp: 2^grade - 1),\n"
    "ties by score, then document id, descending; a judged query without an answer counts 0 and is reported.\n"
    "--one-chunk makes every document one chunk, so that encoders can be compared with published figures.\n";

po::options_description options_of() {
  po::options_description options("Options");
  add_index_option(options);
  options.add_options()("dataset", po::value<std::string>()->value_name("DIR"), "a collection in the BEIR layout: corpus.jsonl, queries.jsonl, qrels/")(
      "split", po::value<std::string>()->value_name("NAME")->default_value("test"), "which qrels/NAME.tsv")(
      "queries", po::value<std::string>()->value_name("FILE"), "queries: JSON Lines with _id and text, or id TAB text")(
      "qrels", po::value<std::string>()->value_name("FILE"), "judgements: TSV (query-id, corpus-id, score) or TREC's four columns");
  add_metric_option(options);
  options.add_options()("depth", po::value<std::size_t>()->value_name("N")->default_value(100), "documents kept per query")(
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

// One chunk a document is for comparing encoders with published figures, which are made in fp32.
EmbedderOptions evaluated_encoding(const po::variables_map& values, const Config& config) {
  EmbedderOptions options = embedder_options(values, config);
  if (!options.precision && values["one-chunk"].as<bool>()) options.precision = Precision::Fp32;
  return options;
}

// The index of the collection's corpus; says what had to be embedded.
CorpusIndex cached_index(const BeirDataset& dataset, const po::variables_map& values, const Globals& globals, Progress& progress) {
  IndexFolderOptions options;
  read_chunk_options(values, globals.config, options);
  const std::string model = values.count("model") ? values["model"].as<std::string>() : globals.config.model.value_or(kDefaultModel);
  CorpusIndex made = index_corpus(dataset, model, evaluated_encoding(values, globals.config), options, progress);
  if (made.report.chunks_embedded > 0)
    std::cerr << fmt::format("{}: {} embedded in {:.1f} s, kept in {}\n", dataset.name, counted(made.report.chunks_embedded, "chunk"), made.report.seconds,
                             made.directory.string());
  if (made.report.cut_tokens > 0) std::cerr << counted(made.report.cut_tokens, "token") << " beyond the encoder's limit not counted\n";
  return made;
}

}  // namespace

int eval_retrieval(const Globals& globals, const std::vector<std::string>& arguments) {
  const auto values = parse_options("eval retrieval", "eval retrieval --dataset DIR | --queries FILE --qrels FILE [OPTIONS]", options_of(), {}, arguments, kEpilogue);
  output_format(values, {"text", "json"});  // before hours of work
  const auto progress = make_progress_bar();
  MeasureOptions options{.depth = std::max<std::size_t>(1, values["depth"].as<std::size_t>()),
                         .first = values["limit"].as<std::size_t>(),
                         .drop_self_hits = values["drop-self-hits"].as<bool>(),
                         .metrics = metrics_of(values)};
  options.retrieve = retrieve_options(values, globals.config, options.depth);
  count_every_copy(values, options.retrieve);

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
      const CorpusIndex made = cached_index(dataset, values, globals, *progress);
      index = made.directory;
      if (made.report.seconds > 0) chunks_per_s = static_cast<double>(made.report.chunks_embedded) / made.report.seconds;
    } else {
      index = existing_index(named, globals.config);
    }
  } else {
    if (!values.count("queries") || !values.count("qrels"))
      throw Error(ErrorKind::Usage, "rag eval retrieval: name a collection with --dataset DIR, or files with --queries and --qrels");
    index = existing_index(named, globals.config);
  }
  if (values.count("queries")) queries_file = values["queries"].as<std::string>();
  if (values.count("qrels")) qrels_file = values["qrels"].as<std::string>();
  const Qrels qrels = read_qrels(qrels_file);
  const QuestionSet questions{.queries = read_queries(queries_file), .qrels = qrels, .queries_name = queries_file.string(), .qrels_name = qrels_file.string()};

  const Hygiene hygiene = look_before_measuring(index, questions.queries, qrels, answers_file, values, *progress);
  if (hygiene.refused) return 3;

  options.session = session_options(values, globals.config, index);
  if (values.count("dataset")) options.session.model.clear();  // the index was made with it
  options.session.embedder = evaluated_encoding(values, globals.config);
  options.session.cross_encoder.precision = options.session.embedder.precision;
  MeasuredRetrieval measured = measure_retrieval(questions, options, *progress);
  measured.evaluation.name = values["name"].as<std::string>();
  measured.evaluation.version = RAG_VERSION;
  measured.evaluation.dataset = dataset_name;
  measured.evaluation.split = split;
  measured.evaluation.findings = hygiene.lines;
  measured.cost.chunks_per_s = chunks_per_s;
  if (values.count("run-out")) write_run(values["run-out"].as<std::string>(), measured.run, "rag");
  print_evaluation(measured.evaluation, &measured.cost, values);
  return 0;
}

}  // namespace rag::cli
