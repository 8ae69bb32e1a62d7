#include "pipelines/document_id.h"

#include "core/hash.h"

namespace rag {

std::string derived_id(const DocumentName& name, int attempt) {
  std::string hashed = attempt == 0 ? name.uri : name.source + '\n' + name.uri;
  if (attempt > 1) hashed += '\n' + name.file_uri + '\n' + std::to_string(attempt);
  return sha256_hex(hashed).substr(0, 12);
}

}  // namespace rag
