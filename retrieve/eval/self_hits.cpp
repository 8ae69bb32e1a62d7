#include "retrieve/eval/self_hits.h"

namespace rag {

std::size_t drop_self_hits(Qrels& qrels) {
  std::size_t dropped = 0;
  for (auto& [query, grades] : qrels) dropped += grades.erase(query);
  return dropped;
}

std::size_t drop_self_hits(Run& run) {
  std::size_t dropped = 0;
  for (auto& found : run)
    dropped += std::erase_if(found.second, [&](const ScoredDocument& document) { return document.document == found.first; });
  return dropped;
}

}  // namespace rag
