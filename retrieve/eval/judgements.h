#pragma once

#include <cstddef>
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

// Every reader throws Error(Usage), naming the file and the line, for what it cannot read; blank lines are passed over, as are a
// byte order mark and carriage returns.

// Tab-separated query id, document id and grade with or without a header line (BEIR), or TREC's four columns: query id, anything,
// document id, grade.  The same judgement twice is taken once; two different grades for one document are an error.
Qrels read_qrels(const std::filesystem::path& file);

// TREC's six columns: query id, "Q0", document id, rank, score, name of the run.  The rank is not looked at, as trec_eval does not.
// A document twice under one query is an error, as in trec_eval.  An empty file is an empty run.
Run read_run(const std::filesystem::path& file);

// Keeps each query's order by writing scores that fall strictly (see separate_scores).  Throws Error(Usage) where an id is empty
// or holds white space, which the format cannot, or a document comes twice.
void write_run(const std::filesystem::path& file, const Run& run, const std::string& tag);

// JSON Lines with `_id` and `text` or `question`, or id TAB text with or without a header line.  An id twice is an error.
std::vector<EvalQuery> read_queries(const std::filesystem::path& file);

// Documents as trec_eval 9.0.8 ranks them: by score rounded to 32 bits, ties by document id, both descending.
std::vector<ScoredDocument> trec_order(std::vector<ScoredDocument> documents);
// The same as places in `documents`, the best first.
std::vector<std::size_t> trec_places(const std::vector<ScoredDocument>& documents);

// Lowers scores by as little as makes each smaller than the one before, in 32 bits, so that every tool ranks the documents as
// they stand here.  A score that is no number counts as the smallest.
void separate_scores(std::vector<ScoredDocument>& documents);

}  // namespace rag
