#include <algorithm>
#include <iterator>
#include <optional>

#include "cli/ask_options.h"
#include "cli/eval/answer_options.h"
#include "cli/eval/answer_report.h"
#include "cli/eval/collection_index.h"
#include "cli/eval/judge_options.h"
#include "cli/eval/metric_options.h"
#include "cli/eval/verbs.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "pipelines/eval/answers_file.h"
#include "pipelines/eval/fingerprints.h"
#include "pipelines/eval/judge_answers.h"
#include "pipelines/eval/retrieval_configuration.h"
#include "pipelines/eval/robustness.h"
#include "pipelines/open_model.h"

namespace rag::cli {
namespace {

constexpr std::size_t kPassages = 8;  // as rag ask

constexpr const char* kEpilogue =
    "  rag eval answers --dataset DIR                            a collection with answers.jsonl beside queries.jsonl; -k, --mode ... as in rag ask\n"
    "  rag eval answers --queries F --answers F                  over an index you have (--index)\n"
    "  rag eval answers --queries F --answers F --answers-in F   answers of any system: {\"_id\", \"answer\", \"abstained\", \"confidence\",\n"
    "                                                            \"citations\": [{\"answer_span\", \"document\", \"quote\"}]}\n\n"
    "ANSWERS: JSON Lines {\"_id\", \"answers\": [...]}, and \"is_impossible\", \"nuggets\", \"documents\" where they are known; the questions' file may hold\n"
    "the same.  What cannot be computed is shown as - with the reason, never as 0.\n";

po::options_description options_of() {
  po::options_description options("Options");
  add_index_option(options);
  add_answer_options(options);
  add_report_options(options);
  add_judge_options(options);
  add_backend_options(options);
  add_search_options(options);
  add_chunk_options(options);
  add_model_options(options);
  return options;
}

AnswersEvaluation measure_given(const po::variables_map& values, const Globals& globals, const Gold& gold, const AnswersScoring& scoring, Judge* judge, Progress& progress) {
  for (const char* asks : {"noise", "counterfactual", "answers-out", "confidence"})
    if (values.count(asks) && !values[asks].defaulted())
      throw Error(ErrorKind::Usage, std::string("--answers-in and --") + asks + ": answers that are there are not asked for again; leave one out");
  std::map<std::string, GivenAnswer> answers = read_given_answers(values["answers-in"].as<std::string>());
  AnswersEvaluation evaluation = evaluate_answers(gold.questions, answers, scoring);
  evaluation.configuration["answers"] = "given";
  evaluation.fingerprints["answers"] = sha256_hex(given_answers_jsonl(answers));
  if (judge) {
    std::unique_ptr<Embedder> encoder;
    if (values.count("model")) encoder = open_model(values["model"].as<std::string>(), embedder_options(values, globals.config));
    judge_answers(evaluation, *judge, encoder ? similarity_of(*encoder) : SentenceSimilarity{}, progress);
    if (encoder) evaluation.fingerprints["encoder"] = encoder->name();
  }
  return evaluation;
}

AnswersEvaluation measure_asked(const po::variables_map& values, const Globals& globals, const Gold& gold, const std::filesystem::path& index, const AnswersScoring& scoring,
                                Judge* judge, Progress& progress) {
  const RetrieveOptions retrieve = retrieve_options(values, globals.config, kPassages);
  SessionOptions options = session_options(values, globals.config, index);
  if (values.count("dataset")) options.model.clear();  // the index was made with it
  options.embedder = evaluated_encoding(values, globals.config);
  Session session(options);
  const auto generator = make_generator(values, globals.config, session);
  std::vector<GoldQuestion> asked_for;
  std::ranges::copy_if(gold.questions, std::back_inserter(asked_for), &GoldQuestion::judged);
  const AskedQuestions asked = ask_questions(session, asked_for, retrieve, *generator, confidence_kind(values["confidence"].as<std::string>()), progress);
  if (values.count("answers-out")) write_file_atomically(values["answers-out"].as<std::string>(), given_answers_jsonl(asked.answers));
  AnswersEvaluation evaluation = evaluate_answers(gold.questions, asked.answers, scoring);
  measure_robustness(evaluation, asked, *generator, scoring,
                     {.noise = values["noise"].as<std::size_t>(), .counterfactual = values["counterfactual"].as<bool>(), .correct = scoring.correct}, progress);
  evaluation.configuration = retrieval_configuration(retrieve, options);
  if (judge) judge_answers(evaluation, *judge, session.similarity(), progress);
  evaluation.configuration["k"] = std::to_string(retrieve.k);
  evaluation.configuration["generator"] = generator->name();
  evaluation.configuration["confidence"] = values["confidence"].as<std::string>();
  const IndexSettings settings = session.index().settings();
  evaluation.fingerprints = {{"corpus", corpus_fingerprint(session.index())}, {"encoder", settings.embedder}, {"chunker", settings.chunker},
                             {"analyzer", settings.analyzer}, {"reranker", options.reranker}};
  print_answer_times(asked.times);
  return evaluation;
}

}  // namespace

int eval_answers(const Globals& globals, const std::vector<std::string>& arguments) {
  const auto values = parse_options("eval answers", "eval answers --dataset DIR | --queries FILE [--answers FILE] [--answers-in FILE] [OPTIONS]", options_of(), {}, arguments, kEpilogue);
  output_format(values, {"text", "json"});  // before hours of work
  choice("--show", values["show"].as<std::string>(), {"none", "wrong", "all"});
  confidence_kind(values["confidence"].as<std::string>());
  const auto progress = make_progress_bar();
  std::optional<BeirDataset> dataset;
  if (values.count("dataset")) dataset = open_beir_dataset(values["dataset"].as<std::string>(), values["split"].as<std::string>());
  const Gold gold = read_gold(values, dataset ? &*dataset : nullptr);
  const std::size_t sample = values["sample"].as<std::size_t>();

  const EntailmentChoice entailment(values, globals.config);
  const AnswersScoring scoring{.correct = values["correct"].as<std::string>(), .entailment = &entailment.get()};
  check_scoring(scoring);
  const auto judge = make_judge(values, globals.config);
  AnswersEvaluation evaluation;
  if (values.count("answers-in")) {
    evaluation = measure_given(values, globals, gold, scoring, judge.get(), *progress);
    if (sample > 0) evaluation.unknown.clear();  // they have answers, and were not drawn
  } else {
    const std::string named = index_option(values, globals);
    const std::filesystem::path index = dataset && named.empty() ? collection_index(*dataset, values, globals, *progress).directory : existing_index(named, globals.config);
    evaluation = measure_asked(values, globals, gold, index, scoring, judge.get(), *progress);
  }
  evaluation.name = values["name"].as<std::string>();
  evaluation.version = RAG_VERSION;
  evaluation.configuration["correct"] = scoring.correct;
  evaluation.configuration["entailment"] = entailment.get().name();
  if (sample > 0) evaluation.configuration["sample"] = std::to_string(sample);
  evaluation.fingerprints["gold"] = gold_fingerprint(gold.questions);
  evaluation.notes.insert(evaluation.notes.begin(), gold.notes.begin(), gold.notes.end());
  if (values.count("trec-rag"))
    write_file_atomically(values["trec-rag"].as<std::string>(), trec_rag_jsonl(evaluation, evaluation.name.empty() ? "rag" : evaluation.name));
  print_answers_evaluation(evaluation, scoring.correct, values);
  return 0;
}

}  // namespace rag::cli
