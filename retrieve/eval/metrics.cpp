#include "retrieve/eval/metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/parallel.h"
#include "retrieve/eval/ranked_grades.h"

namespace rag {
namespace {

double share(std::size_t part, std::size_t whole) { return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0; }

// Linear gains as trec_eval has them, or 2^g - 1 (Burges et al., "Learning to rank using gradient descent", 2005).  The latter in units of
// 2^highest, which nDCG does not notice: a grade of thousands would be infinite.
double discounted(const std::vector<int>& grades, std::size_t depth, bool exponential, int highest) {
  double sum = 0;
  for (std::size_t i = 0; i < std::min(grades.size(), depth); ++i) {
    if (grades[i] <= 0) continue;
    const double gain = exponential ? std::exp2(grades[i] - highest) - std::exp2(-highest) : grades[i];
    sum += gain / std::log2(static_cast<double>(i + 2));
  }
  return sum;
}

// The ideal ranking holds every judged document, found or not.
double ndcg(const RankedGrades& ranked, std::size_t depth, bool exponential) {
  const int highest = ranked.judged.empty() ? 0 : ranked.judged.front();
  const double best = discounted(ranked.judged, depth, exponential, highest);
  return best > 0 ? discounted(ranked.found, depth, exponential, highest) / best : 0;
}

struct Counts {
  std::size_t relevant = 0;               // judged so, found or not
  std::vector<std::size_t> ranks;         // of the relevant ones that were found within the depth, from 1
  std::size_t judged = 0, looked_at = 0;  // within the depth
};

Counts count(const RankedGrades& ranked, std::size_t depth, int relevance) {
  Counts counts{.relevant = ranked.relevant(relevance), .looked_at = std::min(depth, ranked.found.size())};
  for (std::size_t i = 0; i < counts.looked_at; ++i) {
    counts.judged += ranked.found[i] != kNotJudged;
    if (ranked.found[i] >= relevance) counts.ranks.push_back(i + 1);
  }
  return counts;
}

double average_precision(const Counts& counts) {
  double sum = 0;
  for (std::size_t i = 0; i < counts.ranks.size(); ++i) sum += share(i + 1, counts.ranks[i]);
  return counts.relevant > 0 ? sum / static_cast<double>(counts.relevant) : 0;
}

// Moffat and Zobel, "Rank-biased precision for measurement of retrieval effectiveness", 2008, with a gain of 1 for what is relevant.
double rank_biased_precision(const Counts& counts, double persistence) {
  double sum = 0;
  for (const std::size_t rank : counts.ranks) sum += std::pow(persistence, static_cast<double>(rank - 1));
  return (1 - persistence) * sum;
}

// Buckley and Voorhees, "Retrieval evaluation with incomplete information", 2004, as trec_eval counts since version 8: what nobody judged and
// what has a grade below 0 is passed over.
double binary_preference(const RankedGrades& ranked, int relevance) {
  const std::size_t relevant = ranked.relevant(relevance), rejected = ranked.relevant(0) - relevant;
  double sum = 0;
  std::size_t rejected_above = 0;
  for (const int grade : ranked.found) {
    if (grade >= relevance)
      sum += 1 - share(std::min(rejected_above, relevant), std::min(rejected, relevant));
    else if (grade >= 0)
      ++rejected_above;
  }
  return relevant > 0 ? sum / static_cast<double>(relevant) : 0;
}

// Yilmaz and Aslam, "Estimating average precision with incomplete and imperfect judgments", 2006: the expected precision above each relevant
// document.  A grade below 0 says that a document was in the pool of which a sample was judged, but not in the sample.
double inferred_average_precision(const RankedGrades& ranked, int relevance) {
  constexpr double kSmoothing = 0.00001;  // trec_eval's
  double sum = 0;
  std::size_t relevant = 0, rejected = 0, in_pool = 0;  // above the place
  for (std::size_t i = 0; i < ranked.found.size(); ++i) {
    const int grade = ranked.found[i];
    in_pool += grade != kNotJudged;
    if (grade < relevance) {
      rejected += grade >= 0;
      continue;
    }
    const double above = static_cast<double>(i);
    const double share_relevant =
        (static_cast<double>(relevant) + kSmoothing) / (static_cast<double>(relevant + rejected) + 2 * kSmoothing);
    sum += (1 + static_cast<double>(in_pool - 1) * share_relevant) / (above + 1);
    ++relevant;
  }
  return ranked.relevant(relevance) > 0 ? sum / static_cast<double>(ranked.relevant(relevance)) : 0;
}

double measure(const Metric& metric, const RankedGrades& ranked) {
  using Kind = Metric::Kind;
  const std::size_t depth = metric.cutoff > 0 ? static_cast<std::size_t>(metric.cutoff) : std::numeric_limits<std::size_t>::max();
  if (metric.kind == Kind::NDCG) return ndcg(ranked, depth, metric.exponential_gain);
  if (metric.kind == Kind::Bpref) return binary_preference(ranked, metric.relevance);
  if (metric.kind == Kind::InfAP) return inferred_average_precision(ranked, metric.relevance);
  const Counts counts = count(ranked, depth, metric.relevance);
  switch (metric.kind) {
    case Kind::AP: return average_precision(counts);
    case Kind::RR: return counts.ranks.empty() ? 0 : 1.0 / static_cast<double>(counts.ranks.front());
    case Kind::P: return share(counts.ranks.size(), depth);  // by k also where fewer were found
    case Kind::R: return share(counts.ranks.size(), counts.relevant);
    case Kind::RCap: return share(counts.ranks.size(), std::min(depth, counts.relevant));
    case Kind::Success: return counts.ranks.empty() ? 0 : 1;
    case Kind::RBP: return rank_biased_precision(counts, metric.persistence);
    case Kind::Judged: return share(counts.judged, counts.looked_at);
    case Kind::Hole: return share(counts.looked_at - counts.judged, counts.looked_at);
    case Kind::Rprec:
      return share(std::ranges::count_if(counts.ranks, [&](std::size_t rank) { return rank <= counts.relevant; }), counts.relevant);
    case Kind::NDCG:
    case Kind::Bpref:
    case Kind::InfAP: break;
  }
  return 0;
}

bool has_relevant(const std::map<std::string, int>& grades) {
  return std::ranges::any_of(grades, [](const auto& judgement) { return judgement.second > 0; });
}

using Values = std::map<std::string, double>;

// A judged query, its ranking, and what comes of them.
struct Measured {
  const Qrels::value_type* judged;
  const std::vector<ScoredDocument>* documents;
  bool relevant = false;  // anything to find
};

// Both are sorted by query, so one walk pairs them.  What only the run has is unjudged.
std::vector<Measured> pair_up(const Qrels& qrels, const Run& run, std::vector<std::string>& unjudged) {
  static const std::vector<ScoredDocument> kNothing;
  std::vector<Measured> pairs;
  pairs.reserve(qrels.size());
  auto answered = run.begin();
  for (const auto& judged : qrels) {
    for (; answered != run.end() && answered->first < judged.first; ++answered) unjudged.push_back(answered->first);
    const bool found = answered != run.end() && answered->first == judged.first;
    pairs.push_back({.judged = &judged, .documents = found ? &answered->second : &kNothing});
    if (found) ++answered;
  }
  for (; answered != run.end(); ++answered) unjudged.push_back(answered->first);
  return pairs;
}

// Each once, in the order of their names.
std::vector<const Metric*> sorted_by_name(const std::vector<Metric>& metrics) {
  std::vector<const Metric*> by_name;
  for (const Metric& metric : metrics) by_name.push_back(&metric);
  std::ranges::stable_sort(by_name, [](const Metric* a, const Metric* b) { return a->name < b->name; });
  by_name.erase(std::unique(by_name.begin(), by_name.end(), [](const Metric* a, const Metric* b) { return a->name == b->name; }), by_name.end());
  return by_name;
}

// A row of values for each query.  The queries share nothing, so all cores take part.
std::vector<double> measure_all(std::vector<Measured>& queries, const std::vector<const Metric*>& metrics) {
  std::vector<double> values(queries.size() * metrics.size());
  constexpr std::size_t kPiece = 64;  // queries: threads are not worth their start for a few
  in_parallel(0, (queries.size() + kPiece - 1) / kPiece, [&](std::size_t piece) {
    for (std::size_t i = piece * kPiece; i < std::min(queries.size(), (piece + 1) * kPiece); ++i) {
      const auto& grades = queries[i].judged->second;
      queries[i].relevant = has_relevant(grades);
      const RankedGrades ranked = rank_grades(grades, *queries[i].documents);
      for (std::size_t m = 0; m < metrics.size(); ++m) values[i * metrics.size() + m] = measure(*metrics[m], ranked);
    }
  });
  return values;
}

// The rows by the metrics' names, which costs more than measuring them: on all cores, too.
std::vector<Values> named(const std::vector<double>& values, const std::vector<const Metric*>& metrics) {
  std::vector<Values> rows(values.size() / metrics.size());
  constexpr std::size_t kPiece = 256;
  in_parallel(0, (rows.size() + kPiece - 1) / kPiece, [&](std::size_t piece) {
    for (std::size_t i = piece * kPiece; i < std::min(rows.size(), (piece + 1) * kPiece); ++i)
      for (std::size_t m = 0; m < metrics.size(); ++m) rows[i].emplace_hint(rows[i].end(), metrics[m]->name, values[i * metrics.size() + m]);
  });
  return rows;
}

}  // namespace

double score_query(const Metric& metric, const std::map<std::string, int>& grades, const std::vector<ScoredDocument>& documents) {
  return measure(metric, rank_grades(grades, documents));
}

// The divisor is the number of judged queries, as with trec_eval -c: a run cannot gain by leaving hard queries out.
EvalReport evaluate(const Qrels& qrels, const Run& run, const std::vector<Metric>& metrics, bool means_only) {
  if (qrels.empty()) throw Error(ErrorKind::Usage, "no judgements: nothing to measure against; check the qrels file");
  if (metrics.empty()) throw Error(ErrorKind::Usage, "no metric asked for; for example nDCG@10");
  EvalReport report;
  report.queries = qrels.size();
  std::vector<Measured> queries = pair_up(qrels, run, report.unjudged);
  const std::vector<const Metric*> by_name = sorted_by_name(metrics);
  const std::vector<double> values = measure_all(queries, by_name);
  for (const Measured& query : queries) {
    if (query.documents->empty()) report.missing.push_back(query.judged->first);
    if (!query.relevant) report.without_relevant.push_back(query.judged->first);
  }
  for (std::size_t m = 0; m < by_name.size(); ++m) {
    double sum = 0;  // in the queries' order, whatever thread measured them
    for (std::size_t i = 0; i < queries.size(); ++i) sum += values[i * by_name.size() + m];
    report.means[by_name[m]->name] = sum / static_cast<double>(report.queries);
  }
  if (means_only) return report;
  std::vector<Values> rows = named(values, by_name);
  for (std::size_t i = 0; i < queries.size(); ++i) report.per_query.emplace_hint(report.per_query.end(), queries[i].judged->first, std::move(rows[i]));
  return report;
}

}  // namespace rag
