#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rag {

// Mends what a PDF's text layer does to words; `pages` are the texts of one document, UTF-8.
//
// Ligatures become letters ("ﬁ" -> "fi"); symbol-font bullets become "•"; a word hyphenated at a line end is joined, unless the
// document writes it with its hyphen elsewhere ("long-\nterm"); where Arabic or Hebrew and Latin words meet, the blank that got lost between
// them comes back.
void mend_pdf_pages(std::vector<std::string>& pages);

}  // namespace rag
