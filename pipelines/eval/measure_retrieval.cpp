#include "pipelines/eval/measure_retrieval.h"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "core/error.h"
#include "index/layout.h"
#include "pipelines/eval/document_names.h"
#include "pipelines/eval/fingerprints.h"
#include "pipelines/eval/retrieval_configuration.h"
#include "pipelines/eval/run_queries.h"
#include "pipelines/eval/shown_documents.h"
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

std::vector<Wording> notes_on(const DatasetGaps& gaps) {
  std::vector<Wording> notes;
  for (const std::string& query : gaps.judged_without_text) notes.push_back(note_on_missing_text(query));
  for (const auto& [query, document] : gaps.documents_not_stored)
    notes.push_back({"query " + query + ": document " + document + " is judged relevant but not in the collection",
                     "질문 " + query + ": 정답으로 판정된 문서 " + document + "이(가) 컬렉션에 없음"});
  return notes;
}

}  // namespace

Wording note_on_missing_text(const std::string& query) {
  return {"query " + query + ": judged, but its text is missing; counts 0", "질문 " + query + ": 판정은 있으나 질문 문장이 없어 0으로 셈"};
}

Wording note_on_limit(std::size_t first) {
  return {"only the first " + std::to_string(first) + " judged queries were asked (--limit)", "판정된 질문 중 처음 " + std::to_string(first) + "개만 물음 (--limit)"};
}

std::map<std::string, std::string> configuration_of(const MeasureOptions& options, const RetrieveOptions& retrieve) {
  std::map<std::string, std::string> chosen = retrieval_configuration(retrieve, options.session);
  chosen["depth"] = std::to_string(options.depth);
  if (options.first > 0) chosen["limit"] = std::to_string(options.first);
  if (options.drop_self_hits) chosen["self-hits"] = "dropped";
  return chosen;
}

namespace {

std::uint64_t folder_bytes(const std::filesystem::path& folder) {
  std::uint64_t bytes = 0;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, ignored))
    if (entry.is_regular_file(ignored)) bytes += entry.file_size(ignored);
  return bytes;
}

std::uint64_t index_bytes(const IndexReader& index, const RetrieveOptions& retrieve) {
  const std::uint64_t bytes = folder_bytes(index.directory());
  if (retrieve.mode != SearchMode::Lexical && index.vectors().searches_lists(retrieve.vectors)) return bytes;
  std::error_code ignored;
  const std::uintmax_t lists = std::filesystem::file_size(ivf_file(index.directory()), ignored);
  return ignored ? bytes : bytes - lists;
}

std::uint64_t peak_memory() {
  struct rusage usage {};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

}  // namespace

std::map<std::string, std::string> fingerprints_of(const IndexReader& index, const MeasureOptions& options, const std::vector<EvalQuery>& queries,
                                                   const std::string& gold) {
  const IndexSettings settings = index.settings();
  return {{"corpus", corpus_fingerprint(index)},
          {"queries", fingerprint_of(queries)},
          {"gold", gold},
          {"encoder", settings.embedder},
          {"chunker", settings.chunker},
          {"analyzer", settings.analyzer},
          {"reranker", options.session.reranker}};
}

EvaluationCost cost_of(const StageTimes& times, std::size_t queries, double seconds, const IndexReader& index, const RetrieveOptions& retrieve) {
  return {.stages_ms = times.summary(),
          .queries_per_s = seconds > 0 ? static_cast<double>(queries) / seconds : 0,
          .peak_memory_bytes = peak_memory(),
          .index_bytes = index_bytes(index, retrieve)};
}

MeasuredRetrieval measure_retrieval(const QuestionSet& questions, const MeasureOptions& options, Progress& progress) {
  Session session(options.session);
  return measure_retrieval(session, questions, options, progress);
}

MeasuredRetrieval measure_retrieval(Session& session, const QuestionSet& questions, const MeasureOptions& options, Progress& progress) {
  const DocumentNames names(session.index());
  if (names.ids.empty()) throw Error(ErrorKind::Usage, options.session.index.string() + ": the collection is empty; there is nothing to measure");
  const bool by_uri = names.judged_by_uri(questions.qrels);
  const DatasetGaps gaps = find_dataset_gaps(questions.queries, questions.qrels, by_uri ? names.uris : names.ids);
  std::vector<Wording> notes = options.looked_through ? std::vector<Wording>{} : notes_on(gaps);

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
    notes.push_back(note_on_limit(options.first));
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
  MeasuredRetrieval measured{.evaluation = evaluation_of(std::move(report), options.metrics, queries, judged, run.run), .cost = {}, .run = std::move(run.run)};
  measured.evaluation.notes = std::move(notes);
  measured.evaluation.configuration = configuration_of(options, retrieve);
  measured.evaluation.fingerprints = fingerprints_of(session.index(), options, queries, fingerprint_of(judged));
  measured.evaluation.documents = shown_documents(measured.evaluation, session.index(), by_uri);
  measured.cost = cost_of(run.times, queries.size(), seconds, session.index(), retrieve);
  return measured;
}

}  // namespace rag
