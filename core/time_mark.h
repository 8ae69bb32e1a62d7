#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rag {

// How a place in a recording, or in subtitles, is written: "00:01:23".  Hours have two digits or more; a negative time is 0.
std::string clock_time(double seconds);

// The same where it stands in a document's text, before what is said from then on: "[00:01:23] ".
std::string time_mark(double seconds);

// How many bytes of such a mark, its blank included, the text begins with; 0 where it does not.
std::size_t time_mark_size(std::string_view text);

// The time of the last mark that begins a line at or before byte `offset`, without its brackets; "" where there is none.
std::string time_at(std::string_view text, std::size_t offset);

}  // namespace rag
