#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/wording.h"
#include "retrieve/eval/judgements.h"

namespace rag {

struct ForeignRunOptions {
  std::vector<EvalQuery> queries;  // to find a question's id by its text, or by its place where answers bear no name
  std::string query_id;            // of the one answer of a file without names
  std::string document_field;      // "metadata.source": what names a document; "": what is usual for the format
};

struct ForeignRun {
  Run run;
  std::vector<Wording> notes;  // what was left out, joined or made up, a line each
};

// A ranking of another engine, from its JSON or JSON Lines:
//   Elasticsearch, OpenSearch   _search, _msearch, or a line of either for each question
//   LlamaIndex, LangChain       lists of nodes with scores, of documents, or of [document, score]
//   anything else               {"query": ..., "results": [{"id": ..., "score": ...}]}, {"q1": {"d1": 0.5}}, {"q1": [...]}
// Chunks of a document are rolled up to it by their best.  Where no hit of an answer has a score, the order counts.
//
// Throws Error(Usage), naming the file, where that is none of these, or a question or a document has no name.
ForeignRun read_foreign_run(const std::filesystem::path& file, const ForeignRunOptions& options);

// The same, or TREC's six columns where the file is not JSON.
ForeignRun read_any_run(const std::filesystem::path& file, const ForeignRunOptions& options);

}  // namespace rag
