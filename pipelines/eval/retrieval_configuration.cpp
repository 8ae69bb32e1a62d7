#include "pipelines/eval/retrieval_configuration.h"

#include "core/listing.h"
#include "core/shortest_number.h"
#include "pipelines/check_model.h"

namespace rag {
namespace {

const char* method_name(VectorMethod method) { return method == VectorMethod::Exact ? "exact" : method == VectorMethod::Ivf ? "ivf" : "auto"; }
const char* mode_name(SearchMode mode) { return mode == SearchMode::Dense ? "dense" : mode == SearchMode::Lexical ? "lexical" : "hybrid"; }

}  // namespace

std::map<std::string, std::string> retrieval_configuration(const RetrieveOptions& retrieve, const SessionOptions& session) {
  std::map<std::string, std::string> chosen = {{"mode", mode_name(retrieve.mode)},
                                               {"candidates", std::to_string(retrieve.candidates)},
                                               {"copies", retrieve.fold_copies ? "once" : "each"},
                                               {"filter", retrieve.filter}};
  if (retrieve.mode == SearchMode::Hybrid) {
    chosen["fusion"] = retrieve.fusion.method == FusionMethod::Convex ? "convex" : "rrf";
    chosen["dense-weight"] = shortest_number(retrieve.fusion.dense_weight);
  }
  if (retrieve.mode != SearchMode::Dense) {
    chosen["k1"] = shortest_number(retrieve.bm25.k1);
    chosen["characters-k1"] = shortest_number(retrieve.bm25.characters_k1);
    chosen["b"] = shortest_number(retrieve.bm25.b);
  }
  if (retrieve.mode != SearchMode::Lexical) {
    chosen["precision"] = precision_name(precision_of(session.embedder));
    chosen["vectors"] = method_name(retrieve.vectors.method);
    if (retrieve.vectors.method != VectorMethod::Exact && retrieve.vectors.probes > 0) chosen["probes"] = std::to_string(retrieve.vectors.probes);
  }
  if (retrieve.groups) chosen["as"] = joined(*retrieve.groups);
  if (!session.reranker.empty()) chosen["rerank-depth"] = std::to_string(retrieve.rerank_depth);
  if (retrieve.max_per_document > 0) chosen["max-per-document"] = std::to_string(retrieve.max_per_document);
  return chosen;
}

}  // namespace rag
