#pragma once

#include <array>
#include <string>
#include <string_view>

namespace rag {

// How a language calls months and days.
struct CalendarNames {
  std::array<std::string, 12> months, short_months;
  std::array<std::string, 7> days, short_days;  // from Sunday on
  std::array<std::string, 2> halves;            // of the day: "AM" and "PM", "오전" and "오후"
  bool is_korean = false;
};

// By a number format's language: a Windows id in hexadecimal ("412", "1000412") or a name ("ko-KR").  English for "", for what is no
// language and for "F800" and "F400", the reader's own.  The names live as long as the program; any thread may ask.
const CalendarNames& calendar_names(std::string_view language);

}  // namespace rag
