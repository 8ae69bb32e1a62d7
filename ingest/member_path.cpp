#include "ingest/member_path.h"

#include <algorithm>
#include <cctype>

namespace rag {
namespace {

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string decode_percent(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool coded = text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0;
    if (coded) {
      out += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '\\' ? '/' : text[i];
    }
  }
  return out;
}

bool has_scheme(std::string_view reference) {
  const std::size_t colon = reference.find(':');
  return colon != std::string_view::npos && colon > 1 && reference.substr(0, colon).find_first_of("/?#") == std::string_view::npos;
}

}  // namespace

std::vector<std::string_view> path_steps(std::string_view path) {
  std::vector<std::string_view> steps;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view step = path.substr(at, end - at);
    at = end + 1;
    if (step == ".." && !steps.empty()) steps.pop_back();
    if (!step.empty() && step != "." && step != "..") steps.push_back(step);
  }
  return steps;
}

std::string resolve_member(std::string_view from, std::string_view reference) {
  if (has_scheme(reference)) return "";
  reference = reference.substr(0, reference.find('#'));
  const std::string target = decode_percent(reference);
  if (target.empty()) return "";
  std::string path = target;
  if (target[0] != '/') path = std::string(from.substr(0, from.rfind('/') == std::string_view::npos ? 0 : from.rfind('/'))) + "/" + target;
  std::string name;
  for (const std::string_view step : path_steps(path)) (name += name.empty() ? "" : "/") += step;
  return name;
}

}  // namespace rag
