#pragma once

#include <map>
#include <string>
#include <vector>

#include "retrieve/eval/judgements.h"
#include "retrieve/eval/metric.h"

namespace rag {

// One query's value, exactly as trec_eval 9.0.8 computes it; 0 where nothing is relevant or nothing was found.  What trec_eval lacks:
//   RR@k       its recip_rank over the first k documents (-M k)
//   R_cap@k    relevant ones among the first k, by k or by all there are, whichever is smaller (Thakur et al., "BEIR", 2021)
//   RBP(p)     Moffat and Zobel 2008, a document relevant or not; ir_measures calls it RBP(rel=1)
//   Judged@k   ir_measures': the judged share of the first k documents, or of all that were found where they are fewer
//   Hole@k     the rest of them: nobody judged them for this query; 0 where nothing was found
//   nDCG(dcg='exp-log2')   with gains of 2^grade - 1
double score_query(const Metric& metric, const std::map<std::string, int>& grades, const std::vector<ScoredDocument>& documents);

struct EvalReport {
  std::map<std::string, double> means;                             // metric -> mean over the judged queries
  std::map<std::string, std::map<std::string, double>> per_query;  // query -> metric -> value; empty where only means were asked for
  std::size_t queries = 0;                                         // judged queries, the divisor
  std::vector<std::string> missing;           // judged queries that the run does not answer: each counts 0 (trec_eval -c)
  std::vector<std::string> unjudged;          // queries of the run without judgements: left out
  std::vector<std::string> without_relevant;  // judged, but nothing relevant: count 0, as in trec_eval
};

// `means_only`: nobody wants the values query by query, which take longer to put into maps than to compute.
// Throws Error(Usage) where there are no judgements or no metrics.
EvalReport evaluate(const Qrels& qrels, const Run& run, const std::vector<Metric>& metrics, bool means_only = false);

}  // namespace rag
