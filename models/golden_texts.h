#pragma once

#include <string>
#include <vector>

namespace rag {

// Texts of many kinds to try an encoder on: English, Korean and code, from one word to more than any encoder's limit.  Always the same
// ones, in the same order, no two alike, so that figures made with them can be compared.
std::vector<std::string> golden_texts();

}  // namespace rag
