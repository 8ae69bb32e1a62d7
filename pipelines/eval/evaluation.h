#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/wording.h"
#include "generate/eval/answer_measures.h"
#include "pipelines/eval/stage_times.h"
#include "retrieve/eval/judgements.h"
#include "retrieve/eval/metrics.h"

namespace rag {

// What should have been answered, and what was.
struct AnsweredQuestion {
  GoldQuestion question;
  GivenAnswer answer;
};

// One question of an evaluation: what was asked, what should have been found and what was.
struct EvaluatedQuery {
  std::string id;
  std::string text;                      // "" where a run of somebody else's was scored without its questions
  std::map<std::string, double> values;  // metric -> value; in an evaluation of answers only those that are defined for this question
  std::map<std::string, int> relevant;   // document -> grade, those with a grade above 0
  std::vector<ScoredDocument> found;     // the first kFoundKept, best first
  std::shared_ptr<const AnsweredQuestion> answered = nullptr;  // in an evaluation of answers, which leaves `relevant` and `found` empty
};
inline constexpr std::size_t kFoundKept = 10;

// What people call a document, or a part of one, that an evaluation names by id, uri or "uri#begin-end".
struct ShownDocument {
  std::string title;    // "" where the name says it itself
  std::string uri;      // likewise
  std::string extract;  // of a page, span or chunk: its beginning, on one line; "" of a whole document
  const std::string& name() const { return title.empty() ? uri : title; }  // "" where there is nothing better than what it is named by
};

// What an evaluation found, with all that another run must share to be comparable.  Holds nothing that changes from one run of the same
// command to the next: no time, no duration, no path of this machine.
struct Evaluation {
  std::string name;                                    // in tables; "" for the file's name
  std::string version;                                 // of rag
  std::string dataset, split;                          // "" where files were named one by one
  std::map<std::string, std::string> configuration;    // what was chosen: mode, depth, dense-weight ...
  std::map<std::string, std::string> fingerprints;     // SHA-256 or names: corpus, queries, gold, encoder, reranker, chunker, analyzer
  std::vector<std::string> metrics;                    // canonical names in the order they were asked for
  std::map<std::string, double> means;                 // over all judged queries
  std::size_t judged = 0;                              // how many those are
  std::vector<EvaluatedQuery> queries;                 // the judged ones, by id; none where figures are all that was wanted
  std::map<std::string, ShownDocument> documents;      // of those that they expect or found; empty where a run was scored, and in files of older builds
  std::vector<std::string> missing, unjudged, without_relevant;  // as in EvalReport
  std::vector<Wording> notes;                          // gaps in the data, a line each
  std::vector<std::string> findings;                   // what a look at the collection found before (CollectionCheck), a line each
  std::map<std::string, std::uint64_t> seeds;          // of whatever was drawn by chance; empty where nothing was

  // An evaluation of answers, as its file has it.  `metrics` are those that every question has by itself and of which more is better.
  bool of_answers = false;
  std::vector<MeasureMean> figures = {};                           // its whole table, with what only a set of questions has: aurc, refusal_f1 ...
  std::vector<std::pair<double, double>> risk_coverage = {};       // coverage and risk, by rising coverage
};

// What it cost, which is another number every time.
struct EvaluationCost {
  std::map<std::string, Percentiles> stages_ms;  // embed, dense, lexical, fuse, rerank, query
  double queries_per_s = 0;
  std::uint64_t peak_memory_bytes = 0;  // of this process, resident
  std::uint64_t index_bytes = 0;        // on disk
  double chunks_per_s = 0;              // embedded in this run; 0 where nothing was
  double context_tokens = 0;            // of the first ten chunks of a question, mean; 0 where documents were ranked
  double context_bytes = 0;
};

// An Evaluation of figures that are there.
Evaluation evaluation_of(EvalReport report, const std::vector<Metric>& metrics, const std::vector<EvalQuery>& queries, const Qrels& qrels, const Run& run);
// Without what was asked, expected and found, which is more work than measuring; without `queries` where the report has means only.
Evaluation figures_of(EvalReport report, const std::vector<Metric>& metrics);

}  // namespace rag
