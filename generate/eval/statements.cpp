#include "generate/eval/statements.h"

#include <algorithm>

#include "core/sentences.h"
#include "core/text.h"
#include "generate/draft.h"

namespace rag {
namespace {

// Where the text is cut beside its sentences' ends: at a marker that stands between the end of one citation's span and the beginning of another's.
std::vector<std::size_t> cuts_of(const GivenAnswer& answer, const std::string& blanked, const std::vector<MarkerSpan>& markers) {
  std::vector<std::size_t> cuts;
  for (const MarkerSpan& marker : markers) {
    std::size_t before = marker.span.begin, after = marker.span.end;
    while (before > 0 && blanked[before - 1] == ' ') --before;
    while (after < blanked.size() && blanked[after] == ' ') ++after;
    const auto ends = [&](const GivenCitation& c) { return c.answer_span && c.answer_span->end == before; };
    const auto begins = [&](const GivenCitation& c) { return c.answer_span && c.answer_span->begin == after; };
    if (std::ranges::any_of(answer.citations, ends) && std::ranges::any_of(answer.citations, begins)) cuts.push_back(after);
  }
  std::ranges::sort(cuts);
  return cuts;
}

std::vector<Span> sentences_between(const std::string& text, const std::vector<std::size_t>& cuts) {
  std::vector<Span> sentences;
  std::size_t begin = 0;
  const auto add_up_to = [&](std::size_t end) {
    if (end <= begin) return;
    const std::string_view piece = std::string_view(text).substr(begin, end - begin);
    for (const Span span : split_sentences(piece))
      if (has_word(piece.substr(span.begin, span.size()))) sentences.push_back({begin + span.begin, begin + span.end});
    begin = end;
  };
  for (const std::size_t cut : cuts) add_up_to(cut);
  add_up_to(text.size());
  return sentences;
}

}  // namespace

std::vector<Statement> statements_of(const GivenAnswer& answer) {
  const std::vector<MarkerSpan> markers = markers_of(answer.text);
  std::string blanked = answer.text;
  for (const MarkerSpan& marker : markers) std::fill(blanked.begin() + static_cast<std::ptrdiff_t>(marker.span.begin), blanked.begin() + static_cast<std::ptrdiff_t>(marker.span.end), ' ');
  const std::vector<Span> sentences = sentences_between(blanked, cuts_of(answer, blanked, markers));

  std::vector<std::vector<int>> numbers(sentences.size());
  for (const MarkerSpan& marker : markers) {
    if (sentences.empty()) break;
    const auto behind = std::ranges::partition_point(sentences, [&](const Span& span) { return span.begin < marker.span.begin; });
    const std::size_t owner = behind == sentences.begin() ? 0 : static_cast<std::size_t>(behind - sentences.begin()) - 1;
    numbers[owner].insert(numbers[owner].end(), marker.numbers.begin(), marker.numbers.end());
  }

  std::vector<Statement> statements;
  for (std::size_t i = 0; i < sentences.size(); ++i) {
    Statement statement{.text = collapse_white_space(std::string_view(blanked).substr(sentences[i].begin, sentences[i].size()))};
    for (std::size_t c = 0; c < answer.citations.size(); ++c) {
      const GivenCitation& citation = answer.citations[c];
      const bool stands_for = citation.answer_span    ? citation.answer_span->begin < sentences[i].end && sentences[i].begin < citation.answer_span->end
                              : citation.number > 0 && !markers.empty() ? std::ranges::count(numbers[i], citation.number) > 0
                                                      : true;
      if (stands_for) statement.cited.push_back(c);
    }
    statements.push_back(std::move(statement));
  }
  return statements;
}

}  // namespace rag
