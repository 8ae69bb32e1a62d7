#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "index/records.h"

namespace rag {

// A condition on documents:  ext=pdf AND (dept=hr OR dept=legal) AND year>=2024 AND NOT path~"drafts/*"
//
// Keys: any metadata key, and the built-in `path` (uri), `ext`, `title`, `lang`, `type` (media type), `source`, `id`.
// Operators: = != < <= > >= and ~ (shell pattern).  Numbers compare as numbers where both sides are numbers, dates and
// words as text, case-insensitively.  A key with several values matches where one of them does; a missing key matches
// nothing but != and NOT.  Values with blanks or operators go in "double" or 'single' quotes.
class Filter {
 public:
  virtual ~Filter() = default;
  virtual bool accepts(const DocumentRecord& document) const = 0;
};

// Throws Error(Usage), pointing at the place and showing an example.  An empty expression gives nullptr: no filter.
std::unique_ptr<Filter> parse_filter(std::string_view expression);

}  // namespace rag
