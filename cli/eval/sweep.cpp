#include <fmt/format.h>

#include <iostream>
#include <set>

#include "cli/eval/metric_options.h"
#include "cli/eval/sweep_file.h"
#include "cli/eval/sweep_report.h"
#include "cli/eval/verbs.h"
#include "cli/terminal.h"
#include "cli/toml_edit.h"
#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "pipelines/eval/measure_gold.h"
#include "pipelines/eval/sweep.h"
#include "pipelines/open_model.h"
#include "retrieve/eval/beir_dataset.h"

namespace rag::cli {
namespace {

constexpr const char* kEpilogue =
    "  rag eval sweep sweep.toml\n"
    "  rag eval sweep sweep.toml --out tried/ --write rag.toml\n\n"
    "sweep.toml names the questions and lists what to try; everything else is as rag.toml and the defaults have it:\n"
    "  dataset = \"scifact\"                 # the BEIR layout; or documents = \"FOLDER\", queries = \"FILE\", qrels or gold = \"FILE\"\n"
    "  metrics = [\"nDCG@10\", \"R@100\"]     # the first is tuned\n"
    "  model = [\"multilingual-e5-small\", \"all-MiniLM-L6-v2\"]\n"
    "  precision = [\"int8\", \"fp32\"]\n"
    "  [chunk]\n"
    "  max_tokens = [96, 160, 256]\n"
    "  [search]\n"
    "  mode = [\"hybrid\", \"dense\"]\n"
    "  dense_weight = [0.3, 0.5, 0.7]\n"
    "  vectors = [\"exact\", \"ivf\"]\n"
    "  probes = [8, 32, 128]\n"
    "Also: split, depth, seed; chunk.kind, overlap_tokens; search.fusion, candidates, k1, characters_k1, b, reranker, rerank_depth.\n"
    "Every combination is tried, those once that differ only in what they do not use; beside them what is set now.\n\n"
    "The winner is chosen on one half of the questions and reported on the other half, which had no part in choosing it.\n"
    "Indexes are kept in the cache of 'rag eval retrieval'; an index serves all that cut and encode alike.\n"
    "Ctrl-C loses nothing but the configuration at hand: indexes that are made stay in the cache.\n";

po::options_description tried_options() {
  po::options_description options;
  add_search_options(options);
  add_chunk_options(options);
  add_model_options(options);
  return options;
}

using Settings = std::vector<std::pair<std::string, std::string>>;

// Whether a setting has any say where the others are what they are.
bool has_a_say(const std::string& key, const SweepConfiguration& made) {
  const RetrieveOptions& retrieve = made.retrieve;
  const bool hybrid = retrieve.mode == SearchMode::Hybrid;
  if (key == "search.fusion") return hybrid;
  if (key == "search.dense_weight") return hybrid && retrieve.fusion.method == FusionMethod::Convex;
  if (key == "search.k1" || key == "search.characters_k1" || key == "search.b") return retrieve.mode != SearchMode::Dense;
  if (key == "search.rerank_depth") return !made.session.reranker.empty();
  if (key == "chunk.max_tokens" || key == "chunk.overlap_tokens") return !made.cutting.one_chunk;
  if (key == "precision" || key == "search.vectors") return retrieve.mode != SearchMode::Lexical;
  if (key == "search.probes") return retrieve.mode != SearchMode::Lexical && retrieve.vectors.method != VectorMethod::Exact;
  return true;
}

// The value a setting has, chosen or not, so that two configurations can be told apart.
std::string value_of(const std::string& key, const SweepConfiguration& made) {
  const RetrieveOptions& retrieve = made.retrieve;
  if (key == "model") return made.model;
  if (key == "precision") return std::to_string(static_cast<int>(precision_of(made.session.embedder)));
  if (key == "chunk.kind") return made.cutting.one_chunk ? "one" : "structure";
  if (key == "chunk.max_tokens") return std::to_string(made.cutting.chunk.max_tokens);
  if (key == "chunk.overlap_tokens") return std::to_string(made.cutting.chunk.overlap_tokens);
  if (key == "search.mode") return std::to_string(static_cast<int>(retrieve.mode));
  if (key == "search.fusion") return std::to_string(static_cast<int>(retrieve.fusion.method));
  if (key == "search.dense_weight") return fmt::format("{}", retrieve.fusion.dense_weight);
  if (key == "search.vectors") return std::to_string(static_cast<int>(retrieve.vectors.method));
  if (key == "search.probes") return std::to_string(retrieve.vectors.probes);
  if (key == "search.candidates") return std::to_string(retrieve.candidates);
  if (key == "search.k1") return fmt::format("{}", retrieve.bm25.k1);
  if (key == "search.characters_k1") return fmt::format("{}", retrieve.bm25.characters_k1);
  if (key == "search.b") return fmt::format("{}", retrieve.bm25.b);
  if (key == "search.reranker") return made.session.reranker;
  return std::to_string(retrieve.rerank_depth);
}

std::string identity_of(const SweepConfiguration& made) {
  std::string identity;
  for (const SweepSetting& setting : sweep_settings())
    if (has_a_say(setting.key, made)) identity += std::string(setting.key) + '=' + value_of(setting.key, made) + '\n';
  return identity;
}

// As if the settings had been options: checked the same way, and in the same words.
SweepConfiguration configuration_of(const Settings& settings, const Config& config, std::size_t depth) {
  std::vector<std::string> arguments;
  for (const auto& [key, value] : settings) {
    arguments.push_back("--" + std::string(find_sweep_setting(key)->option));
    arguments.push_back(value);
  }
  const auto values = parse_options("eval sweep", "eval sweep", tried_options(), {}, arguments);
  SweepConfiguration made;
  made.model = values.count("model") ? values["model"].as<std::string>() : config.model.value_or(kDefaultModel);
  read_chunk_options(values, config, made.cutting);
  made.retrieve = retrieve_options(values, config, depth);
  count_every_copy(values, made.retrieve);
  made.retrieve.vectors.device = named_device(made.retrieve.vectors.device);  // a large index has lists on the processor, and is searched exactly on a GPU
  made.session = session_options(values, config, "");
  for (const auto& [key, value] : settings)
    if (has_a_say(key, made)) made.settings.emplace(key, value);
  return made;
}

// What is set now, first; then every combination that is not one of those before it.
std::vector<SweepConfiguration> configurations_of(const SweepFile& file, const Config& config, std::size_t most) {
  std::vector<SweepConfiguration> all = {configuration_of({}, config, file.depth)};
  std::set<std::string> known = {identity_of(all.front())};
  for (const Settings& settings : combinations(file, most)) {
    SweepConfiguration made = configuration_of(settings, config, file.depth);
    if (known.insert(identity_of(made)).second) all.push_back(std::move(made));
  }
  return all;
}

void write_winner(const std::filesystem::path& file, const SweepConfiguration& winner) {
  std::map<std::string, std::string> settings;
  for (const auto& [key, value] : winner.settings) settings[key] = find_sweep_setting(key)->is_text ? "\"" + value + "\"" : value;
  try {
    write_file_atomically(file, with_settings(std::filesystem::exists(file) ? read_file(file) : "", settings));
  } catch (const Error& trouble) {
    throw Error(trouble.kind(), file.string() + ": " + trouble.what());
  }
}

}  // namespace

int eval_sweep(const Globals& globals, const std::vector<std::string>& arguments) {
  po::options_description options("Options");
  options.add_options()("out", po::value<std::string>()->value_name("DIR"), "write each configuration's evaluation there, for 'rag eval compare'")(
      "write", po::value<std::string>()->value_name("FILE"), "set the winner's settings in this rag.toml; what else stands there stays")(
      "most", po::value<std::size_t>()->value_name("N")->default_value(500), "combinations to try at most")("file", po::value<std::string>(), "");
  add_format_options(options, "text, json or csv");
  po::positional_options_description positional;
  positional.add("file", 1);
  const auto values = parse_options("eval sweep", "eval sweep FILE [OPTIONS]", options, positional, arguments, kEpilogue);
  const std::string format = output_format(values, {"text", "json", "csv"});
  if (!values.count("file")) throw Error(ErrorKind::Usage, "rag eval sweep: name the file that says what to try; 'rag eval sweep --help' shows one");
  const SweepFile file = read_sweep_file(values["file"].as<std::string>());

  SweepOptions sweep_options{.corpus = file.documents, .configurations = {}, .metrics = {}, .depth = file.depth, .seed = file.seed};
  for (const std::string& name : file.metrics) sweep_options.metrics.push_back(parse_metric(name));
  sweep_options.configurations = configurations_of(file, globals.config, values["most"].as<std::size_t>());
  std::filesystem::path queries = file.queries, qrels = file.qrels;
  if (!file.dataset.empty()) {
    const BeirDataset dataset = open_beir_dataset(file.dataset, file.split);
    sweep_options.corpus = dataset.corpus;
    sweep_options.drop_self_hits = dataset.drop_self_hits;
    if (queries.empty()) queries = dataset.queries;
    if (qrels.empty()) qrels = dataset.qrels;
  }
  if (!file.gold.empty()) sweep_options.gold = read_gold(file.gold);
  const QuestionSet questions{.queries = read_queries(queries),
                              .qrels = file.gold.empty() ? read_qrels(qrels) : qrels_of(sweep_options.gold),
                              .queries_name = queries.string(),
                              .qrels_name = (file.gold.empty() ? qrels : file.gold).string()};

  const auto progress = make_progress_bar();
  SweepResult result = sweep(questions, sweep_options, *progress);
  for (std::size_t i = 0; i < result.points.size(); ++i) {
    result.points[i].evaluation.name = configuration_name(sweep_options.configurations[i]);
    result.points[i].evaluation.version = RAG_VERSION;
  }
  if (values.count("out")) write_sweep(values["out"].as<std::string>(), sweep_options, result);
  print_sweep(sweep_options, result, format);
  if (values.count("write") && result.best == 0) {
    std::cerr << values["write"].as<std::string>() << tr(": as it was; nothing that was tried is better than what is set now\n", ": 그대로 둠; 지금 설정보다 나은 것이 없음\n");
  } else if (values.count("write")) {
    write_winner(values["write"].as<std::string>(), sweep_options.configurations[result.best]);
    std::cerr << fmt::format(fmt::runtime(tr("written to {}\n", "{}에 기록함\n")), values["write"].as<std::string>());
  }
  return 0;
}

}  // namespace rag::cli
