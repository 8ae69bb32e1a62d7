#include "generate/question.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "core/text.h"

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

constexpr std::array kPersonWords = {" who ", " whom ", " whose ", "누구", "누가", "담당자는"};

using Asks = std::pair<std::string_view, std::string_view>;
constexpr std::array kUnits = {Asks{" how many days", "day"},
                               Asks{" how many working days", "day"},
                               Asks{" how many business days", "day"},
                               Asks{"며칠", "day"},
                               Asks{"몇일", "day"},
                               Asks{" how many weeks", "week"},
                               Asks{"몇 주", "week"},
                               Asks{" how many months", "month"},
                               Asks{"몇 달", "month"},
                               Asks{"몇 개월", "month"},
                               Asks{"몇개월", "month"},
                               Asks{" how many years", "year"},
                               Asks{" how many hours", "hour"},
                               Asks{"몇 시간", "hour"},
                               Asks{"몇시간", "hour"},
                               Asks{" how many minutes", "minute"},
                               Asks{"몇 분", "minute"},
                               Asks{" what percent", "percent"},
                               Asks{" how many percent", "percent"},
                               Asks{"퍼센트", "percent"},
                               Asks{" how many people", "person"},
                               Asks{"몇 명", "person"},
                               Asks{"몇 시", "clock"},
                               Asks{" what time", "clock"},
                               Asks{" how long ", "time span"}};
constexpr std::array kSpans = {"minute", "hour", "day", "week", "month", "year"};

constexpr std::array kCurrencies = {"won", "dollar", "euro", "pound", "yen"};

// "7일 전까지", "3일 이상의 휴가", "two weeks ahead": when something is done or what it applies to, not how many there are.
constexpr std::array kLimits = {"일 전",         "일 이상",      "일을 넘",       "일 넘",         "일부터",           "일 안에",
                                "일 이내",       "일째",         "일 단위",       "일단위",        "개월 전",          "개월이 되지",
                                "년이 되지",     "시간 전",      " days before",  " days ahead",   " days in advance", " days ago",
                                " days' notice", " weeks ahead", " weeks before", " weeks' notice"};
constexpr std::array kAskForLimits = {"까지",   "전에",    "안에",     "이내",     "이상",    " before ",
                                      " ahead", " notice", " advance", " within ", " until ", " deadline"};

std::string without_limits(std::string_view sentence) {
  std::string text(sentence);
  for (const std::string_view limit : kLimits)
    for (std::size_t at = text.find(limit); at != std::string::npos; at = text.find(limit, at + 1))
      for (std::size_t i = at; i > 0 && ((text[i - 1] >= '0' && text[i - 1] <= '9') || text[i - 1] == '.' || text[i - 1] == ','); --i)
        text[i - 1] = '_';
  return text;
}

// Two capitalised words beside each other, the first not opening the sentence: "ask Priya Hallam".
bool holds_a_name(std::string_view sentence) {
  const auto capital = [&](std::size_t at) { return at < sentence.size() && sentence[at] >= 'A' && sentence[at] <= 'Z'; };
  const auto small = [&](std::size_t at) { return at < sentence.size() && sentence[at] >= 'a' && sentence[at] <= 'z'; };
  for (std::size_t blank = sentence.find(' '); blank != std::string_view::npos; blank = sentence.find(' ', blank + 1)) {
    if (!capital(blank + 1) || !small(blank + 2)) continue;
    const std::size_t next = sentence.find(' ', blank + 1);
    if (next != std::string_view::npos && capital(next + 1) && small(next + 2)) return true;
  }
  return false;
}

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
  if (has_any(folded, kPersonWords)) return AnswerKind::Person;
  return AnswerKind::Any;
}

namespace {

// "day" for "how many days" and "며칠", "money", "time span", "percent" ...; "" where the question leaves it open.
std::string asked_unit(const std::string& question) {
  const std::string folded = ' ' + collapse_white_space(fold_case(to_nfkc(question))) + ' ';
  for (const auto& [words, unit] : kUnits)
    if (folded.find(words) != std::string::npos) return std::string(unit);
  if (answer_kind(question) == AnswerKind::Money) return "money";
  return "";
}

}  // namespace

Wanted wanted_by(const std::string& question) {
  return {.kind = answer_kind(question),
          .unit = asked_unit(question),
          .limits = has_any(' ' + fold_case(question) + ' ', kAskForLimits),
          .known = quantities_of(question, NumberWords::WithUnit)};
}

Held held_by(std::string_view sentence, const Wanted& wanted) {
  if (wanted.kind == AnswerKind::Any) return {};
  if (wanted.kind == AnswerKind::Person) return {.kind = holds_a_name(sentence)};
  const std::vector<Quantity> quantities =
      quantities_of(wanted.limits ? std::string(sentence) : without_limits(sentence), NumberWords::WithUnit);
  const auto is_month = [&](std::size_t i) { return i < quantities.size() && quantities[i].unit == "calendar"; };
  Held held;
  for (std::size_t i = 0; i < quantities.size(); ++i) {
    const Quantity& q = quantities[i];
    const bool known = std::ranges::any_of(wanted.known, [&](const Quantity& k) { return k.value == q.value && k.unit == q.unit; });
    if (known) continue;  // the question says so itself
    const bool of_date = (q.unit == "day" && i > 0 && is_month(i - 1)) ||
                         (q.unit.empty() && q.value <= 31 && (is_month(i + 1) || (i > 0 && is_month(i - 1))));
    const bool year = q.unit == "year" || (q.unit.empty() && q.value >= 1000 && q.value < 2200);
    const bool date = of_date || year || q.unit == "calendar" || q.unit == "clock" || q.unit == "day";
    held.kind = held.kind || wanted.kind != AnswerKind::Date || date;
    const bool money = std::ranges::find(kCurrencies, q.unit) != kCurrencies.end();
    const bool span = std::ranges::find(kSpans, q.unit) != kSpans.end();
    const bool fits = q.unit == wanted.unit || (wanted.unit == "money" && money) || (wanted.unit == "time span" && span);
    held.unit = held.unit || (fits && !of_date && !wanted.unit.empty());
  }
  // Where a unit is asked for, any other number is as good as none.
  if (wanted.kind == AnswerKind::Number && !wanted.unit.empty()) held.kind = held.unit;
  return held;
}

std::vector<Keyword> weighted_keywords(const std::string& question, const std::vector<const TextTerms*>& passages) {
  std::vector<Keyword> keywords = keywords_of(question);
  const double all = static_cast<double>(passages.size());
  for (Keyword& keyword : keywords) {
    double with = 0;
    for (const TextTerms* passage : passages) with += passage->match(keyword);
    keyword.weight = std::max(kLeastWeight, std::log((all + 1.0) / (with + 0.5)));
    if (keyword.name) keyword.weight *= kNameFactor;
    if (keyword.frame) keyword.weight *= kFrameFactor;
    if (keyword.verb) keyword.weight *= kVerbFactor;
  }
  return keywords;
}

}  // namespace rag
