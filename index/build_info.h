#pragma once

#include <string>

namespace rag {

// Which FAISS this build links: "avx2", or "generic" for Debian's.
std::string vector_search_build();

}  // namespace rag
