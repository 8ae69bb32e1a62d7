#include "generate/eval/nuggets.h"

#include "generate/eval/short_answers.h"
#include "generate/facts.h"
#include "generate/terms.h"

namespace rag {
namespace {

constexpr double kWhole = 0.75, kHalf = 0.5;  // shares of a nugget's content words
constexpr double kOkayWeight = 0.5;

std::optional<double> ratio(double found, double of) { return of > 0 ? std::optional(found / of) : std::nullopt; }

}  // namespace

double nugget_support(const std::string& answer, const std::string& nugget) {
  if (holds_answer(answer, nugget)) return 1.0;
  const std::vector<Keyword> keywords = keywords_of(nugget);
  const double share = coverage(keywords, TextTerms(answer));
  if (share < kHalf) return 0.0;
  FactSource source;
  source.add(answer);
  return share >= kWhole && source.has_all(facts_of(nugget)) ? 1.0 : 0.5;
}

NuggetScores score_nuggets(const std::string& answer, const std::vector<Nugget>& nuggets) {
  double all = 0, vital = 0, strict = 0, weighted = 0, vitals = 0, weights = 0;
  for (const Nugget& nugget : nuggets) {
    const double support = nugget_support(answer, nugget.text);
    const double weight = nugget.vital ? 1.0 : kOkayWeight;
    all += support;
    weighted += weight * support;
    weights += weight;
    if (!nugget.vital) continue;
    ++vitals;
    vital += support;
    strict += support == 1.0 ? 1.0 : 0.0;
  }
  return {ratio(all, static_cast<double>(nuggets.size())), ratio(vital, vitals), ratio(strict, vitals), ratio(weighted, weights)};
}

}  // namespace rag
