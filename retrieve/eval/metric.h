#pragma once

#include <string>

namespace rag {

// A measure by the name ir_measures gives it: nDCG@10, AP, AP@100, RR, RR@10, P@5, R@100, Success@1, Rprec, Bpref, infAP, RBP(p=0.8), Judged@10;
// and R_cap@10 and Hole@10, which it lacks.  Parameters stand in brackets behind the name, as there: AP(rel=2)@100, RBP(p=0.5,rel=2)@20,
// nDCG(dcg='exp-log2')@10.  Also understood, in any case: MAP, MRR, recall@k, ndcg_cut_10, map, recip_rank, P_5, recall_100, success_1.
struct Metric {
  enum class Kind { NDCG, AP, RR, P, R, RCap, Success, Rprec, Bpref, InfAP, RBP, Judged, Hole };
  Kind kind = Kind::NDCG;
  int cutoff = 0;                 // 0: the whole list
  int relevance = 1;              // smallest grade that counts as relevant, written AP(rel=2)
  double persistence = 0.8;       // of RBP: the chance that a reader goes on to the next document, above 0 and below 1
  bool exponential_gain = false;  // of nDCG: a grade g is worth 2^g - 1 instead of g
  std::string name;               // canonical
};

// Throws Error(Usage) listing what there is.
Metric parse_metric(const std::string& name);

// nDCG with the other gains and the name that goes with them; any other metric as it is.
Metric with_exponential_gain(Metric metric);

}  // namespace rag
