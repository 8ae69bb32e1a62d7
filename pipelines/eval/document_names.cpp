#include "pipelines/eval/document_names.h"

#include <cstddef>

namespace rag {

DocumentNames::DocumentNames(const IndexReader& index) {
  index.for_each_document([&](const DocumentRecord& document) {
    ids.insert(document.id);
    uris.insert(document.uri);
  });
}

bool DocumentNames::judged_by_uri(const Qrels& qrels) const {
  std::size_t by_id = 0, by_uri = 0;
  for (const auto& [query, grades] : qrels)
    for (const auto& [document, grade] : grades) {
      by_id += ids.contains(document);
      by_uri += uris.contains(document);
    }
  return by_uri > by_id;
}

}  // namespace rag
