#include "pipelines/eval/sweep.h"

#include <algorithm>
#include <memory>
#include <numeric>
#include <optional>
#include <tuple>

#include "core/error.h"
#include "core/hash.h"
#include "core/interrupt.h"
#include "index/vector_lists.h"
#include "pipelines/eval/corpus_index.h"
#include "pipelines/eval/measure_gold.h"
#include "pipelines/eval/pareto.h"

namespace rag {
namespace {

// What an index depends on; configurations that agree in it share one.
using IndexKey = std::tuple<std::string, Precision, bool, std::size_t, std::size_t>;

IndexKey index_key(const SweepConfiguration& configuration) {
  const IndexFolderOptions& cutting = configuration.cutting;
  return {configuration.model, precision_of(configuration.session.embedder), cutting.one_chunk, cutting.chunk.max_tokens,
          cutting.chunk.overlap_tokens};
}

// Tells of all configurations what one of them is told.
class PartOfSweep final : public Progress {
 public:
  PartOfSweep(Progress& whole, std::size_t number, std::size_t count) : whole_(whole), prefix_(std::to_string(number) + " of " + std::to_string(count) + ": ") {}
  void update(std::string_view what, std::size_t done, std::size_t total) override {
    if (!what.empty()) whole_.update(prefix_ + std::string(what), done, total);
  }

 private:
  Progress& whole_;
  std::string prefix_;
};

// What one index is asked with, reopened where the encoder or the reranker is another one.
class OpenIndex {
 public:
  Session& session(const SweepConfiguration& configuration, const std::filesystem::path& directory, std::size_t questions) {
    const std::pair key(directory, configuration.session.reranker);
    if (!session_ || key != key_) {
      SessionOptions options = configuration.session;
      options.index = directory;
      options.model.clear();  // the index was made with it
      options.remembered_texts = questions + kTextsRemembered;
      session_.emplace(std::move(options));
      key_ = key;
      embed_.reset();
    }
    return *session_;
  }

  // A question that is asked again is not embedded again, but a user's is: its time is that of the first configuration which embedded.
  // Percentiles are added as if the slowest were slow in both, which is near the truth where embedding is nearly all.
  void give_embedding_its_cost(EvaluationCost& cost, SearchMode mode) {
    if (mode == SearchMode::Lexical) return;
    if (!embed_) {
      embed_ = cost.stages_ms["embed"];
      return;
    }
    const Percentiles seen = cost.stages_ms["embed"];
    cost.stages_ms["embed"] = *embed_;
    Percentiles& query = cost.stages_ms["query"];
    query = {.mean = query.mean + embed_->mean - seen.mean,
             .p50 = query.p50 + embed_->p50 - seen.p50,
             .p95 = query.p95 + embed_->p95 - seen.p95,
             .p99 = query.p99 + embed_->p99 - seen.p99};
    cost.queries_per_s = query.mean > 0 ? 1000 / query.mean : 0;
  }

 private:
  std::optional<Session> session_;
  std::pair<std::filesystem::path, std::string> key_;
  std::optional<Percentiles> embed_;
};

double mean_over(const Evaluation& evaluation, const std::string& metric, const std::set<std::string>& tuning, bool tuned_on) {
  double sum = 0;
  std::size_t count = 0;
  for (const EvaluatedQuery& query : evaluation.queries)
    if (tuning.contains(query.id) == tuned_on) {
      sum += query.values.at(metric);
      ++count;
    }
  return count > 0 ? sum / static_cast<double>(count) : 0;
}

std::vector<std::string> judged_ids(const QuestionSet& questions) {
  std::vector<std::string> ids;
  for (const auto& [id, grades] : questions.qrels) ids.push_back(id);
  return ids;
}

// Those of one index, and of one reranker in it, next to each other.
std::vector<std::size_t> order_of_work(const std::vector<SweepConfiguration>& configurations) {
  std::vector<std::size_t> order(configurations.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return std::pair(index_key(configurations[i]), configurations[i].session.reranker); });
  return order;
}

}  // namespace

