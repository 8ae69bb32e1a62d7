#pragma once

#include <set>
#include <string>

#include "index/index_reader.h"
#include "retrieve/eval/judgements.h"

namespace rag {

// How the documents of an index can be named by judgements.
struct DocumentNames {
  std::set<std::string> ids, uris;

  explicit DocumentNames(const IndexReader& index);

  // Whether more of the judged documents are known by uri than by id.
  bool judged_by_uri(const Qrels& qrels) const;
};

}  // namespace rag
