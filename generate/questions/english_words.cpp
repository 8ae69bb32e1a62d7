#include "generate/questions/english_words.h"

#include <algorithm>
#include <unordered_set>

#include "core/text.h"

namespace rag {
namespace {

using Set = std::unordered_set<std::string_view>;
using Words = std::vector<std::string>;

bool is_month(const std::string& word) {
  static const Set kMonths = {"January", "February", "March",     "April",   "May",      "June",
                              "July",    "August",   "September", "October", "November", "December"};
  return kMonths.contains(word);
}

bool is_weekday(const std::string& word) {
  static const Set kDays = {"Monday",  "Tuesday",  "Wednesday",  "Thursday",  "Friday",  "Saturday",  "Sunday",
                            "Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"};
  return kDays.contains(word);
}

bool is_clock(const std::string& word) {
  return word.size() >= 4 && word.find(':') != std::string::npos &&
         std::ranges::all_of(word, [](char c) { return (c >= '0' && c <= '9') || c == ':'; });
}

}  // namespace

bool is_time_unit(const std::string& word) {
  static const Set kUnits = {"day",   "days", "week",  "weeks",  "month",   "months", "year",
                             "years", "hour", "hours", "minute", "minutes", "second", "seconds"};
  return kUnits.contains(word);
}

bool has_digit(std::string_view word) {
  return std::ranges::any_of(word, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_number(const std::string& word) {
  static const Set kWords = {"one", "two",    "three",  "four",    "five",   "six",    "seven", "eight", "nine",
                             "ten", "eleven", "twelve", "fifteen", "twenty", "thirty", "forty", "fifty", "ninety"};
  const bool digits =
      !word.empty() && std::ranges::all_of(word, [](char c) { return (c >= '0' && c <= '9') || c == ',' || c == '.'; }) && has_digit(word);
  return digits || kWords.contains(word);
}

bool is_money(const std::string& word) {
  for (const std::string_view sign : {"$", "€", "£", "₩", "¥"})
    if (word.starts_with(sign) && has_digit(word)) return true;
  return false;
}

bool is_year(const std::string& word) {
  return word.size() == 4 && (word.starts_with("19") || word.starts_with("20") || word.starts_with("18")) &&
         std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_role(const std::string& word) {
  static const Set kRoles = {"manager",   "managers",   "team",          "department", "head",       "director",    "directors",
                             "officer",   "office",     "committee",     "board",      "hr",         "doctor",      "company",
                             "employer",  "supervisor", "administrator", "president",  "security",   "desk",        "accountant",
                             "secretary", "minister",   "council",       "court",      "commission", "coordinator", "representative",
                             "provider",  "insurer",    "landlord",      "nurse",      "physician",  "trustee",     "agency"};
  return kRoles.contains(fold_case(word));
}

bool is_preposition(const std::string& word) {
  static const Set kWords = {"in",   "on",    "at",     "for",   "during", "after", "before",  "with",  "without", "by",
                             "from", "under", "within", "until", "to",     "into",  "through", "per",   "of",      "when",
                             "if",   "and",   "or",     "as",    "than",   "a",     "each",    "every", "once",    "via"};
  return kWords.contains(word);
}

std::size_t duration_at(const Words& words, std::size_t at) {
  if (at < words.size() && is_number(words[at]))
    for (std::size_t i = at + 1; i < words.size() && i <= at + 2; ++i)
      if (is_time_unit(words[i])) return i + 1 - at;
  return 0;
}

bool is_point_in_time(const Words& words, std::size_t begin) {
  if (begin >= words.size()) return false;
  const std::string& first = words[begin];
  if (is_clock(first) || is_month(first) || is_weekday(first) || is_year(first)) return true;
  if (begin + 1 < words.size() && has_digit(first) && (is_month(words[begin + 1]) || words[begin + 1] == "am" || words[begin + 1] == "pm"))
    return true;
  if (first != "the" || begin + 2 >= words.size()) return false;
  static const Set kPeriods = {"day",     "week", "month",  "year",    "quarter",   "working",  "business", "calendar",
                               "weekday", "of",   "Monday", "Tuesday", "Wednesday", "Thursday", "Friday"};
  const std::string& next = words[begin + 1];
  const bool ordinal = has_digit(next) && (next.ends_with("st") || next.ends_with("nd") || next.ends_with("rd") || next.ends_with("th"));
  return (ordinal || next == "last" || next == "first") && kPeriods.contains(words[begin + 2]);
}

std::vector<std::string> blank_separated(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    if (end > begin) words.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

std::string joined(const std::vector<std::string>& words, std::size_t begin, std::size_t end) {
  std::string out;
  for (std::size_t i = begin; i < end && i < words.size(); ++i) out += (i > begin ? " " : "") + words[i];
  return out;
}

}  // namespace rag
