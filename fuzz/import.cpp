// Collections of other formats; the first byte says which.
#include "../tests/silent_progress.h"
#include "fuzz.h"
#include "in_memory.h"
#include "pipelines/eval/import/import.h"

FUZZ(bytes) {
  if (bytes.empty()) return;
  const int kind = static_cast<unsigned char>(bytes[0]) % 4;
  const rag::fuzz::MemoryFile file(bytes.substr(1)), qrels("1\t0\td\t1\n");
  rag::test::Silent silent;
  rag::CollectionWriter out(rag::fuzz::folder() / "collection", "test");
  if (kind == 0) rag::import_squad(file.path(), out);
  if (kind == 1) rag::import_table(file.path(), out);
  if (kind == 2) rag::import_topics({.topics = file.path(), .qrels = qrels.path(), .corpus = {}, .field = "title+desc"}, out, silent);
  if (kind == 3) rag::import_topics({.topics = qrels.path(), .qrels = qrels.path(), .corpus = {file.path()}}, out, silent);
}
