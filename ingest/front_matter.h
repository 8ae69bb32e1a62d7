#pragma once

#include <string>
#include <string_view>

#include "core/document.h"

namespace rag {

struct FrontMatter {
  std::string title;
  Metadata metadata;
  std::size_t end = 0;  // where the text proper begins; 0 where there is no front matter
};

// The block of "key: value" lines between two lines of "---" (or "+++") at a file's beginning: scalars, quoted ones, lists in
// brackets and lists of "- item" lines.  Deeper YAML is passed over, never an error.
FrontMatter read_front_matter(std::string_view text);

}  // namespace rag
