#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/progress.h"
#include "pipelines/eval/measure_retrieval.h"
#include "pipelines/index_folder.h"
#include "retrieve/eval/gold.h"

namespace rag {

// One way to index and to search.
struct SweepConfiguration {
  std::map<std::string, std::string> settings;  // by their names in rag.toml: what it is called
  std::string model;
  IndexFolderOptions cutting;
  RetrieveOptions retrieve;
  SessionOptions session;  // without the index
};

struct SweepOptions {
  std::filesystem::path corpus;  // corpus.jsonl or a folder
  std::vector<SweepConfiguration> configurations;
  std::vector<Metric> metrics;   // the first is tuned
  std::vector<GoldItem> gold;    // where it names parts of documents, chunks are measured by it, and the questions' judgements only say which are judged
  std::size_t depth = 100;
  std::uint64_t seed = 1;        // which half of the questions is tuned on
  bool drop_self_hits = false;   // as in MeasureOptions
};

struct SweepPoint {
  double tuned = 0;     // mean of the first metric over the half that is tuned on
  double reported = 0;  // over the other half: nothing was chosen by it
  Evaluation evaluation;
  EvaluationCost cost;  // a question's vector costs what it cost the first time
};

struct SweepResult {
  std::set<std::string> tuning;     // ids of the questions that were tuned on
  std::vector<SweepPoint> points;   // one a configuration, in their order
  std::size_t best = 0;             // highest `tuned`, the first of equal ones
  std::vector<std::size_t> front;   // pareto_front() of `tuned` and the median time of a question
  std::vector<std::string> losses;  // files of the corpus that could not be read, each with the reason
};

// Half of the ids, of an odd number the smaller half, drawn by `seed`: the same on every machine, whatever their order.
std::set<std::string> tuning_half(const std::vector<std::string>& ids, std::uint64_t seed);

// Tries each configuration on all judged questions.  What does not change is computed once: an index serves all configurations that cut and
// encode alike (it stays in evaluation_cache()), with one set of vector lists where some look into them, a question's vector all that ask this index.
// Throws Error(Usage) for fewer than two judged questions, and where there is no configuration or no metric.
SweepResult sweep(const QuestionSet& questions, const SweepOptions& options, Progress& progress);

}  // namespace rag
