#include "retrieve/eval/find_quote.h"

#include "core/text.h"
#include "retrieve/eval/approximate_match.h"

namespace rag {
namespace {

// Latin letters and digits, whose words stand apart; Hangul, Han and kana do not.
bool joins(char32_t c) { return (is_letter(c) || is_digit(c)) && !is_cjk(c); }

char32_t character_before(std::string_view text, std::size_t at) {
  if (at == 0) return 0;
  std::size_t begin = floor_to_character(text, at - 1);
  return next_code_point(text, begin);
}

char32_t character_at(std::string_view text, std::size_t at) { return at < text.size() ? next_code_point(text, at) : 0; }

// Whether the span ends where words do.  A decimal point or a comma between digits goes on with the number.
bool stands_alone(std::string_view text, Span span) {
  const char32_t first = character_at(text, span.begin), last = character_before(text, span.end);
  const char32_t before = character_before(text, span.begin), after = character_at(text, span.end);
  if (joins(first) && joins(before)) return false;
  if (joins(last) && joins(after)) return false;
  const auto number_goes_on = [&](char32_t sign, char32_t digit) { return (sign == '.' || sign == ',') && is_digit(digit); };
  if (is_digit(first) && number_goes_on(before, span.begin > 1 ? character_before(text, span.begin - 1) : 0)) return false;
  return !(is_digit(last) && number_goes_on(after, character_at(text, span.end + 1)));
}

std::vector<QuotePlace> verbatim(std::string_view text, const std::string& quote) {
  std::vector<QuotePlace> places;
  for (std::size_t at = text.find(quote); at != std::string_view::npos; at = text.find(quote, at + 1))
    if (stands_alone(text, {at, at + quote.size()})) places.push_back({{at, at + quote.size()}, 1});
  return places;
}

Span bytes_of(const ComparedText& text, std::size_t begin, std::size_t end) { return {text.bytes[begin].begin, text.bytes[end - 1].end}; }

std::vector<QuotePlace> same_words(std::string_view text, const ComparedText& compared, const std::u32string& quote) {
  std::vector<QuotePlace> places;
  for (std::size_t at = compared.characters.find(quote); at != std::u32string::npos; at = compared.characters.find(quote, at + 1))
    if (const Span span = bytes_of(compared, at, at + quote.size()); stands_alone(text, span)) places.push_back({span, 1});
  return places;
}

}  // namespace

QuoteSearch QuoteFinder::find(const std::string& quote, double least_similarity) {
  const std::string wanted = to_nfc(trim(quote));
  QuoteSearch search;
  if (wanted.empty()) return search;
  search.places = verbatim(text_, wanted);
  if (!search.places.empty()) return search;
  if (!compared_) compared_ = compared_text(text_);
  const std::u32string characters = compared_text(wanted).characters;
  if (characters.empty() || compared_->characters.empty()) return search;
  search.places = same_words(text_, *compared_, characters);
  if (!search.places.empty()) return search;
  const ApproximateMatch match = closest_match(characters, compared_->characters);
  if (match.end == match.begin) return search;
  search.closest = {bytes_of(*compared_, match.begin, match.end),
                    1.0 - static_cast<double>(match.distance) / static_cast<double>(characters.size())};
  if (search.closest.similarity >= least_similarity && characters.size() >= kApproximateCharacters) search.places.push_back(search.closest);
  return search;
}

}  // namespace rag
