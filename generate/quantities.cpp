#include "generate/quantities.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <utility>

#include "core/text.h"

namespace rag {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;
using Value = std::pair<std::string_view, double>;

// Longest first where one begins another.
constexpr std::array kKoreanUnits = {Pair{"퍼센트", "percent"}, Pair{"프로", "percent"}, Pair{"영업일", "day"},  Pair{"근무일", "day"},
                                     Pair{"개월", "month"},     Pair{"달러", "dollar"},  Pair{"시간", "hour"},   Pair{"주일", "week"},
                                     Pair{"주간", "week"},      Pair{"번째", ""},        Pair{"차례", "time"},   Pair{"일", "day"},
                                     Pair{"주", "week"},        Pair{"달", "month"},     Pair{"월", "calendar"}, Pair{"년", "year"},
                                     Pair{"시", "clock"},       Pair{"분", "minute"},    Pair{"초", "second"},   Pair{"명", "person"},
                                     Pair{"인", "person"},      Pair{"원", "won"},       Pair{"회", "time"},     Pair{"번", "time"}};
constexpr std::array kEnglishUnits = {
    Pair{"percent", "percent"},  Pair{"day", "day"},        Pair{"days", "day"},      Pair{"week", "week"},      Pair{"weeks", "week"},
    Pair{"month", "month"},      Pair{"months", "month"},   Pair{"year", "year"},     Pair{"years", "year"},     Pair{"hour", "hour"},
    Pair{"hours", "hour"},       Pair{"hrs", "hour"},       Pair{"minute", "minute"}, Pair{"minutes", "minute"}, Pair{"min", "minute"},
    Pair{"second", "second"},    Pair{"seconds", "second"}, Pair{"person", "person"}, Pair{"people", "person"},  Pair{"persons", "person"},
    Pair{"employees", "person"}, Pair{"won", "won"},        Pair{"krw", "won"},       Pair{"dollar", "dollar"},  Pair{"dollars", "dollar"},
    Pair{"usd", "dollar"},       Pair{"gbp", "pound"},      Pair{"pounds", "pound"}, Pair{"eur", "euro"},      Pair{"euro", "euro"},
    Pair{"euros", "euro"},       Pair{"yen", "yen"},        Pair{"jpy", "yen"},      Pair{"times", "time"},     Pair{"am", "clock"},      Pair{"pm", "clock"},       Pair{"a.m", "clock"},
    Pair{"p.m", "clock"},        Pair{"o'clock", "clock"}};
constexpr std::array kBetween = {"business",   "working", "work", "calendar", "consecutive", "full",
                                 "additional", "paid",    "sick", "vacation", "more", "unused",   "extra",       "further", "whole"};
constexpr std::array kMagnitudes = {Value{"thousand", 1e3}, Value{"million", 1e6}, Value{"billion", 1e9}, Value{"trillion", 1e12}};
constexpr std::array kKoreanMagnitudes = {Value{"조", 1e12}, Value{"억", 1e8}, Value{"만", 1e4}, Value{"천", 1e3}, Value{"백", 1e2}};
constexpr std::array kEnglishNumbers = {
    Value{"one", 1},       Value{"two", 2},       Value{"three", 3},    Value{"four", 4},     Value{"five", 5},       Value{"six", 6},
    Value{"seven", 7},     Value{"eight", 8},     Value{"nine", 9},     Value{"ten", 10},     Value{"eleven", 11},    Value{"twelve", 12},
    Value{"thirteen", 13}, Value{"fourteen", 14}, Value{"fifteen", 15}, Value{"sixteen", 16}, Value{"seventeen", 17}, Value{"eighteen", 18},
    Value{"nineteen", 19}, Value{"twenty", 20},   Value{"thirty", 30},  Value{"forty", 40},   Value{"fifty", 50},     Value{"sixty", 60},
    Value{"ninety", 90},   Value{"hundred", 100}};
constexpr std::array kMonths = {"january", "february", "march",     "april",   "may",      "june",
                                "july",    "august",   "september", "october", "november", "december"};
constexpr std::array kShortMonths = {"jan", "feb", "mar", "apr", "", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array kKoreanDays = {Value{"하루", 1}, Value{"이틀", 2},  Value{"사흘", 3},
                                    Value{"나흘", 4}, Value{"열흘", 10}, Value{"보름", 15}};
constexpr std::array kKoreanNumbers = {Value{"한", 1},   Value{"두", 2},   Value{"세", 3},   Value{"네", 4},
                                       Value{"다섯", 5}, Value{"여섯", 6}, Value{"일곱", 7}, Value{"여덟", 8},
                                       Value{"아홉", 9}, Value{"열", 10},  Value{"스무", 20}};

bool ascii_digit(char c) { return c >= '0' && c <= '9'; }
bool ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Reads a folded text from the left.
class Scanner {
 public:
  explicit Scanner(std::string_view text, NumberWords words) : text_(text), words_(words) {}

  std::vector<Quantity> run() {
    while (at_ < text_.size()) {
      if (ascii_digit(text_[at_]))
        digits();
      else if (ascii_letter(text_[at_]))
        word();
      else if (!korean_number())
        next_code_point(text_, at_);
    }
    return std::move(found_);
  }

 private:
  bool starts(std::string_view what) const { return text_.substr(at_).starts_with(what); }
  void blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
  }
  std::string_view letters_at(std::size_t at) const {
    std::size_t end = at;
    while (end < text_.size() && (ascii_letter(text_[end]) || (end > at && (text_[end] == '\'' || text_[end] == '.') &&
                                                               end + 1 < text_.size() && ascii_letter(text_[end + 1]))))
      ++end;
    return text_.substr(at, end - at);
  }
  bool at_line_start(std::size_t at) const {
    while (at > 0 && (text_[at - 1] == ' ' || text_[at - 1] == '\t')) --at;
    return at == 0 || text_[at - 1] == '\n';
  }

  double plain_number() {
    std::string digits;
    while (at_ < text_.size()) {
      if (ascii_digit(text_[at_])) {
        digits += text_[at_++];
      } else if (text_[at_] == ',' && group_follows(at_ + 1)) {
        ++at_;
      } else if (text_[at_] == '.' && at_ + 1 < text_.size() && ascii_digit(text_[at_ + 1]) && digits.find('.') == std::string::npos) {
        digits += text_[at_++];
      } else {
        break;
      }
    }
    return std::strtod(digits.c_str(), nullptr);
  }
  bool group_follows(std::size_t at) const {
    std::size_t n = 0;
    while (at + n < text_.size() && ascii_digit(text_[at + n])) ++n;
    return n == 3;
  }

  void digits() {
    const std::size_t begin = at_;
    const bool code = begin > 0 && ascii_letter(text_[begin - 1]);
    std::string unit = currency_before(begin);
    double value = plain_number();
    const bool list_marker =
        at_line_start(begin) && at_ + 1 < text_.size() && (text_[at_] == '.' || text_[at_] == ')') && text_[at_ + 1] == ' ';
    if (code || list_marker) return;
    const std::string_view glued = letters_at(at_);
    value = korean_magnitudes(value);
    if (glued == "k" || glued == "m" || glued == "bn") {
      value *= glued == "k" ? 1e3 : glued == "m" ? 1e6 : 1e9;
      at_ += glued.size();
    } else if (glued == "st" || glued == "nd" || glued == "rd" || glued == "th") {
      at_ += glued.size();
    } else if (!glued.empty() && !english_unit(glued)) {
      at_ += glued.size();
      return;  // "401k" was a magnitude, "3rd" an ordinal; "7zip" is a name
    }
    const std::size_t after = at_;
    if (at_ < text_.size() && text_[at_] == ' ') ++at_;
    const std::string_view next = letters_at(at_);
    const auto magnitude = std::find_if(kMagnitudes.begin(), kMagnitudes.end(), [&](const Value& m) { return m.first == next; });
    if (magnitude != kMagnitudes.end()) {
      value *= magnitude->second;
      at_ += next.size();
    } else {
      at_ = after;
    }
    const std::string written = unit_here();
    found_.push_back({value, unit.empty() ? written : unit});
  }

  // "1억 2,000만", "3만", "5천": each part counts its own magnitude.
  double korean_magnitudes(double value) {
    double sum = 0;
    for (;;) {
      double factor = 1;
      for (bool more = true; more;) {
        more = false;
        for (const auto& [name, times] : kKoreanMagnitudes) {
          // "만" also begins words ("만 60세"): only when written to the number.
          if (!starts(name)) continue;
          at_ += name.size();
          factor *= times;
          more = true;
          break;
        }
      }
      if (factor == 1) return sum + value;
      sum += value * factor;
      const std::size_t before = at_;
      if (at_ < text_.size() && text_[at_] == ' ') ++at_;
      if (at_ >= text_.size() || !ascii_digit(text_[at_]) || factor < 1e4) {
        at_ = before;
        return sum;
      }
      value = plain_number();
      if (!korean_magnitude_or_won()) {
        at_ = before;
        return sum;
      }
    }
  }
  bool korean_magnitude_or_won() const {
    return starts("원") ||
           std::any_of(kKoreanMagnitudes.begin(), kKoreanMagnitudes.end(), [this](const Value& m) { return starts(m.first); });
  }

  std::string currency_before(std::size_t at) const {
    const std::string_view before = text_.substr(0, at);
    const std::string_view tail = before.ends_with(' ') ? before.substr(0, at - 1) : before;
    if (tail.ends_with('$')) return "dollar";
    if (tail.ends_with("€")) return "euro";
    if (tail.ends_with("£")) return "pound";
    if (tail.ends_with("₩")) return "won";
    if (tail.ends_with("¥")) return "yen";
    constexpr std::array kCodes = {Pair{"usd", "dollar"}, Pair{"eur", "euro"}, Pair{"gbp", "pound"}, Pair{"krw", "won"}, Pair{"jpy", "yen"}};
    for (const auto& [code, unit] : kCodes)
      if (tail.ends_with(code) && (tail.size() == code.size() || !ascii_letter(tail[tail.size() - code.size() - 1]))) return std::string(unit);
    return "";
  }

  static std::optional<std::string> english_unit(std::string_view word) {
    const auto unit = std::find_if(kEnglishUnits.begin(), kEnglishUnits.end(), [&](const Pair& u) { return u.first == word; });
    if (unit == kEnglishUnits.end()) return std::nullopt;
    return std::string(unit->second);
  }

  // The unit behind a number; moves over it only where there is one.
  std::string unit_here() {
    const std::size_t before = at_;
    if (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '-' || text_[at_] == '\n')) ++at_;
    if (starts("%")) return ++at_, "percent";
    for (int skipped = 0; skipped < 3; ++skipped) {
      const std::string_view word = letters_at(at_);
      if (word.empty()) break;
      if (word == "per" && text_.substr(at_).starts_with("per cent")) return at_ += 8, "percent";
      if (const auto unit = english_unit(word)) return at_ += word.size(), *unit;
      if (std::find(kBetween.begin(), kBetween.end(), word) == kBetween.end()) break;
      at_ += word.size();
      blanks();
    }
    for (const auto& [name, unit] : kKoreanUnits) {
      if (starts(name)) return at_ += name.size(), std::string(unit);
    }
    at_ = before;
    return "";
  }

