#include "pipelines/eval/run_queries.h"

#include "core/interrupt.h"
#include "core/text.h"
#include "retrieve/eval/roll_up.h"

namespace rag {
namespace {

std::vector<ScoredDocument> rolled_up(std::vector<Passage> passages, bool by_uri, std::size_t depth) {
  if (by_uri)
    for (Passage& passage : passages) passage.chunk.document_id = passage.uri;
  std::vector<ScoredDocument> documents = roll_up(passages);
  if (documents.size() > depth) documents.resize(depth);
  return documents;
}

void add_times(const RetrieveTimings& timings, StageTimes& times) {
  times.add("embed", timings.embed_ms);
  times.add("dense", timings.dense_ms);
  times.add("lexical", timings.lexical_ms);
  times.add("fuse", timings.fuse_ms);
  times.add("rerank", timings.rerank_ms);
  times.add("query", timings.embed_ms + timings.dense_ms + timings.lexical_ms + timings.fuse_ms + timings.rerank_ms);
}

}  // namespace

StageTimes ask_queries(Session& session, const std::vector<EvalQuery>& queries, const RetrieveOptions& options, Progress& progress,
                       const std::function<void(const EvalQuery& query, std::vector<Passage> passages)>& visit) {
  StageTimes times;
  std::size_t done = 0;
  for (const EvalQuery& query : queries) {
    throw_if_interrupted();
    progress.update("asking", done++, queries.size());
    if (trim(query.text).empty()) continue;  // reported as missing
    RetrieveTimings timings;
    std::vector<Passage> passages = session.search(query.text, options, &timings);
    add_times(timings, times);
    visit(query, std::move(passages));
  }
  progress.update("", queries.size(), queries.size());
  return times;
}

RetrievalRun run_queries(Session& session, const std::vector<EvalQuery>& queries, const RetrieveOptions& options, std::size_t depth, bool by_uri,
                         Progress& progress) {
  RetrievalRun result;
  result.times = ask_queries(session, queries, options, progress, [&](const EvalQuery& query, std::vector<Passage> passages) {
    auto documents = rolled_up(std::move(passages), by_uri, depth);
    if (!documents.empty()) result.run.emplace(query.id, std::move(documents));
  });
  return result;
}

}  // namespace rag
