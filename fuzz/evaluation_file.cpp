// A file of 'rag eval' from somewhere: what is read and written again is read as the same.
#include "fuzz.h"
#include "in_memory.h"
#include "pipelines/eval/evaluation_file.h"

FUZZ(bytes) {
  const rag::fuzz::MemoryFile file(bytes);
  const std::string written = rag::evaluation_json(rag::read_evaluation(file.path()));
  const rag::fuzz::MemoryFile again(written);
  try {
    rag::fuzz::require(rag::evaluation_json(rag::read_evaluation(again.path())) == written);
  } catch (const rag::Error&) {
    rag::fuzz::require(false);
  }
}
