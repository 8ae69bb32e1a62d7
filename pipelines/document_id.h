#pragma once

#include <string>

namespace rag {

// The name of a document in an index: no two have the same, as no two ids are the same.
struct DocumentName {
  std::string source, file_uri, uri;
};

// The id of a document that brings none: the beginning of a hash, short enough to type.  The first one depends on the uri alone, so that the same
// folder has the same ids on every machine; the later ones are for a document that finds it taken.
std::string derived_id(const DocumentName& name, int attempt = 0);

}  // namespace rag