  void word() {
    const std::size_t begin = at_;
    const std::string_view word = letters_at(at_);
    at_ += word.size();
    if (begin > 0 && ascii_digit(text_[begin - 1])) return;
    if (const auto month = std::find(kMonths.begin(), kMonths.end(), word); month != kMonths.end()) {
      // "may" and "march" are also verbs; a date has a number beside them.
      std::size_t next = at_;
      while (next < text_.size() && (text_[next] == ' ' || text_[next] == ',')) ++next;
      const bool dated = (next < text_.size() && ascii_digit(text_[next])) || (begin >= 2 && ascii_digit(text_[begin - 2]));
      if (dated || (word != "may" && word != "march")) found_.push_back({static_cast<double>(month - kMonths.begin() + 1), "calendar"});
      return;
    }
    if (const auto month = std::find(kShortMonths.begin(), kShortMonths.end(), word); month != kShortMonths.end() && !word.empty()) {
      // "5 Dec", "Dec 5": without a number beside it "mar" and "sep" may be anything.
      if ((begin >= 2 && ascii_digit(text_[begin - 2])) || (at_ + 1 < text_.size() && ascii_digit(text_[at_ + 1])))
        found_.push_back({static_cast<double>(month - kShortMonths.begin() + 1), "calendar"});
      return;
    }
    const auto number = std::find_if(kEnglishNumbers.begin(), kEnglishNumbers.end(), [&](const Value& n) { return n.first == word; });
    if (number == kEnglishNumbers.end()) return;
    const std::string unit = unit_here();
    if (words_ == NumberWords::All || !unit.empty()) found_.push_back({number->second, unit});
  }

