#include "retrieve/filter_condition.h"

#include <charconv>
#include <cmath>

#include "core/member_uri.h"
#include "core/text.h"

namespace rag {
namespace {

std::u32string code_points(std::string_view text) {
  std::u32string points;
  for (std::size_t i = 0; i < text.size();) points.push_back(next_code_point(text, i));
  return points;
}

bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }

// The whole text as a finite decimal number.  "inf" and "nan", which from_chars would take, are words here.
std::optional<double> as_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const std::size_t first = text.starts_with('-') ? 1 : 0;
  if (first >= text.size() || (!is_ascii_digit(text[first]) && text[first] != '.')) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

// "2024", "2024-05", "2024-05-17", "2024-05-17t10:30:00z": digits where an ISO 8601 date has digits, and the same separators.
bool looks_like_date(std::string_view text) {
  constexpr std::string_view kShape = "0000-00-00";
  if (text.size() < 4) return false;
  for (std::size_t i = 0; i < text.size() && i < kShape.size(); ++i)
    if (kShape[i] == '0' ? !is_ascii_digit(text[i]) : text[i] != kShape[i]) return false;
  if (text.size() > kShape.size()) return text[10] == 't' || text[10] == ' ';
  return text.size() == 4 || text.size() == 7 || text.size() == 10;
}

std::string_view extension_of(std::string_view uri) {
  const std::string_view name = uri.substr(uri.rfind('/') + 1);
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? std::string_view() : name.substr(dot + 1);
}

// The value of a built-in key, or nothing where the key is not one or the document lacks it.
std::optional<std::string_view> built_in(const DocumentRecord& document, std::string_view key) {
  std::string_view value;
  if (key == "path") value = document.uri;
  // A line of a corpus has the uri "file.jsonl#_id": its extension is the file's.  A file within a file has one of its own.
  else if (key == "ext")
    value = extension_of(document.file_uri.empty() || is_within(document.uri, document.file_uri) ? document.uri : document.file_uri);
  else if (key == "container" && is_within(document.uri, document.file_uri))
    value = document.file_uri;
  else if (key == "title")
    value = document.title;
  else if (key == "lang")
    value = document.language;
  else if (key == "type")
    value = document.media_type;
  else if (key == "source")
    value = document.source;
  else if (key == "id")
    value = document.id;
  if (value.empty()) return std::nullopt;
  return value;
}

}  // namespace

std::string fold_for_filter(std::string_view text) {
  // Folding can take a text out of NFC, so the composition comes last.
  return to_nfc(find_invalid_utf8(text) ? fold_case(replace_invalid_utf8(text)) : fold_case(text));
}

// Greedy: where a character does not fit, the last * takes one character more.  Going back further than to the last * is never
// needed, so this takes at most pattern x text steps, whatever the pattern.
bool matches_pattern(std::u32string_view pattern, std::u32string_view text) {
  std::size_t p = 0, t = 0, after_star = std::u32string_view::npos, star_end = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == U'*') {
      after_star = ++p;
      star_end = t;
    } else if (p < pattern.size() && (pattern[p] == U'?' || pattern[p] == text[t])) {
      ++p, ++t;
    } else if (after_star != std::u32string_view::npos) {
      p = after_star;
      t = ++star_end;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == U'*') ++p;
  return p == pattern.size();
}

FilterCondition::FilterCondition(std::string_view key, Comparison comparison, std::string_view value)
    : comparison_(comparison), key_(fold_for_filter(key)), value_(fold_for_filter(value)) {
  is_name_ = key_ == "id" || key_ == "path" || key_ == "container";
  if (key_ == "ext" && value_.size() > 1 && value_[0] == '.') value_.erase(0, 1);  // ext=.pdf is what some will type
  if (comparison == Comparison::Matches) pattern_ = code_points(value_);
  if (is_name_) return;
  number_ = as_number(value_);
  is_date_ = looks_like_date(value_);
}

int FilterCondition::compare(const std::string& value) const {
  if (number_) {
    if (const std::optional<double> other = as_number(value)) {
      if (*other != *number_) return *other < *number_ ? -1 : 1;
      // Beyond 2^53 different integers share a double: long account numbers compare digit by digit instead.
      if (std::abs(*number_) < 9007199254740992.0) return 0;
    }
  }
  if (is_date_ && value.size() > value_.size() && looks_like_date(value)) return value.compare(0, value_.size(), value_);
  return value.compare(value_);
}

bool FilterCondition::holds(const std::string& value) const {
  switch (comparison_) {
    case Comparison::Equal:
    case Comparison::NotEqual: return compare(value) == 0;  // accepts() turns it round
    case Comparison::Less: return compare(value) < 0;
    case Comparison::LessEqual: return compare(value) <= 0;
    case Comparison::Greater: return compare(value) > 0;
    case Comparison::GreaterEqual: return compare(value) >= 0;
    case Comparison::Matches: return matches_pattern(pattern_, code_points(value));
  }
  return false;
}

bool FilterCondition::any_value(const DocumentRecord& document) const {
  if (const auto value = built_in(document, key_); value && holds(fold_for_filter(*value))) return true;
  for (const auto& [key, values] : document.metadata) {
    if (key != key_ && fold_for_filter(key) != key_) continue;
    for (const std::string& value : values)
      if (holds(fold_for_filter(value))) return true;
  }
  return false;
}

// "dept != hr" is "NOT dept = hr": a document of two departments, one of them hr, is not what was asked for.
bool FilterCondition::accepts(const DocumentRecord& document) const { return any_value(document) != (comparison_ == Comparison::NotEqual); }

}  // namespace rag
