#include "cli/eval/compared_files.h"

#include <filesystem>
#include <fstream>
#include <optional>

#include "cli/eval/metric_options.h"
#include "core/error.h"
#include "pipelines/eval/evaluation_file.h"
#include "pipelines/eval/fingerprints.h"
#include "retrieve/eval/self_hits.h"

namespace rag::cli {
namespace {

struct NamedFile {
  std::string name;  // "" for what the file says
  std::filesystem::path file;
};

NamedFile named_file(const std::string& argument) {
  std::error_code ignored;
  const std::size_t mark = argument.find('=');
  if (mark == std::string::npos || mark == 0 || std::filesystem::exists(argument, ignored)) return {"", argument};
  return {argument.substr(0, mark), argument.substr(mark + 1)};
}

bool is_json(const std::filesystem::path& file) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) throw Error(ErrorKind::Usage, file.string() + ": a folder, expected an evaluation or a run");
  std::ifstream in(file, std::ios::binary);
  if (!in) throw Error(ErrorKind::Usage, file.string() + ": no such file, or it cannot be read; check the path");
  char c = 0;
  in >> c;
  return c == '{' || c == '[';
}

Evaluation scored_run(const std::filesystem::path& file, const Qrels& qrels, const std::vector<EvalQuery>& queries, const std::vector<Metric>& metrics, bool without_self_hits) {
  Run run = read_run(file);
  if (without_self_hits) drop_self_hits(run);
  Evaluation evaluation = evaluation_of(evaluate(qrels, run, metrics), metrics, queries, qrels, run);
  evaluation.name = file.stem().string();
  evaluation.version = RAG_VERSION;
  evaluation.fingerprints["gold"] = fingerprint_of(qrels);
  return evaluation;
}

}  // namespace

void add_compared_options(po::options_description& options) {
  options.add_options()("qrels", po::value<std::string>()->value_name("FILE"), "for runs: the judgements, TSV (query-id, corpus-id, score) or TREC's four columns")(
      "queries", po::value<std::string>()->value_name("FILE"), "for runs: the questions' texts, JSON Lines with _id and text, or id TAB text");
  options.add_options()("metric,m", po::value<std::vector<std::string>>()->value_name("METRIC")->composing(),
                        "a measure, repeatable; default: all that every evaluation has (of answers: contains, F1, EM, rouge_l, citation_recall ...); of runs nDCG@10 RR@10 R@100 AP P@5 Success@1 Success@5")(
      "missing", po::value<std::string>()->value_name("error|zero|leave-out")->default_value("error"), "queries that a run does not answer, or that not all were judged on");
  add_gain_options(options);
}

MissingQueries missing_queries(const po::variables_map& values) {
  const std::string missing = choice("--missing", values["missing"].as<std::string>(), {"error", "zero", "leave-out"});
  return missing == "zero" ? MissingQueries::Zero : missing == "leave-out" ? MissingQueries::LeaveOut : MissingQueries::Error;
}

std::vector<std::string> compared_metrics(const po::variables_map& values, const std::vector<Evaluation>& evaluations) {
  std::vector<std::string> names;
  if (!values.count("metric")) return names;
  require_one_kind(evaluations);
  if (evaluations.front().of_answers)
    for (const std::string& name : values["metric"].as<std::vector<std::string>>()) names.push_back(metric_called(name, evaluations.front()));
  else
    for (const Metric& metric : metrics_of(values)) names.push_back(metric.name);
  return names;
}

std::vector<Evaluation> read_compared(const std::vector<std::string>& files, const po::variables_map& values) {
  std::optional<Qrels> qrels;
  std::vector<EvalQuery> queries;
  std::vector<Evaluation> evaluations;
  for (const std::string& argument : files) {
    const NamedFile named = named_file(argument);
    if (is_json(named.file)) {
      evaluations.push_back(read_evaluation(named.file));
    } else {
      if (!values.count("qrels"))
        throw Error(ErrorKind::Usage, named.file.string() + ": not an evaluation; a run wants --qrels FILE with the judgements to score it by");
      if (!qrels) {
        qrels = read_qrels(values["qrels"].as<std::string>());
        if (values["drop-self-hits"].as<bool>()) drop_self_hits(*qrels);
        if (values.count("queries")) queries = read_queries(values["queries"].as<std::string>());
      }
      evaluations.push_back(scored_run(named.file, *qrels, queries, metrics_of(values), values["drop-self-hits"].as<bool>()));
    }
    if (!named.name.empty()) evaluations.back().name = named.name;
  }
  return evaluations;
}

}  // namespace rag::cli
