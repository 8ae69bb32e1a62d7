#include "retrieve/eval/metrics.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>

#include "core/error.h"
#include "core/text.h"
#include "retrieve/excerpt.h"

namespace rag {
namespace {

enum class Cutoff { Optional, Required, None };

struct Family {
  Metric::Kind kind;
  const char* name;                    // canonical
  std::vector<std::string> spellings;  // folded
  Cutoff cutoff;
  bool has_relevance;  // whether (rel=N) means something
};

const std::vector<Family>& families() {
  static const std::vector<Family> kFamilies = {
      {Metric::Kind::NDCG, "nDCG", {"ndcg", "ndcg_cut"}, Cutoff::Optional, false},
      {Metric::Kind::AP, "AP", {"ap", "map", "map_cut"}, Cutoff::Optional, true},
      {Metric::Kind::RR, "RR", {"rr", "mrr", "recip_rank"}, Cutoff::Optional, true},
      {Metric::Kind::P, "P", {"p", "precision"}, Cutoff::Required, true},
      {Metric::Kind::R, "R", {"r", "recall"}, Cutoff::Required, true},
      {Metric::Kind::Success, "Success", {"success"}, Cutoff::Required, true},
      {Metric::Kind::Rprec, "Rprec", {"rprec"}, Cutoff::None, true},
      {Metric::Kind::Judged, "Judged", {"judged"}, Cutoff::Optional, false},
  };
  return kFamilies;
}

[[noreturn]] void fail(const std::string& name, const std::string& problem) {
  throw Error(ErrorKind::Usage,
              "metric \"" + excerpt(name) + "\": " + problem +
                  "; there are nDCG, nDCG@k, AP, AP@k, RR, RR@k, P@k, R@k, Success@k, Rprec, Judged@k, and (rel=N) as in AP(rel=2)@100");
}

std::optional<int> positive(std::string_view digits) {
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || value < 1) return std::nullopt;
  return value;
}

// Takes "(rel=N)" out of `rest` where it stands there.
std::optional<std::string> take_relevance(std::string& rest) {
  const std::size_t open = rest.find("(rel="), close = rest.find(')');
  if (open == std::string::npos || close == std::string::npos || close < open) return std::nullopt;
  const std::string digits = rest.substr(open + 5, close - open - 5);
  rest.erase(open, close - open + 1);
  return digits;
}

// Takes "@10", "_10" or ".10" off the end of `rest`.
std::optional<std::string> take_cutoff(std::string& rest) {
  std::size_t mark = rest.find('@');
  if (mark == std::string::npos) {
    const std::size_t digits = rest.find_last_not_of("0123456789") + 1;
    if (digits == rest.size() || digits == 0 || (rest[digits - 1] != '_' && rest[digits - 1] != '.')) return std::nullopt;
    mark = digits - 1;
  }
  const std::string digits = rest.substr(mark + 1);
  rest.erase(mark);
  return digits;
}

// The grades of a ranking, from the top; nothing where a document was not judged.
using RankedGrades = std::vector<std::optional<int>>;

RankedGrades grades_in_order(const std::map<std::string, int>& grades, const std::vector<ScoredDocument>& documents) {
  RankedGrades ranked;
  for (const ScoredDocument& document : trec_order(documents)) {
    const auto at = grades.find(document.document);
    ranked.push_back(at == grades.end() ? std::nullopt : std::optional(at->second));
  }
  return ranked;
}

double discounted(const std::vector<int>& gains, std::size_t depth) {
  double sum = 0;
  for (std::size_t i = 0; i < gains.size() && i < depth; ++i)
    if (gains[i] > 0) sum += gains[i] / std::log2(static_cast<double>(i + 2));
  return sum;
}

// Linear gains; the ideal ranking holds every judged document, found or not.
double ndcg(const std::map<std::string, int>& grades, const RankedGrades& ranked, std::size_t depth) {
  std::vector<int> ideal, found;
  for (const auto& [document, grade] : grades) ideal.push_back(grade);
  std::ranges::sort(ideal, std::greater<>());
  for (const std::optional<int>& grade : ranked) found.push_back(grade.value_or(0));
  const double best = discounted(ideal, depth);
  return best > 0 ? discounted(found, depth) / best : 0;
}

struct Counts {
  std::size_t relevant = 0;               // judged so, found or not
  std::vector<std::size_t> ranks;         // of the relevant ones that were found within the depth, from 1
  std::size_t judged = 0, looked_at = 0;  // within the depth
};

Counts count(const std::map<std::string, int>& grades, const RankedGrades& ranked, std::size_t depth, int relevance) {
  Counts counts;
  for (const auto& [document, grade] : grades) counts.relevant += grade >= relevance;
  counts.looked_at = std::min(depth, ranked.size());
  for (std::size_t i = 0; i < counts.looked_at; ++i) {
    counts.judged += ranked[i].has_value();
    if (ranked[i] && *ranked[i] >= relevance) counts.ranks.push_back(i + 1);
  }
  return counts;
}

double average_precision(const Counts& counts) {
  double sum = 0;
  for (std::size_t i = 0; i < counts.ranks.size(); ++i) sum += static_cast<double>(i + 1) / static_cast<double>(counts.ranks[i]);
  return counts.relevant > 0 ? sum / static_cast<double>(counts.relevant) : 0;
}

double share(std::size_t part, std::size_t whole) { return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0; }

bool has_relevant(const std::map<std::string, int>& grades) {
  return std::ranges::any_of(grades, [](const auto& judgement) { return judgement.second > 0; });
}

}  // namespace

