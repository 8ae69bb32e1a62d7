#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/span.h"

namespace rag {

// A text as quotes are compared with it: letters and digits, compatibility forms unified (NFKC), case folded.  White space, line breaks,
// hyphens and other signs count for nothing, so that a quote is found again in another layout of the same words; a point within a number
// and a percent sign stay, a comma that groups thousands does not.
struct ComparedText {
  std::u32string characters;
  std::vector<Span> bytes;  // of the text, for each character; several characters may come from the same bytes
};

// The text must be valid UTF-8.
ComparedText compared_text(std::string_view text);

}  // namespace rag
