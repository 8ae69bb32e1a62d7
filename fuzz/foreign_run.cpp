// A ranking of another engine.
#include <cmath>

#include "fuzz.h"
#include "in_memory.h"
#include "pipelines/eval/import/foreign_run.h"

FUZZ(bytes) {
  const rag::fuzz::MemoryFile file(bytes);
  const rag::ForeignRun read = rag::read_any_run(file.path(), {.queries = {{"q1", "words"}, {"q2", "more"}}, .query_id = bytes.size() % 2 == 0 ? "q1" : ""});
  for (const auto& [query, documents] : read.run) {
    rag::fuzz::require(!query.empty());
    for (const rag::ScoredDocument& document : documents) rag::fuzz::require(!document.document.empty() && !std::isnan(document.score));
  }
}
