#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/span.h"
#include "retrieve/eval/compared_text.h"

namespace rag {

struct QuotePlace {
  Span span;              // bytes of the text
  double similarity = 0;  // 1 - edit distance / characters of the quote, both as compared_text() has them; 1: the same words
};

struct QuoteSearch {
  std::vector<QuotePlace> places;  // in order; several only where the very quote stands at several places
  QuotePlace closest;              // the best there is where `places` is empty; similarity 0 where nothing is alike
};

// A quote alike by less than this is another text.  A quote shorter than kApproximateCharacters must be the same: "27 days" is no misspelt
// "25 days".
inline constexpr double kLeastSimilarity = 0.8;
inline constexpr std::size_t kApproximateCharacters = 16;

// Finds quotes again in one text: byte for byte, else the same characters in another layout or case, else the closest part of the text.
// What begins or ends with a Latin letter or a digit is not found inside a longer word or number; Hangul is, since particles follow.
// The text must be valid UTF-8 and outlive the finder.
class QuoteFinder {
 public:
  explicit QuoteFinder(std::string_view text) : text_(text) {}
  QuoteSearch find(const std::string& quote, double least_similarity = kLeastSimilarity);

 private:
  std::string_view text_;
  std::optional<ComparedText> compared_;  // made when first needed
};

}  // namespace rag
