#include "core/time_mark.h"

#include <algorithm>

namespace rag {
namespace {

bool is_digit_at(std::string_view text, std::size_t at) { return at < text.size() && text[at] >= '0' && text[at] <= '9'; }

// "00:01:23" where the line begins with "[00:01:23] ", else "".
std::string_view time_of_line(std::string_view line) {
  if (!line.starts_with('[')) return {};
  std::size_t at = 1;
  while (is_digit_at(line, at)) ++at;
  if (at < 3 || at > 9) return {};
  for (int part = 0; part < 2; ++part, at += 3)
    if (at >= line.size() || line[at] != ':' || !is_digit_at(line, at + 1) || !is_digit_at(line, at + 2)) return {};
  return line.substr(at).starts_with("] ") ? line.substr(1, at - 1) : std::string_view();
}

}  // namespace

std::string clock_time(double seconds) {
  constexpr double kMost = 3.6e10;  // ten million hours: what a file says is no reason for undefined behaviour
  const auto whole = seconds > 0 ? static_cast<long long>(std::min(seconds, kMost)) : 0;
  const auto two = [](long long n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return two(whole / 3600) + ":" + two(whole / 60 % 60) + ":" + two(whole % 60);
}

std::string time_mark(double seconds) { return "[" + clock_time(seconds) + "] "; }

std::size_t time_mark_size(std::string_view text) {
  const std::string_view time = time_of_line(text);
  return time.empty() ? 0 : time.size() + std::string_view("[] ").size();
}

std::string time_at(std::string_view text, std::size_t offset) {
  std::size_t begin = std::min(offset, text.size());
  for (;;) {
    // The beginning of the line that holds `begin`; its own mark counts even where `offset` lies inside it.
    begin = begin == 0 ? 0 : text.rfind('\n', begin - 1) + 1;  // npos + 1 is 0
    if (const std::string_view time = time_of_line(text.substr(begin)); !time.empty()) return std::string(time);
    if (begin == 0) return "";
    --begin;
  }
}

}  // namespace rag
