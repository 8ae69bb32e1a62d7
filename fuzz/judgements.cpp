// Judgements, rankings and questions as evaluation reads them, and the names of measures.
#include "fuzz.h"
#include "in_memory.h"
#include "retrieve/eval/judgements.h"
#include "retrieve/eval/metric.h"

FUZZ(bytes) {
  const rag::fuzz::MemoryFile file(bytes);
  rag::fuzz::attempt([&] { rag::read_qrels(file.path()); });
  rag::fuzz::attempt([&] { rag::read_queries(file.path()); });
  rag::fuzz::attempt([&] {
    for (auto& [query, documents] : rag::read_run(file.path())) {
      std::vector<rag::ScoredDocument> ordered = rag::trec_order(documents);
      rag::separate_scores(ordered);
      for (std::size_t i = 1; i < ordered.size(); ++i) rag::fuzz::require(static_cast<float>(ordered[i].score) < static_cast<float>(ordered[i - 1].score));
    }
  });
  rag::fuzz::attempt([&] {
    const rag::Metric metric = rag::parse_metric(std::string(bytes.substr(0, 200)));
    rag::fuzz::require(rag::parse_metric(metric.name).name == metric.name);
  });
}
