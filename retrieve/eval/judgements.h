#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace rag {

// query id -> document id -> grade; 0 or less: judged and not relevant.
using Qrels = std::map<std::string, std::map<std::string, int>>;

struct ScoredDocument {
  std::string document;
  double score = 0;
};

// query id -> its documents.
using Run = std::map<std::string, std::vector<ScoredDocument>>;

struct EvalQuery {
  std::string id;
  std::string text;
};

// The BEIR layout: corpus.jsonl, queries.jsonl, qrels/test.tsv.  Throws Error(Usage) naming the file and line that is missing or broken.
Qrels read_qrels(const std::filesystem::path& file);  // TSV with header, or TREC's four columns
Run read_run(const std::filesystem::path& file);      // TREC's six columns
void write_run(const std::filesystem::path& file, const Run& run, const std::string& tag);  // scores strictly decreasing
std::vector<EvalQuery> read_queries(const std::filesystem::path& file);  // JSON Lines with _id and text, or id TAB text

// Documents as trec_eval ranks them: by score, ties by document id, both descending.
std::vector<ScoredDocument> trec_order(std::vector<ScoredDocument> documents);

}  // namespace rag
