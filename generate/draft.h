#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/span.h"

namespace rag {

// One sentence of a drafted answer with the passage numbers it cites, as written, each once.
struct DraftSentence {
  std::string text;        // without markers
  std::string before;      // what separates it from the sentence before: "", " ", "\n" or "\n\n"
  std::vector<int> cited;  // larger than any passage where the draft says so; the reader checks
};

// Finds the markers of a draft ([1], [1][3], [1, 3], [1-2], full-width ones, 【1】) and the sentence each belongs to: the one it
// stands in or behind, or the one it opens a line for.  A closing "Sources: [1]" line lends its markers to sentences that
// have none; a list of references is left out.  "<think>...</think>" is left out.
std::vector<DraftSentence> parse_draft(const std::string& draft);

// The markers of a text in order, with the numbers each holds as written.  The text must be valid UTF-8.
struct MarkerSpan {
  Span span;  // a link behind it ("[1](https://...)") included
  std::vector<int> numbers;
};
std::vector<MarkerSpan> markers_of(std::string_view text);

// The text without markers, for showing an earlier answer again.
std::string without_markers(const std::string& text);

}  // namespace rag
