#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/passage.h"
#include "pipelines/session.h"
#include "retrieve/eval/judgements.h"

namespace rag {

// A passage that somebody is to judge for a question.
struct PooledPassage {
  std::string document;      // its uri
  std::string content_hash;  // of the document
  std::string title;
  std::vector<std::string> heading_path;
  int page = 0;
  Span span;
  std::string text;
};

// What takes part in the pool: rankings of indexes in several modes, and runs of any system, whose documents are shown by their best
// passage.
struct PoolOptions {
  std::vector<SessionOptions> indexes;  // the first one has the documents of the runs
  std::vector<SearchMode> modes;
  std::vector<Run> runs;
  RetrieveOptions retrieve;
  std::size_t depth = 10;  // of each ranking
};

// Pools rankings as collections are judged (Spärck Jones and van Rijsbergen 1975): the first `depth` of each system, each passage once. One
// that shares half of the smaller of the two with another counts as the same, the shorter stays.  Ordered by the best rank in any ranking,
// then by place, so that nothing tells which system found it.
class LabelPool {
 public:
  explicit LabelPool(PoolOptions options);
  std::vector<PooledPassage> passages_for(const EvalQuery& query);

 private:
  PoolOptions options_;
  std::vector<std::unique_ptr<Session>> sessions_;
};

}  // namespace rag
