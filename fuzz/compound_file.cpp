#include "fuzz.h"
#include "ingest/compound_file.h"

FUZZ(bytes) {
  const rag::CompoundFile file(bytes, "DOC");
  for (const std::string& path : file.streams()) {
    rag::fuzz::attempt([&] { rag::fuzz::require(file.read(path).size() == file.size(path)); });
  }
}
