#pragma once

#include <string>

namespace rag {

// A part of an equation as it stands beside "/", "^", "_" or "√" on one line: in brackets, unless it is a number or one character.
std::string grouped_part(const std::string& part);

}  // namespace rag
