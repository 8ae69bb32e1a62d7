#include "pipelines/check_model.h"

#include <chrono>
#include <iterator>
#include <span>
#include <utility>

#include "core/error.h"
#include "pipelines/eval/corpus_index.h"
#include "pipelines/eval/run_queries.h"
#include "pipelines/open_model.h"
#include "retrieve/eval/metrics.h"
#include "retrieve/eval/self_hits.h"

namespace rag {
namespace {

constexpr double kSeconds = 0.5;  // a text or two would else be measured by the clock's grain
constexpr std::size_t kMostRounds = 20;
constexpr std::size_t kDepth = 100;

// The texts' vectors, and how many a second come.
std::pair<Embeddings, double> timed_embeddings(const Embedder& embedder, const std::vector<std::string>& texts) {
  embedder.embed(std::span(texts).first(1), TextKind::Passage);  // brings the weights in
  Embeddings embeddings;
  std::size_t rounds = 0;
  const auto start = std::chrono::steady_clock::now();
  double seconds = 0;
  for (; rounds == 0 || (seconds < kSeconds && rounds < kMostRounds); ++rounds) {
    embeddings = embedder.embed(texts, TextKind::Passage);
    seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
  return {std::move(embeddings), static_cast<double>(rounds * texts.size()) / seconds};
}

struct Finding {
  std::size_t queries = 0;
  double ndcg = 0;
};

Finding find_in(const BeirDataset& dataset, const std::string& model, const EmbedderOptions& encoding, Progress& progress) {
  IndexFolderOptions cutting;
  cutting.one_chunk = true;
  const CorpusIndex corpus = index_corpus(dataset, model, encoding, cutting, progress);
  Session session({.index = corpus.directory, .model = model, .embedder = encoding});
  if (session.index().statistics().documents == 0)
    throw Error(ErrorKind::Usage, dataset.corpus.string() + ": the collection is empty; there is nothing to measure");
  Qrels qrels = read_qrels(dataset.qrels);
  std::vector<EvalQuery> queries = read_queries(dataset.queries);
  std::erase_if(queries, [&](const EvalQuery& query) { return !qrels.contains(query.id); });
  if (queries.empty()) throw Error(ErrorKind::Usage, dataset.qrels.string() + ": judges none of the queries of " + dataset.queries.string());
  RetrieveOptions options;
  options.mode = SearchMode::Dense;
  options.k = options.candidates = kDepth;
  const Metric metric = parse_metric("nDCG@10");
  Run run = run_queries(session, queries, options, kDepth, false, progress).run;
  if (dataset.drop_self_hits) drop_self_hits(qrels), drop_self_hits(run);
  const EvalReport report = evaluate(qrels, run, {metric});
  return {.queries = report.queries, .ndcg = report.means.at(metric.name)};
}

}  // namespace

ModelCheck check_model(const std::string& model, const std::vector<std::string>& texts, std::size_t threads, Progress& progress) {
  if (texts.empty()) throw Error(ErrorKind::Usage, "rag model check: no text to measure with");
  ModelCheck check{.model = "", .texts = texts.size(), .precisions = {}, .dataset = std::nullopt};
  Embeddings exact;
  constexpr Precision kPrecisions[] = {Precision::Fp32, Precision::Bf16, Precision::Int8};
  for (const Precision precision : kPrecisions) {
    progress.update(precision_name(precision), check.precisions.size(), std::size(kPrecisions));
    const auto embedder = open_model(model, {.precision = precision, .threads = threads, .device = {DeviceChoice::Kind::Cpu, std::nullopt}});
    check.model = embedder->name();
    auto [embeddings, speed] = timed_embeddings(*embedder, texts);
    if (precision == Precision::Fp32) exact = embeddings;
    check.precisions.push_back({.precision = precision, .texts_per_s = speed, .agreement = vector_agreement(exact, embeddings)});
  }
  progress.update("", std::size(kPrecisions), std::size(kPrecisions));
  return check;
}

DatasetCost check_on_dataset(const std::string& model, const std::filesystem::path& folder, std::size_t threads, Progress& progress) {
  const BeirDataset dataset = open_beir_dataset(folder);
  const Finding exact = find_in(dataset, model, {.precision = Precision::Fp32, .threads = threads}, progress);
  const Finding bytes = find_in(dataset, model, {.precision = Precision::Int8, .threads = threads}, progress);
  return {.name = dataset.name, .queries = exact.queries, .fp32 = exact.ndcg, .int8 = bytes.ndcg};
}

// Written so that a figure that is no number counts as too bad.
Int8Verdict judge_int8(const ModelCheck& check, const CheckLimits& limits) {
  Int8Verdict verdict;
  for (const PrecisionCost& cost : check.precisions)
    if (cost.precision == Precision::Int8) verdict.turns_vectors = !(cost.agreement.cosine_mean >= limits.min_cosine);
  if (check.dataset) verdict.finds_less = !(check.dataset->fp32 - check.dataset->int8 <= limits.max_ndcg_loss);
  return verdict;
}

const char* precision_name(Precision precision) {
  return precision == Precision::Fp32 ? "fp32" : precision == Precision::Bf16 ? "bf16" : "int8";
}

}  // namespace rag
