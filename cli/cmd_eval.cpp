#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <set>

#include "cli/options.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "core/text.h"
#include "pipelines/evaluate.h"
#include "pipelines/json_output.h"
#include "pipelines/open_model.h"
#include "retrieve/eval/beir_dataset.h"

namespace rag::cli {
namespace {

constexpr const char* kEpilogue =
    "  rag eval retrieval --dataset DIR            corpus.jsonl, queries.jsonl, qrels/test.tsv (the BEIR layout): indexes the corpus into a\n"
    "                                              cache of its own, asks every query, scores what comes back\n"
    "  rag eval retrieval --queries F --qrels F    the same over an index you have (--index); judgements name documents by id or by uri\n"
    "  rag eval score --qrels F --run F            score a run of any system (TREC's six columns)\n\n"
    "The cache is $XDG_CACHE_HOME/rag/eval (~/.cache/rag/eval), one index for each corpus, encoder, precision and chunking; it may be deleted.\n\n"
    "Metrics (-m, repeatable): nDCG@10, AP, RR@10, P@5, R@100, Success@1, Rprec, Judged@10; computed as trec_eval -c does: linear gains,\n"
    "ties by score, then document id, descending; a judged query without an answer counts 0 and is reported.\n"
    "--one-chunk makes every document one chunk, so that encoders can be compared with published figures.\n";

std::vector<Metric> metrics_of(const po::variables_map& values) {
  std::vector<std::string> names = {"nDCG@10", "RR@10", "R@100", "AP", "P@5", "Success@1", "Success@5"};
  if (values.count("metric")) names = values["metric"].as<std::vector<std::string>>();
  std::vector<Metric> metrics;
  for (const std::string& name : names) metrics.push_back(parse_metric(name));
  return metrics;
}

void report_list(const char* what, const std::vector<std::string>& items) {
  if (items.empty()) return;
  std::cerr << fmt::format("{} {}:", items.size(), what);
  for (std::size_t i = 0; i < std::min<std::size_t>(5, items.size()); ++i) std::cerr << ' ' << escape_for_terminal(items[i]);
  std::cerr << (items.size() > 5 ? " ...\n" : "\n");
}

void print_report(const EvalReport& report, const std::vector<Metric>& metrics, const po::variables_map& values,
                  const std::map<std::string, double>& timings_ms, const std::vector<std::string>& notes) {
  const bool per_query = values["per-query"].as<bool>();
  if (output_format(values, {"text", "json"}) == "json") {
    std::cout << eval_json(report, metrics, per_query, timings_ms, notes) << '\n';
    return;
  }
  if (per_query)
    for (const auto& [query, scores] : report.per_query)
      for (const Metric& metric : metrics) std::cout << fmt::format("{:<20} {:<16} {:.4f}\n", metric.name, escape_for_terminal(query), scores.at(metric.name));
  for (const Metric& metric : metrics) std::cout << fmt::format("{:<20} {:<16} {:.4f}\n", metric.name, "all", report.means.at(metric.name));
  std::cout << fmt::format("{:<20} {:<16} {}\n", "queries", "all", report.queries);
  report_list("judged queries without an answer (each counts 0)", report.missing);
  report_list("queries without judgements (left out)", report.unjudged);
  report_list("judged queries with nothing relevant", report.without_relevant);
  for (const std::string& note : notes) std::cerr << escape_for_terminal(note) << '\n';
  for (const auto& [name, milliseconds] : timings_ms)
    if (name == "query") std::cerr << fmt::format("{:.1f} ms a query\n", milliseconds);
}

po::options_description options_of() {
  po::options_description options("Options");
  add_index_option(options);
  options.add_options()("dataset", po::value<std::string>()->value_name("DIR"), "a collection in the BEIR layout: corpus.jsonl, queries.jsonl, qrels/")(
      "split", po::value<std::string>()->value_name("NAME")->default_value("test"), "which qrels/NAME.tsv")(
      "queries", po::value<std::string>()->value_name("FILE"), "queries: JSON Lines with _id and text, or id TAB text")(
      "qrels", po::value<std::string>()->value_name("FILE"), "judgements: TSV (query-id, corpus-id, score) or TREC's four columns")(
      "run", po::value<std::string>()->value_name("FILE"), "score: a run file, TREC's six columns")(
      "metric,m", po::value<std::vector<std::string>>()->value_name("METRIC")->composing(),
      "a measure, repeatable; default: nDCG@10 RR@10 R@100 AP P@5 Success@1 Success@5")("depth", po::value<std::size_t>()->value_name("N")->default_value(100),
                                                                                        "documents kept per query")(
      "run-out", po::value<std::string>()->value_name("FILE"), "write the run as TREC's six columns")(
      "per-query", po::bool_switch(), "each query's values too")("limit", po::value<std::size_t>()->value_name("N")->default_value(0),
                                                                 "only the first N judged queries: for a quick look, not for a result");
  add_format_options(options, "text or json");
  add_search_options(options);
  add_chunk_options(options);
  add_model_options(options);
  options.add_options()("verb", po::value<std::string>(), "");
  return options;
}

// One chunk a document is for comparing encoders with published figures, which are made in fp32.
EmbedderOptions evaluated_encoding(const po::variables_map& values, const Config& config) {
  EmbedderOptions options = embedder_options(values, config);
  if (!options.precision && values["one-chunk"].as<bool>()) options.precision = Precision::Fp32;
  return options;
}

// The index of the collection's corpus; says what had to be embedded.
std::filesystem::path cached_index(const BeirDataset& dataset, const po::variables_map& values, const Globals& globals, Progress& progress) {
  IndexFolderOptions options;
  read_chunk_options(values, globals.config, options);
  const std::string model = values.count("model") ? values["model"].as<std::string>() : globals.config.model.value_or(kDefaultModel);
  const auto [cache, report] = index_corpus(dataset, model, evaluated_encoding(values, globals.config), options, progress);
  if (report.chunks_embedded > 0)
    std::cerr << fmt::format("{}: {} embedded in {:.1f} s, kept in {}\n", dataset.name, counted(report.chunks_embedded, "chunk"), report.seconds, cache.string());
  if (report.cut_tokens > 0) std::cerr << counted(report.cut_tokens, "token") << " beyond the encoder's limit not counted\n";
  return cache;
}

bool judged_by_uri(const Qrels& qrels, const std::set<std::string>& ids, const std::set<std::string>& uris) {
  std::size_t by_id = 0, by_uri = 0;
  for (const auto& [query, grades] : qrels)
    for (const auto& [document, grade] : grades) {
      by_id += ids.contains(document);
      by_uri += uris.contains(document);
    }
  return by_uri > by_id;
}

int score(const po::variables_map& values) {
  if (!values.count("qrels") || !values.count("run")) throw Error(ErrorKind::Usage, "rag eval score: wants --qrels FILE and --run FILE");
  const auto metrics = metrics_of(values);
  const EvalReport report = evaluate(read_qrels(values["qrels"].as<std::string>()), read_run(values["run"].as<std::string>()), metrics);
  print_report(report, metrics, values, {}, {});
  return 0;
}

int retrieval(const po::variables_map& values, const Globals& globals) {
  const auto metrics = metrics_of(values);
  const auto progress = make_progress_bar();
  const std::size_t depth = std::max<std::size_t>(1, values["depth"].as<std::size_t>());
  RetrieveOptions retrieve = retrieve_options(values, globals.config, depth);
  count_every_copy(values, retrieve);
  // Several chunks of a document roll up to one: look deeper than what is kept.
  retrieve.k = std::max(retrieve.k, 3 * depth);
  retrieve.candidates = std::max(retrieve.candidates, retrieve.k);

  std::filesystem::path queries_file, qrels_file, index;
  const std::string named = index_option(values, globals);
  if (values.count("dataset")) {
    const BeirDataset dataset = open_beir_dataset(values["dataset"].as<std::string>(), values["split"].as<std::string>());
    queries_file = dataset.queries;
    qrels_file = dataset.qrels;
    index = named.empty() ? cached_index(dataset, values, globals, *progress) : existing_index(named, globals.config);
  } else {
    if (!values.count("queries") || !values.count("qrels"))
      throw Error(ErrorKind::Usage, "rag eval retrieval: name a collection with --dataset DIR, or files with --queries and --qrels");
    index = existing_index(named, globals.config);
  }
  if (values.count("queries")) queries_file = values["queries"].as<std::string>();
  if (values.count("qrels")) qrels_file = values["qrels"].as<std::string>();
  const Qrels qrels = read_qrels(qrels_file);
  std::vector<EvalQuery> queries = read_queries(queries_file);

  SessionOptions opened = session_options(values, globals.config, index);
  if (values.count("dataset")) opened.model.clear();  // the index was made with it
  opened.embedder = evaluated_encoding(values, globals.config);
  opened.cross_encoder.precision = opened.embedder.precision;
  Session session(std::move(opened));
  std::set<std::string> ids, uris;
  session.index().for_each_document([&](const DocumentRecord& document) {
    ids.insert(document.id);
    uris.insert(document.uri);
  });
  if (ids.empty()) throw Error(ErrorKind::Usage, index.string() + ": the collection is empty; there is nothing to measure");
  const bool by_uri = judged_by_uri(qrels, ids, uris);
  const DatasetGaps gaps = find_dataset_gaps(queries, qrels, by_uri ? uris : ids);
  std::vector<std::string> notes;
  for (const std::string& query : gaps.judged_without_text) notes.push_back("query " + query + ": judged, but its text is missing; counts 0");
  for (const auto& [query, document] : gaps.documents_not_stored)
    notes.push_back("query " + query + ": document " + document + " is judged relevant but not in the collection");
  std::erase_if(queries, [&](const EvalQuery& query) { return !qrels.contains(query.id); });
  if (queries.empty()) throw Error(ErrorKind::Usage, qrels_file.string() + ": judges none of the queries of " + queries_file.string());
  Qrels judged = qrels;
  if (const std::size_t limit = values["limit"].as<std::size_t>(); limit > 0 && queries.size() > limit) {
    queries.resize(limit);
    std::set<std::string> kept;
    for (const EvalQuery& query : queries) kept.insert(query.id);
    std::erase_if(judged, [&](const auto& entry) { return !kept.contains(entry.first); });
    notes.push_back(fmt::format("only the first {} judged queries were asked (--limit)", limit));
  }
  const RetrievalRun run = run_queries(session, queries, retrieve, depth, by_uri, *progress);
  if (values.count("run-out")) write_run(values["run-out"].as<std::string>(), run.run, "rag");
  EvalReport report = evaluate(judged, run.run, metrics);
  report.unjudged = gaps.unjudged_queries;
  print_report(report, metrics, values, run.timings_ms, notes);
  return 0;
}

}  // namespace

int run_eval(const Globals& globals, const std::vector<std::string>& arguments) {
  po::positional_options_description positional;
  positional.add("verb", 1);
  const auto values = parse_options("eval", "eval retrieval|score [OPTIONS]", options_of(), positional, arguments, kEpilogue);
  output_format(values, {"text", "json"});  // before hours of work
  if (!values.count("verb")) throw Error(ErrorKind::Usage, "rag eval: say 'retrieval' or 'score'; 'rag eval --help' shows how");
  return choice("rag eval", values["verb"].as<std::string>(), {"retrieval", "score"}) == "score" ? score(values) : retrieval(values, globals);
}

}  // namespace rag::cli
