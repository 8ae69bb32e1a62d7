#include "pipelines/eval/run_queries.h"

#include <algorithm>
#include <span>

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
  std::vector<const EvalQuery*> asked;
  for (const EvalQuery& query : queries)
    if (!trim(query.text).empty()) asked.push_back(&query);  // others are reported as missing
  const std::size_t together = asked_together(options);
  for (std::size_t begin = 0; begin < asked.size(); begin += together) {
    throw_if_interrupted();
    progress.update("asking", begin, asked.size());
    const auto some = std::span(asked).subspan(begin, std::min(together, asked.size() - begin));
    std::vector<std::string> texts;
    for (const EvalQuery* query : some) texts.push_back(query->text);
    std::vector<RetrieveTimings> timings;
    std::vector<std::vector<Passage>> passages = session.search_many(texts, options, &timings);
    for (std::size_t i = 0; i < some.size(); ++i) {
      add_times(timings[i], times);
      visit(*some[i], std::move(passages[i]));
    }
  }
  progress.update("", asked.size(), asked.size());
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
