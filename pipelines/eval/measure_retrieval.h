#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/progress.h"
#include "pipelines/eval/evaluation.h"
#include "pipelines/session.h"

namespace rag {

// The questions of an evaluation and what is right for them.
struct QuestionSet {
  std::vector<EvalQuery> queries;
  Qrels qrels;
  std::string queries_name, qrels_name;  // of the files, for messages
};

struct MeasureOptions {
  SessionOptions session;
  RetrieveOptions retrieve;     // `k` and `candidates` are raised to what `depth` needs
  std::size_t depth = 100;      // documents kept per query
  std::size_t first = 0;        // only so many of the judged queries; 0: all
  bool drop_self_hits = false;  // documents named as the query is are left out of run and judgements
  std::vector<Metric> metrics;
  bool looked_through = false;  // check_collection has told of judged queries without a text and of documents that are not stored: no notes on them
};

struct MeasuredRetrieval {
  Evaluation evaluation;  // without name and version
  EvaluationCost cost;    // chunks_per_s is the caller's to fill in
  Run run;
};

// Asks the judged queries of an index and scores what comes back.  Judgements name documents by id or by uri, whichever fits more of them.
// Throws Error(Usage) for an empty index, and where no query is judged.
MeasuredRetrieval measure_retrieval(const QuestionSet& questions, const MeasureOptions& options, Progress& progress);
// In a session of those options that is open already, and remembers.
MeasuredRetrieval measure_retrieval(Session& session, const QuestionSet& questions, const MeasureOptions& options, Progress& progress);

Wording note_on_missing_text(const std::string& query);
Wording note_on_limit(std::size_t first);

// What every evaluation of an index says of how it was made, and what it cost.  `retrieve`: as the questions were asked; `gold`: its fingerprint.
std::map<std::string, std::string> configuration_of(const MeasureOptions& options, const RetrieveOptions& retrieve);
std::map<std::string, std::string> fingerprints_of(const IndexReader& index, const MeasureOptions& options, const std::vector<EvalQuery>& queries,
                                                   const std::string& gold);
// The bytes of vector lists count where these questions look into them.
EvaluationCost cost_of(const StageTimes& times, std::size_t queries, double seconds, const IndexReader& index, const RetrieveOptions& retrieve);

}  // namespace rag
