#include "fuzz.h"
#include "in_memory.h"
#include "index/lexical_segment.h"

FUZZ(bytes) {
  const rag::fuzz::MemoryFile file(bytes);
  rag::open_lexical_segment(rag::MappedFile(file.path()), "fuzz.lex")->chunk_ids();
}
