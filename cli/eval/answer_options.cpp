#include "cli/eval/answer_options.h"

#include <algorithm>
#include <utility>

#include "cli/eval/collection_index.h"
#include "core/error.h"
#include "core/hash.h"
#include "models/model_store.h"

namespace rag::cli {
namespace {

// Evenly over the set, and the same ones whatever order the file has.
void keep_sample(std::vector<GoldQuestion>& questions, std::size_t size) {
  if (size == 0 || questions.size() <= size) return;
  std::ranges::sort(questions, {}, [](const GoldQuestion& question) { return std::pair(checksum64(question.id), question.id); });
  questions.resize(size);
}

}  // namespace

void add_answer_options(po::options_description& options) {
  add_collection_options(options);
  options.add_options()("answers", po::value<std::string>()->value_name("FILE"),
                        "what is right: JSON Lines with _id and answers; default: the collection's answers.jsonl, else the lines of the questions themselves")(
      "answers-in", po::value<std::string>()->value_name("FILE"), "measure these answers instead of asking")(
      "answers-out", po::value<std::string>()->value_name("FILE"), "write the answers as --answers-in reads them")(
      "sample", po::value<std::size_t>()->value_name("N")->default_value(0), "only N of the questions, the same ones every time; 0: all")(
      "correct", po::value<std::string>()->value_name("MEASURE")->default_value("contains"), "what makes an answer right, for accuracy, AURC and robustness: contains, rouge_l, squad_f1_answerable ...")(
      "confidence", po::value<std::string>()->value_name("C")->default_value("evidence"), "how sure an answer is: evidence, words, passage or margin")(
      "noise", po::value<std::size_t>()->value_name("N")->default_value(0), "ask again with N passages about other questions, and with nothing else")(
      "counterfactual", po::bool_switch(), "ask again with the answer replaced in the passages by another of its kind")(
      "entailment", po::value<std::string>()->value_name("NAME|DIR"), "a cross-encoder that says whether a quotation supports a sentence; default: by words")(
      "entailment-threshold", po::value<double>()->value_name("X")->default_value(0.0), "from which score it does")(
      "trec-rag", po::value<std::string>()->value_name("FILE"), "write the answers as TREC 2024's RAG track takes them")(
      "show", po::value<std::string>()->value_name("WHICH")->default_value("none"), "print answers beside their references: wrong, all or none");
}

Gold read_gold(const po::variables_map& values, const BeirDataset* dataset) {
  std::filesystem::path queries, answers, qrels;
  if (dataset) {
    queries = dataset->queries;
    qrels = dataset->qrels;
    answers = dataset->answers;
  }
  if (values.count("queries")) queries = values["queries"].as<std::string>();
  if (values.count("answers")) answers = values["answers"].as<std::string>();
  if (values.count("qrels")) qrels = values["qrels"].as<std::string>();
  if (queries.empty()) throw Error(ErrorKind::Usage, "rag eval answers: name a collection with --dataset DIR, or questions with --queries FILE");
  Gold gold{.questions = read_gold_questions(queries)};
  if (!answers.empty())
    if (const auto unknown = add_gold(gold.questions, answers); !unknown.empty())
      gold.notes.push_back({answers.string() + ": " + std::to_string(unknown.size()) + " of its ids no question has, the first is " + unknown.front(),
                            answers.string() + ": 그런 질문이 없는 id " + std::to_string(unknown.size()) + "개, 첫째는 " + unknown.front()});
  if (!qrels.empty()) add_gold_documents(gold.questions, read_qrels(qrels));
  keep_sample(gold.questions, values["sample"].as<std::size_t>());
  return gold;
}

ConfidenceKind confidence_kind(const std::string& name) {
  const std::string known = choice("--confidence", name, {"evidence", "words", "passage", "margin"});
  return known == "words" ? ConfidenceKind::Words : known == "passage" ? ConfidenceKind::Passage : known == "evidence" ? ConfidenceKind::Evidence : ConfidenceKind::Margin;
}

EntailmentChoice::EntailmentChoice(const po::variables_map& values, const Config& config) {
  if (!values.count("entailment")) {
    entailment_ = make_overlap_entailment();
    return;
  }
  const EmbedderOptions encoder = embedder_options(values, config);
  encoder_ = open_cross_encoder(resolve_model(values["entailment"].as<std::string>()), {.precision = encoder.precision, .threads = encoder.threads, .device = encoder.device});
  entailment_ = make_model_entailment(*encoder_, values["entailment-threshold"].as<double>());
}

}  // namespace rag::cli
