#include "generate/question.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/text.h"
#include "generate/quantities.h"

namespace rag {
namespace {

template <typename Words>
bool has_any(std::string_view text, const Words& words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

constexpr std::array kDateWords = {" when ",        " what year", " which year", " what date", " what day", " what time", " what month",
                                   " what century", "언제",       "연도",        "년도",       "몇 년",     "몇년",       "날짜",
                                   "몇 월",         "몇 시",      "몇시",        "시행일",     "날은"};
constexpr std::array kMoneyWords = {
    " how much ", " what does it cost", " what is the price", " what is the deductible", " what is the copay", "얼마", "금액", "비용은"};
constexpr std::array kNumberWords = {
    " how many ",    " how long ",   " how old ",           " how often ",     " how far ", " how tall ", " how big ", " how large ",
    " what percent", " what number", " what is the number", " maximum number", "며칠",      "몇일",       "몇 ",       "기간은",
    "비율은",        "퍼센트"};

constexpr double kLeastWeight = 0.5;  // a word every passage has still says what the question is about
constexpr double kNameFactor = 1.6;
constexpr double kFrameFactor = 0.35;
constexpr double kVerbFactor = 0.4;

}  // namespace

AnswerKind answer_kind(const std::string& question) {
  const std::string folded = ' ' + collapse_white_space(fold_case(to_nfkc(question))) + ' ';
  if (has_any(folded, kDateWords)) return AnswerKind::Date;
  if (has_any(folded, kMoneyWords)) return AnswerKind::Money;
  if (has_any(folded, kNumberWords)) return AnswerKind::Number;
  return AnswerKind::Any;
}

bool holds_kind(AnswerKind kind, std::string_view sentence) {
  if (kind == AnswerKind::Any) return true;
  const std::vector<Quantity> quantities = quantities_of(sentence, NumberWords::WithUnit);
  if (kind == AnswerKind::Number || kind == AnswerKind::Money) return !quantities.empty();
  return std::any_of(quantities.begin(), quantities.end(), [](const Quantity& q) {
    return q.unit == "calendar" || q.unit == "year" || q.unit == "clock" || q.unit == "day" ||
           (q.unit.empty() && q.value >= 1000 && q.value < 2200);
  });
}

std::vector<Keyword> weighted_keywords(const std::string& question, const std::vector<TextTerms>& passages) {
  std::vector<Keyword> keywords = keywords_of(question);
  const double all = static_cast<double>(passages.size());
  for (Keyword& keyword : keywords) {
    double with = 0;
    for (const TextTerms& passage : passages) with += passage.match(keyword);
    keyword.weight = std::max(kLeastWeight, std::log((all + 1.0) / (with + 0.5)));
    if (keyword.name) keyword.weight *= kNameFactor;
    if (keyword.frame) keyword.weight *= kFrameFactor;
    if (keyword.verb) keyword.weight *= kVerbFactor;
  }
  return keywords;
}

}  // namespace rag
