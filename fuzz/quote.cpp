// A quote, before the first NUL, in a text, behind it: found where it stands; and the closest part as the textbook's table has it.
#include <algorithm>
#include <string>
#include <vector>

#include "core/text.h"
#include "fuzz.h"
#include "retrieve/eval/approximate_match.h"
#include "retrieve/eval/find_quote.h"

namespace {

// Sellers 1980: the smallest edit distance of the pattern to any part of the text.
std::size_t smallest_distance(std::u32string_view pattern, std::u32string_view text) {
  std::vector<std::size_t> column(pattern.size() + 1);
  for (std::size_t i = 0; i < column.size(); ++i) column[i] = i;
  std::size_t best = column.back();
  for (const char32_t c : text) {
    std::size_t diagonal = 0;
    for (std::size_t i = 1; i < column.size(); ++i) {
      const std::size_t changed = diagonal + (pattern[i - 1] == c ? 0 : 1);
      diagonal = column[i];
      column[i] = std::min({changed, column[i] + 1, column[i - 1] + 1});
    }
    best = std::min(best, column.back());
  }
  return best;
}

std::u32string characters_of(std::string_view text) {
  std::u32string characters;
  for (const char c : text) characters += static_cast<unsigned char>(c);
  return characters;
}

}  // namespace

FUZZ(bytes) {
  const std::size_t end = std::min(bytes.find('\0'), bytes.size());
  const std::string quote(bytes.substr(0, end)), text = rag::replace_invalid_utf8(bytes.substr(std::min(end + 1, bytes.size())));
  const rag::QuoteSearch found = rag::QuoteFinder(text).find(quote);
  std::size_t behind = 0;
  for (const rag::QuotePlace& place : found.places) {
    rag::fuzz::require(place.span.begin >= behind && place.span.begin < place.span.end && place.span.end <= text.size());
    rag::fuzz::require(place.similarity >= rag::kLeastSimilarity && place.similarity <= 1);
    behind = place.span.begin;
  }
  if (quote.size() > 500 || text.size() > 2000) return;
  const std::u32string pattern = characters_of(quote), where = characters_of(text);
  const rag::ApproximateMatch match = rag::closest_match(pattern, where);
  rag::fuzz::require(match.begin <= match.end && match.end <= where.size() && match.distance == smallest_distance(pattern, where));
}
