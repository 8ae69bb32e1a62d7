#pragma once

#include <string>

namespace rag {

// The compiled nmt_nfkc map that the sentencepiece library carries: NFKC, and white space and control characters made plain.
// Throws Error(Backend) where the library gives none.
std::string nmt_nfkc_charsmap();

}  // namespace rag
