#pragma once

#include <string_view>

namespace rag {

// Whether JSON text has more than 256 arrays and objects within one another.  Parsers that do not recurse take such a text, but what copies, compares
// or prints the value they make of it recurses, and a hundred thousand brackets end the program: ask before parsing what a stranger wrote.
// What is no JSON gets some answer.
bool nests_too_deep(std::string_view json);

}  // namespace rag
