#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rag {

// What a message repeats of a text it complains about: the beginning, on one line, with nothing in it that could steer a terminal.
// Invalid UTF-8 is shown as U+FFFD.
std::string excerpt(std::string_view text, std::size_t max_bytes = 60);

}  // namespace rag
