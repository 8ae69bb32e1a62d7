#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "index/records.h"

namespace rag {

enum class Comparison { Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual, Matches };

// The longest shell pattern, in characters: matching takes at most so many steps for each character of a value.
constexpr std::size_t kMaxPatternCharacters = 1000;

// `key` `comparison` `value`, prepared once and asked of many documents.
class FilterCondition {
 public:
  FilterCondition(std::string_view key, Comparison comparison, std::string_view value);
  bool accepts(const DocumentRecord& document) const;

 private:
  bool holds(const std::string& value) const;
  int compare(const std::string& value) const;  // as strcmp: of the document's value with ours
  bool any_value(const DocumentRecord& document) const;

  Comparison comparison_;
  std::string key_;    // folded
  std::string value_;  // folded
  std::u32string pattern_;
  std::optional<double> number_;
  bool is_date_ = false;
  bool is_name_ = false;  // id or path
};

// Text as filters compare it: NFC, case folded.  Invalid UTF-8 is read as U+FFFD.
std::string fold_for_filter(std::string_view text);

// A shell pattern of * and ? against a whole text; both already folded.
bool matches_pattern(std::u32string_view pattern, std::u32string_view text);

}  // namespace rag
