#include "ingest/calendar_format.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <string_view>

#include "core/text.h"
#include "ingest/calendar_names.h"

namespace rag {
namespace {

using Kind = NumberFormatToken::Kind;

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

// The first character of a name: "mmmmm" shows a month so.
std::string initial(const std::string& name) {
  std::size_t end = 0;
  if (!name.empty()) next_code_point(name, end);
  return name.substr(0, end);
}

std::string show_part(const NumberFormatToken& token, const Moment& at, bool twelve_hours, const CalendarNames& names) {
  const std::string& text = token.text;
  const std::size_t width = text.size();
  const std::string korean_day(kKoreanDays[at.weekday]);
  switch (text[0]) {
    case '[':
      return padded(text[1] == 'h'   ? at.hours
                    : text[1] == 'm' ? at.hours * 60 + at.minute
                                     : (at.hours * 60 + at.minute) * 60 + at.second,
                    width - 2);
    case '.': return "." + padded(at.fraction, static_cast<std::size_t>(at.places)).substr(0, width - 1);
    case 'y': return width <= 2 ? padded(at.year % 100, 2) : padded(at.year, 4);
    case 'e': return padded(at.year, 4);
    case 'a': return width == 3 ? korean_day : korean_day + "요일";
    case 'd':
      if (width <= 2) return padded(at.day, width);
      return width == 3 ? names.short_days[at.weekday] : names.days[at.weekday];
    case 'm':
      if (token.minutes) return padded(at.minute, width);
      if (width <= 2) return padded(at.month, width);
      // Korean has no short names: "mmm" is the number, whose "월" the code writes itself.
      if (width == 3) return names.is_korean ? std::to_string(at.month) : names.short_months[at.month - 1];
      return width == 5 ? initial(names.months[at.month - 1]) : names.months[at.month - 1];
    case 'h': return padded(twelve_hours ? (at.hour + 11) % 12 + 1 : at.hour, std::min<std::size_t>(width, 2));
    default: return padded(at.second, std::min<std::size_t>(width, 2));
  }
}

std::string show_half_of_day(const NumberFormatToken& token, int hour, const CalendarNames& names) {
  if (token.text == "오전") return hour < 12 ? "오전" : "오후";
  if (token.text == "A") return hour < 12 ? "A" : "P";
  return names.halves[hour < 12 ? 0 : 1];
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
  const CalendarNames& names = calendar_names(section.language);
  std::string shown;
  for (const NumberFormatToken& token : section.tokens) {
    if (token.kind == Kind::Date)
      shown += show_part(token, at, twelve_hours, names);
    else if (token.kind == Kind::AmPm)
      shown += show_half_of_day(token, at.hour, names);
    else
      shown += token.text;
  }
  return shown;
}

}  // namespace rag
