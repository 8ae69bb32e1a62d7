#include "pipelines/source_rules.h"

#include <algorithm>
#include <charconv>

#include "core/error.h"
#include "core/text.h"

namespace rag {
namespace {

constexpr std::string_view kPathSegment = "path segment";

[[noreturn]] void refuse(std::string_view rule, const std::string& what) {
  throw Error(ErrorKind::Usage, "metadata rule \"" + std::string(rule) + "\": " + what +
                                    "; write it like 'dept = path segment 1' (a folder of the path, counted from 1) or 'owner = hr team'");
}

bool is_key(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const char32_t c = next_code_point(text, i);
    if (!is_letter(c) && !is_digit(c) && c != '_' && c != '-' && c != '.') return false;
  }
  return !text.empty();
}

bool is_quoted(std::string_view text) { return text.size() >= 2 && (text[0] == '"' || text[0] == '\'') && text.back() == text[0]; }

int segment_number(std::string_view rule, std::string_view digits) {
  int number = 0;
  const auto [end, trouble] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (trouble != std::errc() || end != digits.data() + digits.size() || number == 0 || std::abs(number) > 1000)
    refuse(rule, "found \"" + std::string(digits) + "\", expected the number of a folder, from 1, or from -1 for the last one");
  return number;
}

std::vector<std::string_view> folders_of(std::string_view uri) {
  std::vector<std::string_view> folders;
  for (std::size_t end = uri.find('/'); end != std::string_view::npos; end = uri.find('/')) {
    folders.push_back(uri.substr(0, end));
    uri.remove_prefix(end + 1);
  }
  return folders;
}

}  // namespace

MetadataRule parse_metadata_rule(std::string_view text) {
  if (find_invalid_utf8(text)) refuse(replace_invalid_utf8(text), "not UTF-8");
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) refuse(text, "no '=' in it");
  MetadataRule rule{.key = to_nfc(trim(text.substr(0, equals)))};
  if (!is_key(rule.key)) refuse(text, "\"" + rule.key + "\" cannot be a key, expected letters, digits, '_', '-' and '.'");
  const std::string_view value = trim(text.substr(equals + 1));
  if (value.empty()) refuse(text, "no value behind the '='");
  if (is_quoted(value))
    rule.value = to_nfc(value.substr(1, value.size() - 2));
  else if (value.starts_with(kPathSegment) && (value.size() == kPathSegment.size() || value[kPathSegment.size()] == ' '))
    rule.segment = segment_number(text, trim(value.substr(kPathSegment.size())));
  else
    rule.value = to_nfc(value);
  return rule;
}

SourceRules::SourceRules(const SourceSettings& settings) : access_(settings.access), language_(settings.language) {
  for (const std::string& rule : settings.metadata) {
    rules_.push_back(parse_metadata_rule(rule));
    name_ += "metadata " + rule + '\n';
  }
  for (const std::string& group : access_) name_ += "access " + group + '\n';
  if (!language_.empty()) name_ += "language " + language_ + '\n';
}

void SourceRules::apply(Document& document, std::string_view file_uri) const {
  const std::vector<std::string_view> folders = folders_of(file_uri);
  for (const MetadataRule& rule : rules_) {
    if (rule.segment == 0) {
      document.metadata[rule.key] = {rule.value};
      continue;
    }
    const auto count = static_cast<int>(folders.size());
    const int at = rule.segment > 0 ? rule.segment - 1 : count + rule.segment;
    if (at >= 0 && at < count) document.metadata[rule.key] = {to_nfc(folders[static_cast<std::size_t>(at)])};
  }
  if (!access_.empty()) document.acl = access_;
  if (!language_.empty()) document.language = language_;
}

bool SourceRules::depend_on_path() const {
  return std::any_of(rules_.begin(), rules_.end(), [](const MetadataRule& rule) { return rule.segment != 0; });
}

}  // namespace rag
