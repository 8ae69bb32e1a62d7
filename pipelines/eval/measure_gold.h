#pragma once

#include <string>
#include <vector>

#include "pipelines/eval/measure_retrieval.h"
#include "retrieve/eval/gold.h"
#include "retrieve/eval/gold_metrics.h"

namespace rag {

struct GoldQuestions {
  std::vector<EvalQuery> queries;
  std::vector<GoldItem> gold;
  std::string queries_name, gold_name;  // of the files, for messages
};

struct GoldMeasureOptions {
  MeasureOptions measure;  // `depth` counts chunks
  double overlap = kOverlap;
  std::vector<std::size_t> budgets;  // tokens of context: "R@1000tokens"
};

// Whether every item is a whole document: then documents are ranked, as judgements in a qrels file are measured.
bool judges_documents_only(const std::vector<GoldItem>& gold);
Qrels qrels_of(const std::vector<GoldItem>& gold);

// Asks the questions that have gold and scores the chunks that come back, by the metrics of `measure`, then recall within each budget, then
// BytePrecision@5 and @10.  Chunks are named "uri#begin-end" in the evaluation and the run.
// Throws Error(Usage) for an empty index, where no question has gold, and where the index has none of the gold.
MeasuredRetrieval measure_gold(const GoldQuestions& questions, const GoldMeasureOptions& options, Progress& progress);
// In a session of those options that is open already, and remembers.
MeasuredRetrieval measure_gold(Session& session, const GoldQuestions& questions, const GoldMeasureOptions& options, Progress& progress);

}  // namespace rag
