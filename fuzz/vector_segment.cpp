#include "fuzz.h"
#include "in_memory.h"
#include "index/vector_segment.h"

FUZZ(bytes) {
  const rag::fuzz::MemoryFile file(bytes);
  const rag::VectorSegment segment(rag::MappedFile(file.path()), "fuzz.vec");
  if (segment.rows() > 0) segment.vectors(0, segment.rows());
}
