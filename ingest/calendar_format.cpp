#include "ingest/calendar_format.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <string_view>

namespace rag {
namespace {

using Kind = NumberFormatToken::Kind;

constexpr std::array<std::string_view, 12> kMonths{"January", "February", "March",     "April",   "May",      "June",
                                                   "July",    "August",   "September", "October", "November", "December"};
constexpr std::array<std::string_view, 7> kDays{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 7> kKoreanDays{"일", "월", "화", "수", "목", "금", "토"};

struct Moment {
  int year = 0;
  unsigned month = 0, day = 0, weekday = 0;
  long long hours = 0;  // since the calendar began
  int hour = 0, minute = 0, second = 0;
  long long fraction = 0;  // in units of the smallest part of a second shown
  int places = 0;
};

Moment moment_of(double serial, int places) {
  Moment moment;
  moment.places = places;
  const long long scale = static_cast<long long>(std::pow(10.0, places));
  // Rounded once, in the smallest unit shown, so that 59.9999 s carry over.
  const double day = std::floor(serial);
  const long long ticks = static_cast<long long>(day) * 86400 * scale + std::llround((serial - day) * 86400.0 * static_cast<double>(scale));
  moment.fraction = ticks % scale;
  const long long seconds = ticks / scale, days = seconds / 86400;
  moment.hours = seconds / 3600;
  moment.hour = static_cast<int>(moment.hours % 24);
  moment.minute = static_cast<int>(seconds / 60 % 60);
  moment.second = static_cast<int>(seconds % 60);
  moment.weekday = static_cast<unsigned>((days + 6) % 7);
  // Lotus took 1900 for a leap year and everybody after it does: day 60 is a 29 February that never was.
  if (days == 60 || days == 0) {
    moment.year = 1900;
    moment.month = days == 60 ? 2 : 1;
    moment.day = days == 60 ? 29 : 0;
    return moment;
  }
  constexpr std::chrono::sys_days kEpoch = std::chrono::year(1899) / 12 / 31;
  const std::chrono::year_month_day date(kEpoch + std::chrono::days(days > 60 ? days - 1 : days));
  moment.year = static_cast<int>(date.year());
  moment.month = static_cast<unsigned>(date.month());
  moment.day = static_cast<unsigned>(date.day());
  return moment;
}

std::string padded(long long number, std::size_t width) {
  std::string digits = std::to_string(number);
  return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

std::string show_part(const NumberFormatToken& token, const Moment& at, bool twelve_hours, bool korean) {
  const std::string& text = token.text;
  const std::size_t width = text.size();
  const std::string_view month = kMonths[at.month - 1], weekday = kDays[at.weekday];
  const std::string korean_day(kKoreanDays[at.weekday]);
  switch (text[0]) {
    case '[':
      return text[1] == 'h'   ? std::to_string(at.hours)
             : text[1] == 'm' ? std::to_string(at.hours * 60 + at.minute)
                              : std::to_string((at.hours * 60 + at.minute) * 60 + at.second);
    case '.': return "." + padded(at.fraction, static_cast<std::size_t>(at.places)).substr(0, width - 1);
    case 'y': return width <= 2 ? padded(at.year % 100, 2) : padded(at.year, 4);
    case 'e': return padded(at.year, 4);
    case 'a': return width == 3 ? korean_day : korean_day + "요일";
    case 'd':
      if (width <= 2) return padded(at.day, width);
      if (korean) return width == 3 ? korean_day : korean_day + "요일";
      return std::string(width == 3 ? weekday.substr(0, 3) : weekday);
    case 'm':
      if (token.minutes) return padded(at.minute, width);
      if (width <= 2) return padded(at.month, width);
      if (korean) return std::to_string(at.month) + (width == 4 ? "월" : "");
      return std::string(width == 3 ? month.substr(0, 3) : width == 5 ? month.substr(0, 1) : month);
    case 'h': return padded(twelve_hours ? (at.hour + 11) % 12 + 1 : at.hour, std::min<std::size_t>(width, 2));
    default: return padded(at.second, std::min<std::size_t>(width, 2));
  }
}

std::string show_half_of_day(const NumberFormatToken& token, int hour, bool korean) {
  if (token.text == "오전" || (korean && token.text == "AM")) return hour < 12 ? "오전" : "오후";
  if (token.text == "A") return hour < 12 ? "A" : "P";
  return hour < 12 ? "AM" : "PM";
}

}  // namespace

std::string show_calendar(const NumberFormatSection& section, double serial) {
  int places = 0;
  bool twelve_hours = false;
  for (const NumberFormatToken& token : section.tokens) {
    if (token.kind == Kind::Date && token.text[0] == '.') places = std::clamp(static_cast<int>(token.text.size()) - 1, places, 3);
    if (token.kind == Kind::AmPm) twelve_hours = true;
  }
  const Moment at = moment_of(serial, places);
  std::string shown;
  for (const NumberFormatToken& token : section.tokens) {
    if (token.kind == Kind::Date)
      shown += show_part(token, at, twelve_hours, section.is_korean);
    else if (token.kind == Kind::AmPm)
      shown += show_half_of_day(token, at.hour, section.is_korean);
    else
      shown += token.text;
  }
  return shown;
}

}  // namespace rag
