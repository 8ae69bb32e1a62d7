#include "pipelines/eval/measure_retrieval.h"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "core/error.h"
#include "pipelines/check_model.h"
#include "pipelines/eval/document_names.h"
#include "pipelines/eval/fingerprints.h"
#include "pipelines/eval/run_queries.h"
#include "retrieve/eval/beir_dataset.h"
#include "retrieve/eval/self_hits.h"

namespace rag {
namespace {

// Several chunks of a document roll up to one: look deeper than what is kept.
RetrieveOptions deep_enough(RetrieveOptions options, std::size_t depth) {
  options.k = std::max(options.k, 3 * depth);
  options.candidates = std::max(options.candidates, options.k);
  return options;
}

std::vector<std::string> notes_on(const DatasetGaps& gaps) {
  std::vector<std::string> notes;
  for (const std::string& query : gaps.judged_without_text) notes.push_back("query " + query + ": judged, but its text is missing; counts 0");
  for (const auto& [query, document] : gaps.documents_not_stored)
    notes.push_back("query " + query + ": document " + document + " is judged relevant but not in the collection");
  return notes;
}

const char* mode_name(SearchMode mode) { return mode == SearchMode::Dense ? "dense" : mode == SearchMode::Lexical ? "lexical" : "hybrid"; }

std::string shortest(double value) {
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

std::map<std::string, std::string> configuration_of(const MeasureOptions& options, const RetrieveOptions& retrieve) {
  std::map<std::string, std::string> chosen = {{"mode", mode_name(retrieve.mode)},
                                               {"depth", std::to_string(options.depth)},
                                               {"candidates", std::to_string(retrieve.candidates)},
                                               {"copies", retrieve.fold_copies ? "once" : "each"},
                                               {"filter", retrieve.filter}};
  if (retrieve.mode == SearchMode::Hybrid) {
    chosen["fusion"] = retrieve.fusion.method == FusionMethod::Convex ? "convex" : "rrf";
    chosen["dense-weight"] = shortest(retrieve.fusion.dense_weight);
  }
  if (retrieve.mode != SearchMode::Dense) {
    chosen["k1"] = shortest(retrieve.bm25.k1);
    chosen["characters-k1"] = shortest(retrieve.bm25.characters_k1);
    chosen["b"] = shortest(retrieve.bm25.b);
  }
  if (retrieve.mode != SearchMode::Lexical) chosen["precision"] = precision_name(options.session.embedder.precision.value_or(default_precision()));
  if (!options.session.reranker.empty()) chosen["rerank-depth"] = std::to_string(retrieve.rerank_depth);
  if (retrieve.max_per_document > 0) chosen["max-per-document"] = std::to_string(retrieve.max_per_document);
  if (options.first > 0) chosen["limit"] = std::to_string(options.first);
  if (options.drop_self_hits) chosen["self-hits"] = "dropped";
  return chosen;
}

std::uint64_t folder_bytes(const std::filesystem::path& folder) {
  std::uint64_t bytes = 0;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, ignored))
    if (entry.is_regular_file(ignored)) bytes += entry.file_size(ignored);
  return bytes;
}

std::uint64_t peak_memory() {
  struct rusage usage {};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

}  // namespace

MeasuredRetrieval measure_retrieval(const QuestionSet& questions, const MeasureOptions& options, Progress& progress) {
  Session session(options.session);
  return measure_retrieval(session, questions, options, progress);
}

MeasuredRetrieval measure_retrieval(Session& session, const QuestionSet& questions, const MeasureOptions& options, Progress& progress) {
  const DocumentNames names(session.index());
  if (names.ids.empty()) throw Error(ErrorKind::Usage, options.session.index.string() + ": the collection is empty; there is nothing to measure");
  const bool by_uri = names.judged_by_uri(questions.qrels);
  const DatasetGaps gaps = find_dataset_gaps(questions.queries, questions.qrels, by_uri ? names.uris : names.ids);
  std::vector<std::string> notes = notes_on(gaps);

  Qrels judged = questions.qrels;
  if (options.drop_self_hits) drop_self_hits(judged);
  std::vector<EvalQuery> queries = questions.queries;
  std::erase_if(queries, [&](const EvalQuery& query) { return !judged.contains(query.id); });
  if (queries.empty())
    throw Error(ErrorKind::Usage, questions.qrels_name + ": judges none of the queries of " + questions.queries_name);
  if (options.first > 0 && queries.size() > options.first) {
    queries.resize(options.first);
    std::set<std::string> kept;
    for (const EvalQuery& query : queries) kept.insert(query.id);
    std::erase_if(judged, [&](const auto& entry) { return !kept.contains(entry.first); });
    notes.push_back("only the first " + std::to_string(options.first) + " judged queries were asked (--limit)");
  }

  const std::size_t asked = options.depth + options.drop_self_hits;  // one is dropped at most
  const RetrieveOptions retrieve = deep_enough(options.retrieve, asked);
  const auto start = std::chrono::steady_clock::now();
  RetrievalRun run = run_queries(session, queries, retrieve, asked, by_uri, progress);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

  if (options.drop_self_hits) {
    drop_self_hits(run.run);
    for (auto& [query, documents] : run.run)
      if (documents.size() > options.depth) documents.resize(options.depth);
  }

  EvalReport report = evaluate(judged, run.run, options.metrics);
  report.unjudged = gaps.unjudged_queries;
  MeasuredRetrieval measured{.evaluation = evaluation_of(report, options.metrics, queries, judged, run.run), .cost = {}, .run = std::move(run.run)};
  measured.evaluation.notes = std::move(notes);
  measured.evaluation.configuration = configuration_of(options, retrieve);
  const IndexSettings settings = session.index().settings();
  measured.evaluation.fingerprints = {{"corpus", corpus_fingerprint(session.index())},
                                      {"queries", fingerprint_of(queries)},
                                      {"gold", fingerprint_of(judged)},
                                      {"encoder", settings.embedder},
                                      {"chunker", settings.chunker},
                                      {"analyzer", settings.analyzer},
                                      {"reranker", options.session.reranker}};
  measured.cost = {.stages_ms = run.times.summary(),
                   .queries_per_s = seconds > 0 ? static_cast<double>(queries.size()) / seconds : 0,
                   .peak_memory_bytes = peak_memory(),
                   .index_bytes = folder_bytes(options.session.index)};
  return measured;
}

}  // namespace rag
