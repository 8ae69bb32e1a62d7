#include "ingest/number_format.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "core/text.h"
#include "ingest/calendar_format.h"
#include "ingest/decimal.h"

namespace rag {
namespace {

constexpr std::size_t kMaxCode = 1000;  // bytes; Excel itself allows 255 characters
constexpr double kLastDay = 2958466;    // 10000-01-01

bool holds(char condition, double value, double limit) {
  switch (condition) {
    case '<': return value < limit;
    case '>': return value > limit;
    case '=': return value == limit;
    case 'l': return value <= limit;
    case 'g': return value >= limit;
    default: return value != limit;
  }
}

// Sections are apart by ';' that is neither quoted, escaped nor in brackets.
std::vector<std::string_view> split_sections(std::string_view code) {
  std::vector<std::string_view> sections;
  std::size_t begin = 0;
  bool quoted = false, bracketed = false;
  for (std::size_t i = 0; i < code.size(); ++i) {
    const char c = code[i];
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\\' || c == '_' || c == '*') {
      ++i;
    } else if (c == '[' || c == ']') {
      bracketed = c == '[';
    } else if (c == ';' && !bracketed) {
      sections.push_back(code.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  sections.push_back(code.substr(std::min(begin, code.size())));
  return sections;
}

bool starts_with_word(std::string_view text, std::string_view word) {
  return text.size() >= word.size() && std::equal(word.begin(), word.end(), text.begin(), [](char a, char b) { return a == (b | 0x20); });
}

std::size_t count_run(std::string_view text, char c) {
  const std::size_t end = text.find_first_not_of(std::string{c, static_cast<char>(c ^ 0x20)});
  return end == std::string_view::npos ? text.size() : end;
}

// The bytes of the character at `i`, however broken.
std::size_t character_size(std::string_view text, std::size_t i) {
  std::size_t size = 1;
  while (i + size < text.size() && (static_cast<unsigned char>(text[i + size]) & 0xC0) == 0x80) ++size;
  return size;
}

// Takes "[...]" apart: a currency, a condition, a length of time; a colour or a numbering system says nothing.
void read_brackets(std::string_view inside, NumberFormatSection& section) {
  using Kind = NumberFormatToken::Kind;
  if (inside.empty()) return;
  if (inside[0] == '$') {
    const std::size_t dash = inside.find('-');
    if (const std::string_view symbol = inside.substr(1, dash == std::string_view::npos ? dash : dash - 1); !symbol.empty())
      section.tokens.push_back({Kind::Literal, std::string(symbol)});
    if (dash != std::string_view::npos) section.language = inside.substr(dash + 1, inside.substr(dash + 1).find(','));
    return;
  }
  if (inside[0] == '<' || inside[0] == '>' || inside[0] == '=') {
    const bool two = inside.size() > 1 && (inside[1] == '=' || inside[1] == '>');
    section.condition = !two ? inside[0] : inside[1] == '>' ? 'n' : inside[0] == '<' ? 'l' : 'g';
    section.limit = std::strtod(std::string(inside.substr(two ? 2 : 1)).c_str(), nullptr);
    return;
  }
  const char first = static_cast<char>(inside[0] | 0x20);
  if ((first == 'h' || first == 'm' || first == 's') && count_run(inside, first) == inside.size()) {
    section.tokens.push_back({Kind::Date, "[" + std::string(std::min<std::size_t>(inside.size(), 2), first) + "]"});
    section.is_date = true;
  }
}

// "mm" means minutes behind hours and before seconds.
void tell_minutes_from_months(std::vector<NumberFormatToken>& tokens) {
  std::vector<NumberFormatToken*> dates;
  for (NumberFormatToken& token : tokens)
    if (token.kind == NumberFormatToken::Kind::Date) dates.push_back(&token);
  const auto is = [](const NumberFormatToken& token, char c) {
    return token.text[0] == c || token.text.substr(0, 2) == std::string("[") + c;
  };
  for (std::size_t i = 0; i < dates.size(); ++i) {
    if (dates[i]->text[0] != 'm' || dates[i]->text.size() > 2) continue;
    dates[i]->minutes = (i > 0 && is(*dates[i - 1], 'h')) || (i + 1 < dates.size() && is(*dates[i + 1], 's'));
  }
}

// "General" as Excel calls it in Korean, Japanese and Chinese, and as some programs write it into files.
std::size_t local_general(std::string_view rest) {
  for (const std::string_view name : {"G/표준", "G/標準", "G/通用格式"})
    if (rest.starts_with(name)) return name.size();
  return 0;
}

NumberFormatSection parse_section(std::string_view code) {
  using Kind = NumberFormatToken::Kind;
  NumberFormatSection section;
  const auto add = [&](Kind kind, std::string text = "", char placeholder = 0) {
    section.tokens.push_back({kind, std::move(text), placeholder});
  };
  for (std::size_t i = 0; i < code.size();) {
    const std::string_view rest = code.substr(i);
    const char c = rest[0], lower = static_cast<char>(c | 0x20);
    std::size_t taken = 1;
    if (c == '"') {
      const std::size_t end = std::min(rest.find('"', 1), rest.size());
      add(Kind::Literal, std::string(rest.substr(1, end - 1)));
      taken = end + 1;
    } else if (c == '[') {
      const std::size_t end = std::min(rest.find(']'), rest.size());
      read_brackets(rest.substr(1, end - 1), section);
      taken = end + 1;
    } else if (c == '\\' || c == '_' || c == '*') {
      // "_x" is a gap as wide as x, "*x" fills the cell with x: nothing to read.
      const std::size_t size = rest.size() > 1 ? character_size(rest, 1) : 0;
      if (c == '\\') add(Kind::Literal, std::string(rest.substr(1, size)));
      taken = 1 + size;
    } else if (starts_with_word(rest, "general")) {
      add(Kind::General);
      taken = 7;
    } else if (const std::size_t size = local_general(rest)) {
      add(Kind::General);
      taken = size;
    } else if (starts_with_word(rest, "am/pm") || starts_with_word(rest, "a/p")) {
      taken = lower == 'a' && (rest[1] | 0x20) == 'm' ? 5 : 3;
      add(Kind::AmPm, taken == 5 ? "AM" : "A");
      section.is_date = true;
    } else if (rest.starts_with("오전/오후")) {
      taken = std::string_view("오전/오후").size();
      add(Kind::AmPm, "오전");
      section.is_date = true;
    } else if (c == '0' || c == '#' || c == '?') {
      // "ss.00": parts of a second.
      if (section.tokens.size() > 1 && section.tokens.back().kind == Kind::Point &&
          section.tokens[section.tokens.size() - 2].kind == Kind::Date) {
        taken = std::min(rest.find_first_not_of('0'), rest.size());
        taken = std::max<std::size_t>(taken, 1);
        section.tokens.back() = {Kind::Date, "." + std::string(taken, '0')};
      } else {
        add(Kind::Digit, "", c);
      }
    } else if (c == '.') {
      add(Kind::Point, ".");
    } else if (c == ',') {
      add(Kind::Comma, ",");
    } else if (c == '%') {
      add(Kind::Percent, "%");
    } else if (c == '/') {
      add(Kind::Slash, "/");
    } else if ((c == 'E' || c == 'e') && rest.size() > 1 && (rest[1] == '+' || rest[1] == '-')) {
      add(Kind::Exponent, std::string(1, rest[1]));
      taken = 2;
    } else if (lower == 'y' || lower == 'm' || lower == 'd' || lower == 'h' || lower == 's' || lower == 'e' || rest.starts_with("aaa")) {
      taken = std::min<std::size_t>(count_run(rest, lower), 5);
      add(Kind::Date, std::string(taken, lower));
      section.is_date = true;
    } else if (c == '@') {
      add(Kind::Text);
      section.has_text = true;
    } else if (lower != 'g') {
      taken = character_size(code, i);
      add(Kind::Literal, std::string(rest.substr(0, taken)));
    }
    i += taken;
  }
  tell_minutes_from_months(section.tokens);
  return section;
}

}  // namespace

NumberFormat::NumberFormat(std::string_view code) {
  if (code.empty() || code.size() > kMaxCode) return;
  for (const std::string_view section : split_sections(code)) {
    if (sections_.size() == 4) break;
    sections_.push_back(parse_section(section));
  }
  // The last section is for text where it says so or is the fourth; "@" alone leaves numbers as they are.
  if (!sections_.back().has_text && sections_.size() < 4) return;
  text_section_ = std::move(sections_.back());
  sections_.pop_back();
}

std::string NumberFormat::show_text(std::string_view text) const {
  // A fourth section without a place for the text hides it: that is for the screen, not for a search.
  if (!text_section_.has_text) return std::string(text);
  std::string shown;
  for (const NumberFormatToken& token : text_section_.tokens) {
    if (token.kind == NumberFormatToken::Kind::Text)
      shown += text;
    else if (token.kind == NumberFormatToken::Kind::Literal)
      shown += token.text;
  }
  return shown;
}

std::string NumberFormat::show(double value, bool epoch_1904) const {
  if (!std::isfinite(value)) return show_general(value);
  if (sections_.empty()) return show_general(value);
  std::size_t chosen = 0;
  bool minus = value < 0;
  if (sections_[0].condition || (sections_.size() > 1 && sections_[1].condition)) {
    const std::size_t most = std::min<std::size_t>(sections_.size(), 3);
    while (chosen + 1 < most && sections_[chosen].condition && !holds(sections_[chosen].condition, value, sections_[chosen].limit))
      ++chosen;
    // A section that only negative numbers reach says itself how they look.
    const char condition = sections_[chosen].condition;
    if ((condition == '<' || condition == 'l') && sections_[chosen].limit <= 0) minus = false;
  } else if (sections_.size() >= 2 && value < 0) {
    chosen = 1;
    minus = false;  // the section says how a negative number looks
  } else if (sections_.size() >= 3 && value == 0) {
    chosen = 2;
  }
  const NumberFormatSection& section = sections_[chosen];
  if (section.is_date) {
    const auto is_length = [](const NumberFormatToken& token) { return token.kind == NumberFormatToken::Kind::Date && token.text[0] == '['; };
    // A length of time may be negative, and has no calendar.
    if (std::any_of(section.tokens.begin(), section.tokens.end(), is_length) && std::fabs(value) < kLastDay)
      return (minus ? "-" : "") + show_calendar(section, std::fabs(value));
    const double serial = epoch_1904 ? value + 1462 : value;
    return serial >= 0 && serial < kLastDay ? show_calendar(section, serial) : show_general(value);
  }
  const std::string shown = show_number(section, std::fabs(value));
  // What rounds to nothing has no sign.
  const bool is_zero = shown.find_first_of("123456789") == std::string::npos;
  return (minus && !shown.empty() && !is_zero ? "-" : "") + shown;
}

std::string_view NumberFormat::built_in(int id) {
  switch (id) {
    case 1: return "0";
    case 2: return "0.00";
    case 3: return "#,##0";
    case 4: return "#,##0.00";
    case 5:
    case 6: return "$#,##0;($#,##0)";
    case 7:
    case 8: return "$#,##0.00;($#,##0.00)";
    case 9: return "0%";
    case 10: return "0.00%";
    case 11: return "0.00E+00";
    case 12: return "# ?/?";
    case 13: return "# ?\?/?\?";
    case 15: return "d-mmm-yy";
    case 16: return "d-mmm";
    case 17: return "mmm-yy";
    case 18: return "h:mm AM/PM";
    case 19: return "h:mm:ss AM/PM";
    case 20:
    case 32: return "h:mm";
    case 21:
    case 33: return "h:mm:ss";
    case 22: return "yyyy-mm-dd hh:mm";
    case 37:
    case 38: return "#,##0;(#,##0)";
    case 39:
    case 40: return "#,##0.00;(#,##0.00)";
    case 41: return "#,##0;-#,##0;\"-\"";
    case 42: return "$#,##0;-$#,##0;$\"-\"";
    case 43: return "#,##0.00;-#,##0.00;\"-\"";
    case 44: return "$#,##0.00;-$#,##0.00;$\"-\"";
    case 45: return "mm:ss";
    case 46: return "[h]:mm:ss";
    case 47: return "mm:ss.0";
    case 48: return "##0.0E+0";
    default: break;
  }
  const bool is_local_date = id == 14 || (id >= 27 && id <= 36) || (id >= 50 && id <= 58);
  return is_local_date ? "yyyy-mm-dd" : "";
}

}  // namespace rag