Metric parse_metric(const std::string& name) {
  if (find_invalid_utf8(name)) throw Error(ErrorKind::Usage, "a metric's name is not UTF-8, expected one such as nDCG@10");
  std::string rest = fold_case(trim(name));
  const std::optional<std::string> relevance = take_relevance(rest), cutoff = take_cutoff(rest);
  const auto family =
      std::ranges::find_if(families(), [&](const Family& f) { return std::ranges::find(f.spellings, rest) != f.spellings.end(); });
  if (family == families().end()) fail(name, "not known");

  Metric metric{.kind = family->kind, .name = family->name};
  if (relevance) {
    if (!family->has_relevance) fail(name, std::string(family->name) + " knows no (rel=N)");
    if (!positive(*relevance)) fail(name, "rel=" + excerpt(*relevance) + ", expected a whole number from 1");
    metric.relevance = *positive(*relevance);
  }
  if (cutoff) {
    if (family->cutoff == Cutoff::None) fail(name, std::string(family->name) + " has no cutoff");
    if (!positive(*cutoff)) fail(name, "the cutoff is \"" + excerpt(*cutoff) + "\", expected a whole number from 1");
    metric.cutoff = *positive(*cutoff);
  } else if (family->cutoff == Cutoff::Required) {
    fail(name, "needs a cutoff, such as " + std::string(family->name) + "@10");
  }
  if (metric.relevance != 1) metric.name += "(rel=" + std::to_string(metric.relevance) + ")";
  if (metric.cutoff > 0) metric.name += "@" + std::to_string(metric.cutoff);
  return metric;
}

double score_query(const Metric& metric, const std::map<std::string, int>& grades, const std::vector<ScoredDocument>& documents) {
  const RankedGrades ranked = grades_in_order(grades, documents);
  const std::size_t depth = metric.cutoff > 0 ? static_cast<std::size_t>(metric.cutoff) : std::numeric_limits<std::size_t>::max();
  if (metric.kind == Metric::Kind::NDCG) return ndcg(grades, ranked, depth);
  const Counts counts = count(grades, ranked, depth, metric.relevance);
  switch (metric.kind) {
    case Metric::Kind::AP: return average_precision(counts);
    case Metric::Kind::RR: return counts.ranks.empty() ? 0 : 1.0 / static_cast<double>(counts.ranks.front());
    case Metric::Kind::P: return share(counts.ranks.size(), depth);  // by k also where fewer were found
    case Metric::Kind::R: return share(counts.ranks.size(), counts.relevant);
    case Metric::Kind::Success: return counts.ranks.empty() ? 0 : 1;
    case Metric::Kind::Judged: return share(counts.judged, counts.looked_at);
    case Metric::Kind::Rprec:
      return share(std::ranges::count_if(counts.ranks, [&](std::size_t rank) { return rank <= counts.relevant; }), counts.relevant);
    case Metric::Kind::NDCG: break;
  }
  return 0;
}

// The divisor is the number of judged queries, as with trec_eval -c: a run cannot gain by leaving hard queries out.
EvalReport evaluate(const Qrels& qrels, const Run& run, const std::vector<Metric>& metrics) {
  if (qrels.empty()) throw Error(ErrorKind::Usage, "no judgements: nothing to measure against; check the qrels file");
  if (metrics.empty()) throw Error(ErrorKind::Usage, "no metric asked for; for example nDCG@10");
  EvalReport report;
  report.queries = qrels.size();
  for (const auto& [query, grades] : qrels) {
    const auto found = run.find(query);
    if (found == run.end() || found->second.empty()) report.missing.push_back(query);
    if (!has_relevant(grades)) report.without_relevant.push_back(query);
    for (const Metric& metric : metrics) {
      const double value = found == run.end() ? 0 : score_query(metric, grades, found->second);
      report.per_query[query][metric.name] = value;
    }
  }
  for (const auto& [query, documents] : run)
    if (!qrels.contains(query)) report.unjudged.push_back(query);
  for (const Metric& metric : metrics) {
    double sum = 0;
    for (const auto& [query, values] : report.per_query) sum += values.at(metric.name);
    report.means[metric.name] = sum / static_cast<double>(report.queries);
  }
  return report;
}

}  // namespace rag