std::set<std::string> tuning_half(const std::vector<std::string>& ids, std::uint64_t seed) {
  std::vector<std::pair<std::string, std::string>> drawn;
  for (const std::string& id : ids) drawn.emplace_back(sha256_hex(std::to_string(seed) + '\n' + id), id);
  std::ranges::sort(drawn);
  std::set<std::string> half;
  for (std::size_t i = 0; i < drawn.size() / 2; ++i) half.insert(drawn[i].second);
  return half;
}

SweepResult sweep(const QuestionSet& questions, const SweepOptions& options, Progress& progress) {
  if (options.configurations.empty()) throw Error(ErrorKind::Usage, "rag eval sweep: nothing to try");
  if (options.metrics.empty()) throw Error(ErrorKind::Usage, "rag eval sweep: no metric to tune");
  if (questions.qrels.size() < 2)
    throw Error(ErrorKind::Usage, questions.qrels_name + ": one judged question, expected at least two: one half is tuned on, the other one measured");
  const std::string& metric = options.metrics.front().name;
  SweepResult result{.tuning = tuning_half(judged_ids(questions), options.seed), .points = std::vector<SweepPoint>(options.configurations.size())};

  const bool by_parts = !options.gold.empty() && !judges_documents_only(options.gold);
  const GoldQuestions gold{.queries = questions.queries, .gold = options.gold, .queries_name = questions.queries_name, .gold_name = questions.qrels_name};
  std::map<IndexKey, CorpusIndex> made;
  OpenIndex open;
  std::size_t number = 0;
  for (const std::size_t i : order_of_work(options.configurations)) {
    throw_if_interrupted();
    PartOfSweep part(progress, ++number, options.configurations.size());
    const SweepConfiguration& configuration = options.configurations[i];
    const IndexKey key = index_key(configuration);
    if (!made.contains(key)) {
      BeirDataset dataset;
      dataset.corpus = options.corpus;
      const CorpusIndex& index =
          made.emplace(key, index_corpus(dataset, configuration.model, configuration.session.embedder, configuration.cutting, part)).first->second;
      // Before a session opens it: those that search exactly come by it as well.
      for (const SweepConfiguration& other : options.configurations)
        if (index_key(other) == key && other.retrieve.mode != SearchMode::Lexical) update_vector_lists(index.directory, other.retrieve.vectors, part);
      if (made.size() == 1)
        for (ReasonList::Cursor reasons(index.report.skipped); const auto skip = reasons.next();) result.losses.push_back(skip->uri + ": " + skip->reason);
    }
    const CorpusIndex& index = made.at(key);
    Session& session = open.session(configuration, index.directory, questions.queries.size());
    MeasureOptions measure{.session = configuration.session, .retrieve = configuration.retrieve, .depth = options.depth, .first = 0, .metrics = options.metrics};
    measure.session.index = index.directory;
    measure.drop_self_hits = options.drop_self_hits;
    MeasuredRetrieval measured = by_parts ? measure_gold(session, gold, {.measure = std::move(measure)}, part) : measure_retrieval(session, questions, measure, part);
    open.give_embedding_its_cost(measured.cost, configuration.retrieve.mode);
    if (index.report.chunks_embedded > 0 && index.report.seconds > 0)
      measured.cost.chunks_per_s = static_cast<double>(index.report.chunks_embedded) / index.report.seconds;
    result.points[i] = {.tuned = mean_over(measured.evaluation, metric, result.tuning, true),
                        .reported = mean_over(measured.evaluation, metric, result.tuning, false),
                        .evaluation = std::move(measured.evaluation),
                        .cost = measured.cost};
  }
  progress.update("", number, number);

  std::vector<QualityAtCost> tried;
  for (SweepPoint& point : result.points) tried.push_back({.quality = point.tuned, .cost = point.cost.stages_ms["query"].p50});
  result.front = pareto_front(tried);
  for (std::size_t i = 1; i < tried.size(); ++i)
    if (tried[i].quality > tried[result.best].quality) result.best = i;
  return result;
}

}  // namespace rag
