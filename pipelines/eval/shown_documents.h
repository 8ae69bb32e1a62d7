#pragma once

#include <map>
#include <string>

#include "index/index_reader.h"
#include "pipelines/eval/evaluation.h"
#include "retrieve/eval/gold_places.h"

namespace rag {

// What people call the documents that the queries of an evaluation expect or found; those the index does not have are left out.  `by_uri`: the
// evaluation names them by uri, else by id.
std::map<std::string, ShownDocument> shown_documents(const Evaluation& evaluation, const IndexReader& index, bool by_uri);

// The same where pages, spans and chunks are named; `places` says where each of them lies.
std::map<std::string, ShownDocument> shown_parts(const Evaluation& evaluation, const IndexReader& index, const std::map<std::string, GoldPlace>& places);

// Of `documents`, those that a query expects or found.
void add_shown(const std::map<std::string, ShownDocument>& documents, const std::map<std::string, int>& relevant, const std::vector<ScoredDocument>& found,
               std::map<std::string, ShownDocument>& shown);

}  // namespace rag
