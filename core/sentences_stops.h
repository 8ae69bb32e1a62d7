#pragma once

#include <cstddef>
#include <string_view>

namespace rag {

// A run of sentence-ending marks inside a text, with the quotes and brackets that close behind it.
struct Stop {
  std::size_t begin = 0;  // first mark
  std::size_t end = 0;    // behind the last mark
  std::size_t after = 0;  // behind the closing quotes and brackets
  bool wide = false;      // the last mark is a full-width one, which no blank need follow
};

// The next run of marks at or after `from`; begin == text.size() where there is none.
Stop find_stop(std::string_view text, std::size_t from);

// Whether a sentence that begins at `begin` ends at this stop: not behind an abbreviation, an initial or a list number,
// not inside a number, a date, a URL or a quotation that goes on.
bool ends_sentence(std::string_view text, std::size_t begin, const Stop& stop);

// Whether a line without a full stop reads as the end of a Korean sentence ("-다", "-요").
bool ends_like_korean_sentence(std::string_view line);

}  // namespace rag
