#pragma once

#include <string_view>

namespace rag {

// True for the first word of a group whose text is none of the document's: pictures, headers, field codes ...
bool is_left_out_of_rtf(std::string_view word);

// The character a word stands for ("emdash"), "" where it stands for none.
std::string_view rtf_character(std::string_view word);

}  // namespace rag
