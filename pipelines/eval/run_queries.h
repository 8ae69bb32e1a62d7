#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "core/progress.h"
#include "pipelines/eval/stage_times.h"
#include "pipelines/session.h"
#include "retrieve/eval/judgements.h"

namespace rag {

struct RetrievalRun {
  Run run;
  StageTimes times;  // embed, dense, lexical, fuse, rerank, and query: all of them
};

// Asks every query that has a text and hands on what was found.  The same stages as in RetrievalRun.  Where several
// are asked together (asked_together()), embed and dense are a question's share of that time.
StageTimes ask_queries(Session& session, const std::vector<EvalQuery>& queries, const RetrieveOptions& options, Progress& progress,
                       const std::function<void(const EvalQuery& query, std::vector<Passage> passages)>& visit);

// Asks every query and rolls chunks up to documents by their best.  `depth`: documents kept per query.
// With `by_uri`, documents are named by uri instead of id: for judgements on the files of a folder.
RetrievalRun run_queries(Session& session, const std::vector<EvalQuery>& queries, const RetrieveOptions& options, std::size_t depth, bool by_uri,
                         Progress& progress);

}  // namespace rag
