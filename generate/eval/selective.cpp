#include "generate/eval/selective.h"

#include <algorithm>

namespace rag {
namespace {

std::optional<double> ratio(std::size_t part, std::size_t of) {
  return of > 0 ? std::optional(static_cast<double>(part) / static_cast<double>(of)) : std::nullopt;
}

// Calls visit(begin, end, summed loss before, summed loss of the group) for each run of equal confidence.
template <typename Visit>
void for_each_group(const std::vector<ConfidentLoss>& sorted, const Visit& visit) {
  double before = 0;
  for (std::size_t begin = 0; begin < sorted.size();) {
    std::size_t end = begin;
    double loss = 0;
    for (; end < sorted.size() && sorted[end].confidence == sorted[begin].confidence; ++end) loss += sorted[end].loss;
    visit(begin, end, before, loss);
    before += loss;
    begin = end;
  }
}

double area_under(const std::vector<ConfidentLoss>& sorted) {
  double sum = 0;
  for_each_group(sorted, [&](std::size_t begin, std::size_t end, double before, double loss) {
    const double each = loss / static_cast<double>(end - begin);
    for (std::size_t i = begin; i < end; ++i) sum += (before + each * static_cast<double>(i - begin + 1)) / static_cast<double>(i + 1);
  });
  return sum / static_cast<double>(sorted.size());
}

}  // namespace

RiskCoverage risk_coverage(std::vector<ConfidentLoss> answers) {
  RiskCoverage result;
  if (answers.empty()) return result;
  // Losses sorted as well, so that sums do not hang on the order the answers came in.
  std::ranges::sort(answers, [](const ConfidentLoss& a, const ConfidentLoss& b) { return a.confidence != b.confidence ? a.confidence > b.confidence : a.loss < b.loss; });
  const double all = static_cast<double>(answers.size());
  for_each_group(answers, [&](std::size_t, std::size_t end, double before, double loss) {
    result.curve.emplace_back(static_cast<double>(end) / all, (before + loss) / static_cast<double>(end));
  });
  result.aurc = area_under(answers);
  for (ConfidentLoss& answer : answers) answer.confidence = -answer.loss;
  std::ranges::sort(answers, {}, &ConfidentLoss::loss);
  result.best_aurc = area_under(answers);
  result.excess_aurc = std::max(0.0, *result.aurc - *result.best_aurc);  // rounding must not make it negative
  return result;
}

std::optional<double> Refusals::precision() const { return ratio(right, right + wrong); }
std::optional<double> Refusals::recall() const { return ratio(right, unanswerable); }
std::optional<double> Refusals::f1() const { return unanswerable > 0 ? ratio(2 * right, right + wrong + unanswerable) : std::nullopt; }
std::optional<double> Refusals::accuracy() const { return ratio(right + answerable - wrong, unanswerable + answerable); }
std::optional<double> Refusals::answered() const { return ratio(answerable - wrong, answerable); }

}  // namespace rag
