#include "fuzz.h"
#include "ingest/ignore_rules.h"

FUZZ(bytes) {
  const std::size_t middle = bytes.size() / 2;
  rag::IgnoreRules(bytes.substr(0, middle)).judge(bytes.substr(middle), bytes.size() % 2 == 0);
}
