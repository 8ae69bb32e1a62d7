#include <fmt/format.h>

#include <cmath>

#include "pipelines/eval/compare/comparison_output.h"

namespace rag {
namespace {

std::string figure(double value) { return fmt::format("{:.4f}", value); }

std::string percent(double share) { return fmt::format("{:g} %", std::round(1000 * share) / 10); }

std::string interval_words(const Comparison& comparison, const ComparedPair& pair, bool korean) {
  if (!pair.interval) return "";
  return fmt::format(fmt::runtime(korean ? "{} 신뢰구간 {} ~ {}, " : "{} interval {} to {}, "), percent(1 - comparison.alpha), signed_figure(pair.interval->low),
                     signed_figure(pair.interval->high));
}

std::string p_words(const Comparison& comparison, const ComparedPair& pair, bool korean) {
  const auto equal_to = [](double p) { return p_figure(p).starts_with('<') ? p_figure(p) : "= " + p_figure(p); };
  const std::string p = "p " + equal_to(pair.p);
  if (comparison.pairs.size() == 1) return p;
  return p + fmt::format(fmt::runtime(korean ? ", 비교 {}번을 보정하면 {}" : ", corrected over {} comparisons {}"), comparison.pairs.size(), p_figure(pair.p_holm));
}

// "with 40 queries only differences above 0.06 would have been seen".
std::string what_would_have_been_seen(const Comparison& comparison, const ComparedPair& pair, bool korean) {
  const std::size_t differ = pair.wins + pair.losses;
  if (comparison.test == SignificanceTest::Randomisation && differ < 64 && std::ldexp(2.0, -static_cast<int>(differ)) > comparison.alpha)
    return fmt::format(fmt::runtime(korean ? "; 차이가 난 질문이 {}개뿐이라 어떤 결과도 유의할 수 없었습니다" : "; only {} differ, too few for any outcome to be significant"),
                       korean ? std::to_string(differ) : differ == 1 ? "1 query" : fmt::format("{} queries", differ));
  if (!pair.detectable) return "";
  return fmt::format(fmt::runtime(korean ? "; 질문 {}개로는 약 {}보다 큰 차이만 (다섯 번 중 네 번) 드러납니다" : "; with {} queries only differences above about {} would have been seen (four times in five)"),
                     pair.queries, figure(*pair.detectable));
}

}  // namespace

std::string signed_figure(double value) {
  const std::string text = fmt::format("{:+.4f}", value);
  return text == "-0.0000" || text == "+0.0000" ? "0.0000" : text;
}

std::string p_figure(double p) { return p < 0.0001 ? "<0.0001" : figure(p); }

std::string conclusion_of(const Comparison& comparison, const ComparedPair& pair, bool korean) {
  const std::string &first = comparison.systems[pair.first].name, &second = comparison.systems[pair.second].name;
  if (pair.queries < 2)
    return fmt::format(fmt::runtime(korean ? "{0}: 질문이 하나뿐이므로 {1}와(과) {2}에 대해 아무것도 결론지을 수 없습니다." : "{0}: one query; nothing can be concluded about {1} and {2}."), pair.metric,
                       second, first);
  if (pair.wins + pair.losses == 0)
    return fmt::format(fmt::runtime(korean ? "{0}: {1}와(과) {2}가 질문 {3}개 모두에서 같은 값을 얻었습니다. 이 질문들로는 둘을 구별할 수 없습니다."
                                           : "{0}: {1} and {2} have the same value for each of the {3} queries; these queries do not tell them apart."),
                       pair.metric, second, first, pair.queries);
  const std::string evidence = interval_words(comparison, pair, korean) + p_words(comparison, pair, korean);
  if (pair.significant) {
    const bool better = pair.difference > 0;
    return fmt::format(fmt::runtime(korean ? "{0}: {1}이(가) {2}보다 {3} {4} ({5})." : "{0}: {1} is {4} than {2} by {3} ({5})."), pair.metric, second, first,
                       figure(std::abs(pair.difference)), korean ? (better ? "좋습니다" : "나쁩니다") : (better ? "better" : "worse"), evidence);
  }
  return fmt::format(fmt::runtime(korean ? "{0}: {1}와(과) {2}의 차이가 입증되지 않았습니다: {3} ({4}){5}." : "{0}: {1} and {2} are not shown to differ: {3} ({4}){5}."), pair.metric, second,
                     first, signed_figure(pair.difference), evidence, what_would_have_been_seen(comparison, pair, korean));
}

std::string method_of(const Comparison& comparison, bool korean) {
  const bool by_signs = comparison.test == SignificanceTest::Randomisation;
  const std::string test = by_signs ? (korean ? "무작위화 검정" : "randomisation test") : (korean ? "대응표본 t 검정" : "paired t test");
  return fmt::format(fmt::runtime(korean ? "질문 {}개, 비교 {}번; p: {} (양측), Holm 보정; {} 신뢰구간(쌍마다 따로): 부트스트랩 BCa, 재표집 {}번, 시드 {}"
                                         : "queries: {}, comparisons: {}; p by {} (two-sided), Holm's correction; {} intervals, each by itself, by bootstrap (BCa), {} resamples, seed {}"),
                     comparison.queries, comparison.pairs.size(), test, percent(1 - comparison.alpha), comparison.resampling.resamples, comparison.resampling.seed);
}

}  // namespace rag
