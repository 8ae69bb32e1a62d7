#include "ingest/ignore_rules.h"

#include <algorithm>
#include <cctype>

namespace rag {
namespace {

constexpr auto kNowhere = std::string_view::npos;

bool is_in_named_class(std::string_view name, unsigned char c) {
  if (name == "alpha") return std::isalpha(c);
  if (name == "digit") return std::isdigit(c);
  if (name == "alnum") return std::isalnum(c);
  if (name == "upper") return std::isupper(c);
  if (name == "lower") return std::islower(c);
  if (name == "space") return std::isspace(c);
  if (name == "punct") return std::ispunct(c);
  if (name == "xdigit") return std::isxdigit(c);
  return false;
}

// Matches the bracket expression at pattern[at] and moves `at` behind it; without a closing bracket nothing matches.
bool matches_bracket(std::string_view pattern, std::size_t& at, unsigned char c) {
  std::size_t i = at + 1;
  const bool negated = i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^');
  if (negated) ++i;
  bool found = false;
  for (bool first = true; i < pattern.size() && (pattern[i] != ']' || first); first = false) {
    if (pattern.substr(i, 2) == "[:") {
      if (const std::size_t end = pattern.find(":]", i + 2); end != kNowhere) {
        found = found || is_in_named_class(pattern.substr(i + 2, end - i - 2), c);
        i = end + 2;
        continue;
      }
    }
    if (pattern[i] == '\\' && i + 1 < pattern.size()) ++i;
    const auto low = static_cast<unsigned char>(pattern[i++]);
    unsigned char high = low;
    if (i + 1 < pattern.size() && pattern[i] == '-' && pattern[i + 1] != ']') {
      i += pattern[i + 1] == '\\' && i + 2 < pattern.size() ? 2 : 1;
      high = static_cast<unsigned char>(pattern[i++]);
    }
    found = found || (c >= low && c <= high);
  }
  if (i >= pattern.size()) {
    at = pattern.size();
    return false;
  }
  at = i + 1;
  return found != negated;
}

// Matches one character of the pattern that is not '*' and moves `at` behind it.
bool matches_one(std::string_view pattern, std::size_t& at, char c) {
  if (pattern[at] == '?') return ++at, true;
  if (pattern[at] == '[') return matches_bracket(pattern, at, static_cast<unsigned char>(c));
  if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
  return pattern[at++] == c;
}

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    parts.push_back(path.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

// "**" stands for any number of whole segments; a last one for at least one.
bool matches_path(const std::vector<std::string>& pattern, const std::vector<std::string_view>& path) {
  std::size_t p = 0, s = 0, star = kNowhere, star_from = 0;
  while (s < path.size()) {
    if (p < pattern.size() && pattern[p] == "**") {
      if (p + 1 == pattern.size()) return true;
      star = p++;
      star_from = s;
    } else if (p < pattern.size() && matches_glob(pattern[p], path[s])) {
      ++p;
      ++s;
    } else if (star != kNowhere) {
      p = star + 1;
      s = ++star_from;
    } else {
      return false;
    }
  }
  return p == pattern.size();
}

}  // namespace

bool matches_glob(std::string_view pattern, std::string_view name) {
  std::size_t p = 0, n = 0, star = kNowhere, star_from = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_from = n;
      continue;
    }
    std::size_t next = p;
    if (p < pattern.size() && matches_one(pattern, next, name[n])) {
      p = next;
      ++n;
    } else if (star != kNowhere) {
      p = star + 1;
      n = ++star_from;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

void IgnoreRules::add_line(std::string_view line, std::vector<Rule>& rules) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  while (line.ends_with(' ') && !line.ends_with("\\ ")) line.remove_suffix(1);
  if (line.empty() || line[0] == '#') return;
  Rule rule;
  if (line[0] == '!') {
    rule.keeps = true;
    line.remove_prefix(1);
  }
  if (line.ends_with('/')) {
    rule.folders_only = true;
    line.remove_suffix(1);
  }
  if (line.empty()) return;
  const bool anchored = line.find('/') != kNowhere;
  if (line[0] == '/') line.remove_prefix(1);
  if (!anchored) rule.segments.push_back("**");
  for (const std::string_view segment : split(line)) {
    const bool repeated = segment == "**" && !rule.segments.empty() && rule.segments.back() == "**";
    if (!repeated && !segment.empty()) rule.segments.emplace_back(segment);
  }
  rules.push_back(std::move(rule));
}

IgnoreRules::IgnoreRules(std::string_view file_text) {
  if (file_text.starts_with("\xEF\xBB\xBF")) file_text.remove_prefix(3);
  for (std::size_t at = 0; at < file_text.size();) {
    const std::size_t end = std::min(file_text.find('\n', at), file_text.size());
    add_line(file_text.substr(at, end - at), rules_);
    at = end + 1;
  }
}

Verdict IgnoreRules::judge(std::string_view path, bool is_folder) const {
  const std::vector<std::string_view> parts = split(path);
  for (auto rule = rules_.rbegin(); rule != rules_.rend(); ++rule) {
    if (rule->folders_only && !is_folder) continue;
    if (matches_path(rule->segments, parts)) return rule->keeps ? Verdict::Keep : Verdict::Ignore;
  }
  return Verdict::None;
}

}  // namespace rag
