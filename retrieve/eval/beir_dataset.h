#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "retrieve/eval/judgements.h"

namespace rag {

// Where the parts of a collection in the BEIR layout lie, and what its dataset.json says of it, if there is one:
//     {"name": "arguana", "drop_self_hits": true, "about": "whatever people should know"}
struct BeirDataset {
  std::string name;               // the folder's own where dataset.json gives none
  std::string split;
  std::filesystem::path corpus;   // corpus.jsonl
  std::filesystem::path queries;  // queries.jsonl
  std::filesystem::path qrels;    // qrels/SPLIT.tsv
  std::filesystem::path answers;  // answers.jsonl; empty where there is none
  bool drop_self_hits = false;    // questions are documents of the corpus: a document named as the query is never counts
};

// Throws Error(Usage) naming the part that is missing, and where it is a split, those that are there; and for a dataset.json that cannot be
// read or says something else.
BeirDataset open_beir_dataset(const std::filesystem::path& folder, const std::string& split = "test");

// What does not fit together in a collection.  Each is worth a line to the user; none of it stops an evaluation, which counts
// judged queries without a text as missing (0), as trec_eval -c does.
struct DatasetGaps {
  std::vector<std::string> unjudged_queries;                              // have a text, but no judgements: not asked
  std::vector<std::string> judged_without_text;                           // have judgements, but no text: cannot be asked
  std::vector<std::pair<std::string, std::string>> documents_not_stored;  // query, document judged relevant that the corpus lacks

  bool empty() const { return unjudged_queries.empty() && judged_without_text.empty() && documents_not_stored.empty(); }
};

// `corpus_ids` are the ids of the documents that were indexed.
DatasetGaps find_dataset_gaps(const std::vector<EvalQuery>& queries, const Qrels& qrels, const std::set<std::string>& corpus_ids);

}  // namespace rag
