#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "index/records.h"

namespace rag {

// A condition on documents:  ext=pdf AND (dept=hr OR dept=legal) AND year>=2024 AND NOT path~"drafts/*"
//
// Keys: any metadata key, and the built-in `path` (uri), `container` (uri of the archive or mail it lies in, the outermost),
// `ext`, `title`, `lang`, `type` (media type), `source`, `id`; a metadata key of a built-in name is looked at as well.
// Operators: = != < <= > >= and ~ (shell pattern: * any characters, '/' too, ? one character; the whole value must fit).
// Numbers compare as numbers where both sides are numbers, dates and words as text, case-insensitively; a date compares as
// precisely as it is asked for (modified<=2024-05 holds all of May).  `id`, `path` and `container` are names and always compare as text.
// A key with several values matches where one of them does; `!=` is the opposite of `=`.  A missing key matches nothing but
// != and NOT.  Values with blanks or operators go in "double" or 'single' quotes; \" \' and \\ stand for themselves there.
// NOT binds closer than AND, AND closer than OR; the three are read in any case.
class Filter {
 public:
  virtual ~Filter() = default;
  virtual bool accepts(const DocumentRecord& document) const = 0;
};

// Throws Error(Usage), pointing at the place and showing an example.  An empty expression gives nullptr: no filter.
std::unique_ptr<Filter> parse_filter(std::string_view expression);

}  // namespace rag
