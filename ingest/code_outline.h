#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/document.h"

namespace rag {

// The functions, classes and other named parts of a source text as headings, so that it is cut between them and each chunk says where it is
// from.  A heading begins at the comment, decorator or attribute that stands directly above the definition; its text is the definition's
// first line or signature, on one line, at most kMaxCodeHeading bytes and three more for the dots; its level says how deep it is nested.
//
// Found by the shape of the text, without a grammar: what is written in an unusual way is missed, and then belongs to what stands before it.
// Nothing for a language that find_code_language() does not know.
std::vector<Heading> outline_of_code(std::string_view text, const std::string& media_type);

inline constexpr std::size_t kMaxCodeHeading = 120;

}  // namespace rag
