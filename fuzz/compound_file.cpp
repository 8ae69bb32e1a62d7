#include "fuzz.h"
#include "ingest/compound_file.h"

FUZZ(bytes) {
  const rag::CompoundFile file(bytes, "DOC");
  for (const std::string& path : file.streams()) {
    try {
      rag::fuzz::require(file.read(path).size() == file.size(path));
    } catch (const rag::Error&) {
    }
  }
}
