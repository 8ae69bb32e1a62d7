#pragma once

#include <string>

namespace rag {

// A line of input as a text: the string where the whole line is one JSON string ("...", escapes understood), else the line itself.
std::string text_of_line(const std::string& line);

}  // namespace rag
