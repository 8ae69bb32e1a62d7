#pragma once

#include <string>
#include <vector>

namespace rag {

// A number format's code, taken apart.
struct NumberFormatToken {
  enum class Kind { Literal, Digit, Point, Comma, Percent, Exponent, Slash, Date, AmPm, General, Text };
  Kind kind = Kind::Literal;
  std::string text;      // as it stands in the text; letters of a part of a date: "yyyy", "[h]", ".00"
  char placeholder = 0;  // of a digit: '0', '#', '?'
  bool minutes = false;  // of "m" and "mm"
};

struct NumberFormatSection {
  std::vector<NumberFormatToken> tokens;
  char condition = 0;  // '<', '>', '=', 'l' (<=), 'g' (>=), 'n' (<>); 0 where there is none
  double limit = 0;
  bool is_date = false;
  bool has_text = false;  // an '@', the place of a cell's text
  std::string language;   // of names of months and days, see calendar_names()
};

// A number that is not negative, by a section that is no date.
std::string show_number(const NumberFormatSection& section, double magnitude);

}  // namespace rag