  bool korean_number() {
    for (const auto& [name, days] : kKoreanDays) {
      if (!starts(name)) continue;
      at_ += name.size();
      if (words_ == NumberWords::All) found_.push_back({days, "day"});
      return true;
    }
    if (words_ != NumberWords::All) return false;
    for (const auto& [name, value] : kKoreanNumbers) {
      if (!starts(name)) continue;
      const std::size_t before = at_;
      at_ += name.size();
      const std::string unit = unit_here();
      if (!unit.empty()) {
        found_.push_back({value, unit});
        return true;
      }
      at_ = before;
    }
    return false;
  }

  std::string_view text_;
  NumberWords words_;
  std::size_t at_ = 0;
  std::vector<Quantity> found_;
};

}  // namespace

std::vector<Quantity> quantities_of(std::string_view text, NumberWords words) {
  const std::string folded = fold_case(to_nfkc(text));
  return Scanner(folded, words).run();
}

bool same_quantity(const Quantity& a, const Quantity& b) {
  const auto equal = [](double x, double y) { return std::abs(x - y) <= 1e-9 * std::max({1.0, std::abs(x), std::abs(y)}); };
  const bool clock = a.unit == "clock" || b.unit == "clock";
  if (!a.unit.empty() && !b.unit.empty() && a.unit != b.unit) return false;
  return equal(a.value, b.value) || (clock && a.value <= 24 && b.value <= 24 && equal(std::abs(a.value - b.value), 12));
}

bool contains_quantity(std::span<const Quantity> all, const Quantity& one) {
  return std::any_of(all.begin(), all.end(), [&](const Quantity& q) { return same_quantity(q, one); });
}

}  // namespace rag
