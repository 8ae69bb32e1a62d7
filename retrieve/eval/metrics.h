#pragma once

#include <map>
#include <string>
#include <vector>

#include "retrieve/eval/judgements.h"

namespace rag {

// A measure by the name ir_measures gives it: nDCG@10, AP, AP@100, RR, RR@10, P@5, R@100, Success@1, Rprec, Judged@10.
// Also understood, in any case: MAP, MRR, recall@k, ndcg_cut_10, map, recip_rank, P_5, recall_100, success_1.
//
// RR@k is trec_eval's recip_rank over the first k documents (-M k).  Judged@k, which trec_eval 9 lacks, is ir_measures': the
// judged share of the first k documents, or of all that were found where they are fewer.
struct Metric {
  enum class Kind { NDCG, AP, RR, P, R, Success, Rprec, Judged };
  Kind kind = Kind::NDCG;
  int cutoff = 0;     // 0: the whole list
  int relevance = 1;  // smallest grade that counts as relevant, written AP(rel=2)
  std::string name;   // canonical
};

// Throws Error(Usage) listing what there is.
Metric parse_metric(const std::string& name);

// One query's value, exactly as trec_eval 9.0.8 computes it; 0 where nothing is relevant or nothing was found.
double score_query(const Metric& metric, const std::map<std::string, int>& grades, const std::vector<ScoredDocument>& documents);

struct EvalReport {
  std::map<std::string, double> means;                             // metric -> mean over the judged queries
  std::map<std::string, std::map<std::string, double>> per_query;  // query -> metric -> value
  std::size_t queries = 0;                                         // judged queries, the divisor
  std::vector<std::string> missing;           // judged queries that the run does not answer: each counts 0 (trec_eval -c)
  std::vector<std::string> unjudged;          // queries of the run without judgements: left out
  std::vector<std::string> without_relevant;  // judged, but nothing relevant: count 0, as in trec_eval
};

// Throws Error(Usage) where there are no judgements or no metrics.
EvalReport evaluate(const Qrels& qrels, const Run& run, const std::vector<Metric>& metrics);

}  // namespace rag
